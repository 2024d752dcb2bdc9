//! Gates: which ways lead past them, and what is said about how they are written.

use crate::findings::{lines, steps};
use crate::run;

const HEAD: &str = "workflow: w
version: 1
title: T
inputs: { who: { type: string }, n: { type: integer }, flag: { type: boolean } }
";

/// What is said of the gate of `grant`: the way past it, or what else is wrong with it; nothing where it
/// holds. `GATE` and `GRANT` stand for a gate and a step that it gates, `WORK` for a step that may fail.
#[track_caller]
fn way(text: &str, expected: &str) {
    let text = text
        .replace("GATE", "id: gate, approval: { subject: x, stages: [{ name: any }] }")
        .replace("SOFT", "id: gate, approval: { subject: x, stages: [{ name: any }], on_reject: continue }")
        .replace(
            "GRANT",
            "id: grant, action: azure_ad.group.add_member, with: { user: $.inputs.who, group: g }, requires_approval: gate",
        )
        .replace("WORK", "action: azure_ad.user.get, with: { user: $.inputs.who }");
    let text = format!("{HEAD}steps:\n{text}");
    let (_, found) = run(&text);
    let said: Vec<_> = found
        .iter()
        .filter(|finding| finding.code.as_str() != "WF060" && finding.code.as_str() != "WF026")
        .map(|finding| match &finding.note {
            Some(note) if finding.code.as_str() == "GV004" => {
                note.trim_start_matches("a way past the gate: ").to_owned()
            }
            _ => format!("{} {}", finding.code, finding.message),
        })
        .collect();
    assert_eq!(said.join("\n"), expected, "\n{text}\n{}", lines(&text));
}

#[test]
fn gate_above_the_step_holds() {
    way("  - { GATE }\n  - { GRANT }", "");
    way("  - { GATE }\n  - { id: a, WORK, on_error: continue }\n  - { GRANT }", "");
    way(
        "  - { id: a, WORK, if: $.inputs.n == 1 }\n  - { GATE }\n  - { GRANT, if: $.inputs.flag == true }",
        "",
    );
    way("  - { GATE }\n  - { id: a, group: [{ GRANT }] }", "");
    way("  - { id: a, group: [{ GATE }] }\n  - { GRANT }", "");
    way("  - { GATE }\n  - { id: a, foreach: [1, 2], steps: [{ GRANT }] }", "");
    way("  - { id: a, foreach: [1, 2], steps: [{ GATE }, { GRANT }] }", "");
}

#[test]
fn gate_below_or_beside_the_step_does_not_hold() {
    way("  - { GRANT }\n  - { GATE }", "GV004 the gate `gate` does not come before `grant`");
    way("  - { GATE }\n  - { GRANT, needs: [] }", "GV004 the gate `gate` does not come before `grant`");
    way(
        "  - { id: p, parallel: { a: [{ GATE }], b: [{ GRANT }] } }",
        "GV004 the gate `gate` does not come before `grant`",
    );
    way("  - { id: p, parallel: { a: [{ GATE }], b: [{ GRANT, needs: [gate] }] } }", "");
    way("  - { id: p, parallel: { a: [{ GATE }], b: [{ id: z, WORK }] } }\n  - { GRANT }", "");
    way(
        "  - { id: a, WORK }\n  - { GATE }\n  - { id: b, WORK, needs: [a] }\n  - { GRANT, needs: [b, gate] }",
        "",
    );
    way(
        "  - { id: a, WORK }\n  - { GATE }\n  - { id: b, WORK, needs: [a] }\n  - { GRANT }",
        "GV004 the gate `gate` does not come before `grant`",
    );
}

#[test]
fn skipped_gate_is_a_way_past_unless_the_step_is_skipped_with_it() {
    let gate = "  - { GATE, if: $.inputs.n > 3 }\n";
    way(&format!("{gate}  - {{ GRANT }}"), "`gate` (skipped) → `grant`");
    way(&format!("{gate}  - {{ GRANT, if: $.inputs.n > 3 }}"), "");
    way(&format!("{gate}  - {{ GRANT, if: $.inputs.flag == true && $.inputs.n > 3 }}"), "");
    way(
        &format!("{gate}  - {{ GRANT, if: $.inputs.n > 3 || $.inputs.flag == true }}"),
        "`gate` (skipped) → `grant`",
    );
    way(&format!("{gate}  - {{ GRANT, if: $.inputs.n > 2 }}"), "`gate` (skipped) → `grant`");
    way(&format!("{gate}  - {{ GRANT, if: $.status.gate == 'succeeded' }}"), "");
    way(&format!("{gate}  - {{ GRANT, if: \"'approved' == $.steps.gate.outcome\" }}"), "");
    way(&format!("{gate}  - {{ GRANT, if: $.status.gate != 'failed' }}"), "`gate` (skipped) → `grant`");
    way(&format!("{gate}  - {{ id: a, if: $.inputs.n > 3, group: [{{ GRANT }}] }}"), "");
    way("  - { id: a, if: $.inputs.n > 3, group: [{ GATE }] }\n  - { GRANT }", "`a` (skipped) → `grant`");
    way("  - { id: a, if: $.inputs.n > 3, group: [{ GATE }, { GRANT }] }", "");
    way(
        "  - { GATE, if: \"match($.inputs.who, 'a.*')\" }\n  - { GRANT, if: \"match($.inputs.who, 'b.*')\" }",
        "`gate` (skipped) → `grant`",
    );
    way(
        "  - { GATE, if: \"match($.inputs.who, 'a.*')\" }
  - { GRANT, if: \"match($.inputs.who, 'a.*') && $.inputs.n == 1\" }",
        "",
    );
    way(
        &format!("{gate}  - {{ GRANT, if: \"!($.status.gate == 'succeeded')\" }}"),
        "`gate` (skipped) → `grant`",
    );
    way(
        "  - { GATE, if: $.inputs.n == 1 }\n  - { GRANT, if: '!($.inputs.n == 1)' }",
        "`gate` (skipped) → `grant`",
    );
}

#[test]
fn gate_of_one_branch_does_not_hold_for_the_others() {
    let first = "{ if: $.inputs.n == 1, steps: [{ GATE }] }";
    let other = "{ if: $.inputs.n == 2, steps: [{ id: b, WORK }] }";
    way(&format!("  - {{ id: s, switch: [{first}] }}\n  - {{ GRANT }}"), "`s` (no branch) → `grant`");
    way(
        &format!("  - {{ id: s, switch: [{first}, {{ else: [{{ id: b, WORK }}] }}] }}\n  - {{ GRANT }}"),
        "`s` (`else`) → `grant`",
    );
    way(
        &format!(
            "  - {{ id: s, switch: [{first}, {other}, {{ else: [{{ id: e, stop: ignored }}] }}] }}\n  - {{ GRANT }}"
        ),
        "`s` (branch 2) → `grant`",
    );
    way(
        &format!(
            "  - {{ id: s, switch: [{first}, {{ else: [{{ id: e, stop: ignored }}] }}] }}\n  - {{ GRANT }}"
        ),
        "",
    );
    way(
        &format!(
            "  - {{ id: s, switch: [{first}, {{ else: [{{ id: e, if: $.inputs.n == 3, stop: ignored }}] }}] }}\n  - {{ GRANT }}"
        ),
        "`s` (`else`) → `e` (skipped) → `grant`",
    );
    way(&format!("  - {{ id: s, switch: [{first}] }}\n  - {{ GRANT, if: $.inputs.n == 1 }}"), "");
    way(
        &format!("  - {{ id: s, switch: [{other}, {first}] }}\n  - {{ GRANT, if: $.inputs.n == 1 }}"),
        "`s` (branch 1) → `grant`",
    );
    way("  - { id: s, switch: [{ if: $.inputs.n == 1, steps: [{ GATE }, { GRANT }] }] }", "");
    way(
        "  - { id: s, switch: [{ if: $.inputs.n == 1, steps: [{ GATE, if: $.inputs.flag == true }, { GRANT }] }] }",
        "`s` (branch 1) → `gate` (skipped) → `grant`",
    );
}

#[test]
fn failure_that_is_taken_and_a_no_that_goes_on_are_ways_past() {
    way("  - { GATE, on_error: continue }\n  - { GRANT }", "`gate` (failed) → `grant`");
    way("  - { SOFT }\n  - { GRANT }", "`gate` (rejected) → `grant`");
    way("  - { SOFT }\n  - { GRANT, if: $.status.gate == 'succeeded' }", "`gate` (rejected) → `grant`");
    way("  - { SOFT }\n  - { GRANT, if: $.steps.gate.outcome == 'approved' }", "");
    way(
        "  - { id: b, group: [{ id: a, WORK }, { GATE }], on_error: continue }\n  - { GRANT }",
        "`b` (failed) → `grant`",
    );
    way(
        "  - { id: b, group: [{ GATE }], rescue: [{ id: r, set: { x: 1 } }] }\n  - { GRANT }",
        "`b` (failed) → `grant`",
    );
    way("  - { id: b, group: [{ GATE }], rescue: [{ id: r, stop: failed }] }\n  - { GRANT }", "");
    way("  - { id: b, group: [{ GATE }, { GRANT }], rescue: [{ id: r, set: { x: 1 } }] }", "");
    way("  - { id: b, group: [{ GATE }, { id: a, WORK }], rescue: [{ GRANT }] }", "`b` (failed) → `grant`");
    way("  - { GATE }\n  - { id: b, group: [{ id: a, WORK }], rescue: [{ GRANT }] }", "");
    way(
        "  - { id: o, group: [{ id: b, group: [{ GATE }] }], rescue: [{ id: r, set: { x: 1 } }] }\n  - { GRANT }",
        "`o` (failed) → `grant`",
    );
}

#[test]
fn gate_in_a_loop_is_asked_per_element_and_none_where_the_list_is_empty() {
    way(
        "  - { id: l, foreach: [1], steps: [{ GATE }] }\n  - { GRANT }",
        "GV004 the gate `gate` is asked once per element of `l`, and `grant` stands outside",
    );
    way("  - { id: l, foreach: [1], steps: [{ GATE, if: $.item == 1 }, { GRANT, if: $.item == 1 }] }", "");
    way(
        "  - { id: l, foreach: [1], steps: [{ GATE, if: $.item == 1 }, { GRANT }] }",
        "`gate` (skipped) → `grant`",
    );
}

#[test]
fn gate_of_another_phase_does_not_hold_there() {
    way("  - { GATE }\nfinally:\n  - { GRANT }", "GV004 the gate `gate` does not come before `grant`");
    way("  - { id: a, WORK }\nfinally:\n  - { GATE }\n  - { GRANT }", "");
}

#[test]
fn way_past_a_gate_is_shown_at_its_places() {
    let text = "  - id: gate
    if: $.inputs.n > 3
    approval: { subject: x, stages: [{ name: any }] }
  - id: grant
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
    requires_approval: gate
";
    let (_, found) = run(&format!("{HEAD}steps:\n{text}"));
    let labels: Vec<_> = found.iter().flat_map(|one| &one.labels).map(|label| label.text.as_str()).collect();
    assert_eq!(labels, ["", "it is skipped unless this holds"]);
}

#[test]
fn reminders_escalation_and_expiry_are_read_with_their_calendars() {
    steps(
        "  - id: gate
    approval:
      subject: x
      via: servicenow
      record: r
      stages: [{ name: boss, approvers: [{ servicenow.manager_of: $.inputs.who }] }]
      remind: { every: 1d, at_most: 0, interval: 1d }
      escalate: { after: 2 days, to: [{ servicenow.manager: $.inputs.who }] }
      expires: { after: 2w, calendar: weekdays, then: reject }
      reminders: { every: 1d }
      quorum: 2
  - id: slow
    wait: { for: 5d, calendar: weekday }
  - id: both
    wait: { until: $.run.started_at, calendar: weekdays }
  - id: fine
    wait: { for: P1DT2H, calendar: weekdays }
  - id: grant
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
    requires_approval: gate
",
        "W WF060 12:7 `remind` is checked, and cannot be run yet
         E WF013 12:37 `at_most` takes a whole number from 1 to 100, and this is 0
         E WF010 12:40 `remind` has no key `interval` | help: here it is called `every`
         E WF013 13:26 `2 days` is not a duration | help: durations look like `30s`, `15m`, `4h`, `5d` or `PT4H`
         E WF010 13:41 this source of approvers has no key `servicenow.manager` | help: did you mean `servicenow.manager_of`?
         E WF013 14:25 `2w` counts weeks, and a calendar has working days | help: write it in days, such as `10d`
         E WF010 15:7 an `approval` has no key `reminders` | help: here it is called `remind`
         E WF010 16:7 an `approval` has no key `quorum` | help: here it is called `need` of a stage
         E GV018 18:32 there is no calendar `weekday` | help: did you mean `weekdays`?
         E WF010 20:38 `calendar` goes with a `for` that stands without an `event`",
    );
}

#[test]
fn calendars_are_declared_once_and_named_where_they_count() {
    crate::findings::check(
        &format!(
            "{HEAD}calendars:
  office: {{ zone: Europe/Oslo, days: [mon, tue], hours: \"08:00-16:00\", closed: [2026-12-25] }}
  wrong: {{ zone: Europe/Olso, days: [mo, sun], hours: \"16:00-08:00\", closed: [2026-02-30, 12-25], holidays: [] }}
  Never: {{ days: [] }}
  odd: {{ hours: 08:00-24:00 }}
steps:
  - id: slow
    wait: {{ for: 5d, calendar: office }}
"
        ),
        "E WF013 7:18 `Europe/Olso` is not a time zone | help: zones have the names of the IANA list, such as `Europe/Oslo`
         E WF013 7:38 `days` is not `mo` | help: did you mean `mon`?
         E WF013 7:55 `16:00-08:00` are no hours of a day | help: write for example `\"08:00-16:00\"`; without `hours` the whole day counts
         E WF013 7:79 `2026-02-30` is not a day | help: write days as `2026-12-25`
         E WF013 7:91 `12-25` is not a day | help: write days as `2026-12-25`
         E WF010 7:99 a calendar has no key `holidays` | help: here it is called `closed`
         E WF015 8:3 `Never` is not an id: lower-case letters, digits and `_`, a letter first, at most 64 characters
         E WF011 8:18 a calendar without days is never open
         E WF013 9:17 `08:00-24:00` are no hours of a day | help: write for example `\"08:00-16:00\"`; without `hours` the whole day counts",
    );
}

#[test]
fn gate_that_does_not_do_what_it_says_is_noticed() {
    steps(
        "  - id: idle
    approval: { subject: x, stages: [{ name: any }], never: [same_person_twice] }
  - id: soft
    approval: { subject: x, stages: [{ name: any }], on_reject: continue }
  - id: gate
    approval:
      subject: x
      via: servicenow
      stages: [{ name: boss, approvers: [{ servicenow.manager_of: $.inputs.who }] }]
      remind: { every: 5d }
      escalate: { after: 6d, to: [] }
      expires: { after: 5d, then: approve, reason: so what }
  - id: quiet
    approval: { subject: x, stages: [{ name: any }], expires: { after: 1d, reason: Nobody is harmed }, escalate: { after: 1h, to: [{ servicenow.manager_of: $.inputs.who }] } }
  - id: cut
    action: azure_ad.group.remove_member
    with: { user: $.inputs.who, group: g }
    no_approval_because: Access is only taken away
  - id: grant
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
    no_approval_because: fine
",
        "W GV016 7:62 `idle` has one stage, so nobody can approve twice | help: leave `same_person_twice` out
         W GV012 8:9 nothing hangs on the decision of `soft` | help: name it in `requires_approval` of a step, or read `$.steps.soft.outcome` | note: `on_reject: continue` goes on after a no
         E GV017 10:9 `gate` asks in `servicenow` and names no record | help: add `record:` with a path to the record, such as the requested item
         W WF060 15:7 `remind` is checked, and cannot be run yet
         W GV013 15:24 the gate is over before anybody is reminded | help: make it shorter than `after` of `expires`
         E GV001 16:7 `escalate` of `gate` asks nobody | help: name who is asked besides under `to`
         W GV013 16:26 the gate is over before anybody else is asked | help: make it shorter than `after` of `expires`
         W GV015 17:52 `so what` says nothing about why nobody has to decide | help: write why, so that whoever looks at it in a year understands it
         W GV014 19:84 `reason` is for a time-out that approves, and this one rejects | help: leave it out
         E GV010 19:104 `escalate` of `quiet` names approvers, and at the console whoever may use it decides | help: ask them where they are known, such as `via: servicenow`, or leave `escalate` out
         W GV014 23:26 `cut` needs no approval, so there is nothing to explain | help: leave `no_approval_because` out | note: `azure_ad.group.remove_member` is of class cut here
         W GV015 27:26 `fine` says nothing about why nobody has to decide | help: write why, so that whoever looks at it in a year understands it",
    );
    steps(
        "  - id: last
    approval: { subject: x, stages: [{ name: any }] }
  - id: words
    set: { x: 1 }
",
        "W GV012 6:9 nothing hangs on the decision of `last` | help: name it in `requires_approval` of a step, or put it before what it is to stop | note: nothing that comes after it changes anything",
    );
}

#[test]
fn access_below_a_gate_is_told_its_name() {
    steps(
        "  - id: approve
    approval: { subject: x, stages: [{ name: any }] }
  - id: grant
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
",
        "E GV003 8:9 `grant` grants access without a gate | help: name `approve` in `requires_approval` of `grant` | note: `azure_ad.group.add_member` is of class grant here",
    );
}
