//! Gates: who is asked in which order, who counts, and what a gated step may send.

use crate::host::blueprint;
use crate::script::{check, play, play_on};

const BOARD: &str = r#"
steps:
  - id: gate
    approval:
      subject: "May {{inputs.person}} have it?"
      show: [$.inputs.person]
      via: test
      requester: $.inputs.asked_by
      beneficiary: $.inputs.person
      stages:
        - { name: boss, approvers: [{ test.boss_of: $.inputs.person }] }
        - { name: nobody, if: $.inputs.person == 'ann', approvers: [{ test.boss_of: $.inputs.person }] }
        - { name: owners, need: 2, approvers: [{ test.boss_of: $.inputs.asked_by }] }
      never: [requester, beneficiary, same_person_twice]
      expires: { after: 5d, then: reject }
  - { id: grant, action: test.item.grant, with: { to: $.inputs.person }, requires_approval: gate }
"#;

/// A gate on our own console, where the caller says how it ends.
fn console(more: &str) -> String {
    format!(
        r#"
steps:
  - id: gate
    approval:
      subject: May they?
      stages: [{{ name: desk }}]
{more}
  - {{ id: grant, action: test.item.grant, requires_approval: gate }}
finally:
  - {{ id: last, set: {{ outcome: $.run.outcome }} }}
"#
    )
}

/// The same as `check` for a run whose channel could not be reached until the gate stalled.
#[track_caller]
fn check_stalled(steps: &str, transcript: &str) {
    let deferred = "gate deferred 1m\n+1m\n".repeat(20);
    let found = play(steps, &transcript.trim().replacen("start\n", &format!("start\n{deferred}"), 1));
    let (_, after) = found.rsplit_once("+1m\n").unwrap();
    let found = format!("start\n{after}");
    assert_eq!(found.trim(), transcript.trim(), "found:\n{found}\n");
}

#[test]
fn stages_are_asked_one_after_the_other_and_closed() {
    check(
        BOARD,
        r#"
start
  > gate ask `boss`, need 1
gate rows
  > gate send 1 rows
gate sent
  > gate ask `boss`, need 1
gate open bob
bob approves gate
  > gate close question 0
  > gate ask `owners`, need 2, not bob
gate closed
gate open cid dan
cid approves gate
dan approves gate
  > gate close question 1
  > grant start {"to":"pat"}
gate rows
  > gate send 1 rows
gate sent
  > gate close question 1
gate closed
grant sends
  > grant send "make it so"
grant done
= succeeded
gate succeeded {"outcome":"approved","at":"2026-01-05T08:00:00Z","stages":[{"name":"boss","votes":[{"by":"bob","choice":"approved","at":"2026-01-05T08:00:00Z"}]},{"name":"owners","votes":[{"by":"cid","choice":"approved","at":"2026-01-05T08:00:00Z"},{"by":"dan","choice":"approved","at":"2026-01-05T08:00:00Z"}]}],"by":"dan"}
grant succeeded {}
"#,
    );
}

#[test]
fn who_asked_who_gets_it_and_who_said_so_before_never_counts() {
    check(
        BOARD,
        r#"
start
  > gate ask `boss`, need 1
gate open bob ann pat
ann approves gate
  ignored
pat approves gate
  ignored
mallory approves gate
  ignored
bob approves gate
  > gate close question 0
  > gate ask `owners`, need 2, not bob
gate closed
gate open bob cid dan
bob approves gate
  ignored
cid approves gate
cid approves gate
  ignored
dan approves gate
  > gate close question 1
  > grant start {"to":"pat"}
gate closed
grant done
= succeeded
gate succeeded {"outcome":"approved","at":"2026-01-05T08:00:00Z","stages":[{"name":"boss","votes":[{"by":"bob","choice":"approved","at":"2026-01-05T08:00:00Z"}]},{"name":"owners","votes":[{"by":"cid","choice":"approved","at":"2026-01-05T08:00:00Z"},{"by":"dan","choice":"approved","at":"2026-01-05T08:00:00Z"}]}],"by":"dan"}
grant succeeded {}
"#,
    );
}

#[test]
fn one_rejection_rejects_and_ends_the_run_through_finally() {
    check(
        &console(""),
        r#"
start
  > gate ask `desk`, need 1
gate open
bob rejects gate
bob approves gate
  ignored
= rejected
gate rejected {"outcome":"rejected","at":"2026-01-05T08:00:00Z","stages":[{"name":"desk","votes":[{"by":"bob","choice":"rejected","at":"2026-01-05T08:00:00Z"}]}],"by":"bob"}
grant not_reached
last succeeded {"outcome":"rejected"}
"#,
    );
}

#[test]
fn a_rejection_may_let_the_run_go_on_but_never_what_was_gated() {
    // The check refuses a step that does not ask for the decision, so one that does is robbed of it here.
    let text = console("      on_reject: continue")
        .replace("id: grant,", "id: grant, if: $.steps.gate.outcome == 'approved',");
    let mut blueprint = blueprint(&text);
    blueprint.graph.node_weights_mut().for_each(|vertex| vertex.common.condition = None);
    let transcript = r#"
start
  > gate ask `desk`, need 1
gate open
bob rejects gate
= failed
error: grant: [RN004] `grant` was not approved: gate `gate` was rejected
gate succeeded {"outcome":"rejected","at":"2026-01-05T08:00:00Z","stages":[{"name":"desk","votes":[{"by":"bob","choice":"rejected","at":"2026-01-05T08:00:00Z"}]}],"by":"bob"}
grant failed: [RN004] `grant` was not approved: gate `gate` was rejected
last succeeded {"outcome":"failed"}
"#;
    assert_eq!(play_on(&blueprint, transcript).trim(), transcript.trim());
}

#[test]
fn a_gate_expires_into_a_rejection() {
    check(
        &console("      expires: { after: 5d }"),
        r#"
start
  > gate ask `desk`, need 1
gate open
early
  ignored
+96h
+24h
  +120h timer
bob approves gate
  ignored
= rejected
gate rejected {"outcome":"expired","at":"2026-01-10T08:00:00Z","stages":[{"name":"desk","votes":[]}]}
grant not_reached
last succeeded {"outcome":"rejected"}
"#,
    );
}

#[test]
fn a_gate_may_expire_into_an_approval_with_its_reason() {
    check(
        &console("      expires: { after: 5d, then: approve, reason: nothing can go wrong }"),
        r#"
start
  > gate ask `desk`, need 1
gate open
+120h
  +120h timer
  > grant start {}
grant done
= succeeded
gate succeeded {"outcome":"approved","at":"2026-01-10T08:00:00Z","stages":[{"name":"desk","votes":[]}],"reason":"nothing can go wrong"}
grant succeeded {}
last succeeded {"outcome":"succeeded"}
"#,
    );
}

#[test]
fn what_nobody_was_asked_does_not_expire_into_an_approval() {
    check(
        &console("      expires: { after: 5d, then: approve, reason: nothing can go wrong }"),
        r#"
start
  > gate ask `desk`, need 1
+120h
  +120h timer
= running, rejected
gate rejected {"outcome":"expired","at":"2026-01-10T08:00:00Z","stages":[{"name":"desk","votes":[]}]}
grant not_reached
last succeeded {"outcome":"rejected"}
"#,
    );
}

#[test]
fn a_gate_whose_channel_cannot_be_reached_still_expires() {
    check_stalled(
        BOARD,
        r#"
start
+24h
+96h
  +120h timer
= rejected
gate rejected {"outcome":"expired","at":"2026-01-10T08:00:00Z","stages":[{"name":"boss","votes":[]}]}
grant not_reached
"#,
    );
}

#[test]
fn a_question_that_cannot_be_asked_fails_its_gate_and_is_withdrawn() {
    check(
        BOARD,
        r#"
start
  > gate ask `boss`, need 1
gate rows
  > gate send 1 rows
gate refused
  > gate close question 0
gate closed
= failed
error: gate: [CN001] it went wrong
gate failed: [CN001] it went wrong
grant not_reached
"#,
    );
}

#[test]
fn a_gate_that_bars_somebody_who_is_not_known_asks_nobody() {
    check(
        r#"
steps:
  - id: gate
    approval:
      subject: May they?
      requester: $.inputs.nobody
      stages: [{ name: desk }]
      never: [requester]
"#,
        r#"
start
= failed
error: gate: [RN005] nobody can be asked: `never: requester` needs a `requester`, which is absent
gate failed: [RN005] nobody can be asked: `never: requester` needs a `requester`, which is absent
"#,
    );
}

#[test]
fn a_gate_without_a_stage_that_holds_asks_nobody() {
    check(
        r#"
steps:
  - id: gate
    approval:
      subject: May they?
      stages: [{ name: desk, if: $.inputs.person == 'ann' }]
"#,
        r#"
start
= failed
error: gate: [RN005] nobody can be asked: the condition of every stage is false
gate failed: [RN005] nobody can be asked: the condition of every stage is false
"#,
    );
}

#[test]
fn another_input_than_the_approved_one_is_not_sent_and_asked_about_again() {
    check(
        &console(""),
        r#"
start
  > gate ask `desk`, need 1
gate open-other
bob approves gate
  > gate ask `desk`, need 1
gate open
cid approves gate
  > grant start {}
grant done
= succeeded
gate succeeded {"outcome":"approved","at":"2026-01-05T08:00:00Z","stages":[{"name":"desk","votes":[{"by":"cid","choice":"approved","at":"2026-01-05T08:00:00Z"}]}],"by":"cid"}
grant succeeded {}
last succeeded {"outcome":"succeeded"}
"#,
    );
}

#[test]
fn an_input_that_keeps_changing_is_not_asked_about_for_ever() {
    check(
        &console(""),
        r#"
start
  > gate ask `desk`, need 1
gate open-other
bob approves gate
  > gate ask `desk`, need 1
gate open-other
bob approves gate
  > gate ask `desk`, need 1
gate open-other
bob approves gate
= failed
error: grant: [RN015] the input of `grant` differs from what was approved, 3 times in a row
gate succeeded {"outcome":"approved","at":"2026-01-05T08:00:00Z","stages":[{"name":"desk","votes":[{"by":"bob","choice":"approved","at":"2026-01-05T08:00:00Z"}]}],"by":"bob"}
grant failed: [RN015] the input of `grant` differs from what was approved, 3 times in a row
last succeeded {"outcome":"failed"}
"#,
    );
}

#[test]
fn answers_to_an_earlier_question_are_late() {
    check(
        BOARD,
        r#"
start
  > gate ask `boss`, need 1
gate deferred 1m
+1m
  +1m timer
  > gate ask `boss`, need 1
old gate open bob
  ignored
gate open bob
twice
  ignored
bob approves gate
  > gate close question 0
  > gate ask `owners`, need 2, not bob
twice
  ignored
gate closed
= running until +120h, undecided
gate waiting
grant pending
"#,
    );
}

#[test]
fn cancelling_withdraws_the_question_before_the_run_ends() {
    check(
        BOARD,
        r#"
start
  > gate ask `boss`, need 1
gate rows
  > gate send 1 rows
cancel
gate sent
  > gate close question 0
bob approves gate
  ignored
gate rows
  > gate send 1 rows
gate sent
  > gate close question 0
gate closed
= cancelled
gate withdrawn
grant not_reached
"#,
    );
}

const BESIDE: &str = r#"
steps:
  - id: both
    parallel:
      left:
        - id: gate
          approval:
            subject: May they?
            via: test
            stages: [{ name: boss, approvers: [{ test.boss_of: $.inputs.person }] }]
        - { id: one, action: test.item.get }
      right: [{ id: two, action: test.item.get }]
"#;

#[test]
fn a_failure_beside_a_gate_withdraws_its_question() {
    check(
        BESIDE,
        r#"
start
  > gate ask `boss`, need 1
  > two start {}
gate open bob
two failed
  > gate close question 0
gate closed
= failed
error: two: [CN001] it went wrong
both failed
gate withdrawn
one not_reached
two failed: [CN001] it went wrong
"#,
    );
}

/// Nobody would see a reason to go on with it, and the run would wait for ever.
#[test]
fn a_failure_beside_a_stalled_gate_withdraws_it_too() {
    check_stalled(
        BESIDE,
        r#"
start
two failed
= failed
error: two: [CN001] it went wrong
both failed
gate withdrawn: [CN001] it went wrong
one not_reached
two failed: [CN001] it went wrong
"#,
    );
}

#[test]
fn a_stalled_gate_asks_again_when_the_run_is_resumed() {
    check_stalled(
        BESIDE,
        r#"
start
resume
  > gate ask `boss`, need 1
gate open bob
bob approves gate
  > gate close question 0
  > one start {}
two done
gate closed
one done
= succeeded
both succeeded {"left":"succeeded","right":"succeeded"}
gate succeeded {"outcome":"approved","at":"2026-01-05T08:20:00Z","stages":[{"name":"boss","votes":[{"by":"bob","choice":"approved","at":"2026-01-05T08:20:00Z"}]}],"by":"bob"}
one succeeded {}
two succeeded {}
"#,
    );
}

const ESCALATES: &str = r#"
steps:
  - id: gate
    approval:
      subject: May they?
      via: test
      stages: [{ name: boss, approvers: [{ test.boss_of: $.inputs.person }] }]
      escalate: { after: 2d, to: [{ test.boss_of: $.inputs.asked_by }] }
      expires: { after: 5d, then: approve, reason: nothing can go wrong }
  - { id: grant, action: test.item.grant, requires_approval: gate }
"#;

#[test]
fn more_people_are_asked_besides_when_nobody_decided() {
    check(
        ESCALATES,
        r#"
start
  > gate ask `boss`, need 1
gate open bob
+48h
  +48h timer
  > gate ask `boss`, need 1, besides bob
gate rows
  > gate send 1 rows
gate sent
  > gate ask `boss`, need 1
gate open bob cid
cid approves gate
  > gate close question 0
  > grant start {}
gate closed
grant done
= succeeded
gate succeeded {"outcome":"approved","at":"2026-01-07T08:00:00Z","stages":[{"name":"boss","votes":[{"by":"cid","choice":"approved","at":"2026-01-07T08:00:00Z"}]}],"by":"cid"}
grant succeeded {}
"#,
    );
}

#[test]
fn decision_counts_while_more_people_are_being_asked() {
    check(
        ESCALATES,
        r#"
start
  > gate ask `boss`, need 1
gate open bob
+48h
  +48h timer
  > gate ask `boss`, need 1, besides bob
bob approves gate
  > grant start {}
gate rows
  > gate close question 0
gate closed
grant done
= succeeded
gate succeeded {"outcome":"approved","at":"2026-01-07T08:00:00Z","stages":[{"name":"boss","votes":[{"by":"bob","choice":"approved","at":"2026-01-07T08:00:00Z"}]}],"by":"bob"}
grant succeeded {}
"#,
    );
}

#[test]
fn question_stays_as_it_is_when_nobody_else_can_be_asked() {
    check(
        ESCALATES,
        r#"
start
  > gate ask `boss`, need 1
gate open bob
+48h
  +48h timer
  > gate ask `boss`, need 1, besides bob
gate refused
bob approves gate
  > gate close question 0
  > grant start {}
gate closed
grant done
= succeeded
gate succeeded {"outcome":"approved","at":"2026-01-07T08:00:00Z","stages":[{"name":"boss","votes":[{"by":"bob","choice":"approved","at":"2026-01-07T08:00:00Z"}]}],"by":"bob"}
grant succeeded {}
"#,
    );
    check(
        ESCALATES,
        r#"
start
  > gate ask `boss`, need 1
gate open bob
+48h
  +48h timer
  > gate ask `boss`, need 1, besides bob
gate deferred 1m
+72h
  +48h 1m timer
  > gate ask `boss`, need 1, besides bob
  +120h timer
  > grant start {}
= running, undecided
gate succeeded {"outcome":"approved","at":"2026-01-10T08:00:00Z","stages":[{"name":"boss","votes":[]}],"reason":"nothing can go wrong"}
grant running
"#,
    );
}

#[test]
fn times_of_a_gate_count_in_its_calendar() {
    // The start is Monday at eight; the weekend lies between.
    check(
        &console("      expires: { after: 6d, calendar: weekdays }"),
        r#"
start
  > gate ask `desk`, need 1
gate open
+191h
+1h
  +192h timer
= rejected
gate rejected {"outcome":"expired","at":"2026-01-13T08:00:00Z","stages":[{"name":"desk","votes":[]}]}
grant not_reached
last succeeded {"outcome":"rejected"}
"#,
    );
}
