//! Findings as authors see them: code, place, sentence and way out, several mistakes in one pass.

use drawbridge_core::diagnostic::{Diagnostic, Sources};

use crate::{define, run};

const HEAD: &str = "workflow: w\nversion: 1\ntitle: T\n";

/// One line per finding: severity letter, code, place, message, then help or note.
pub(crate) fn lines(text: &str) -> String {
    let sources = define(text).sources();
    let (blueprint, found) = run(text);
    let lines: Vec<_> = found.iter().map(|finding| line(finding, &sources)).collect();
    let has_error = lines.iter().any(|line| line.starts_with('E'));
    assert_eq!(
        blueprint.is_none(),
        has_error,
        "a blueprint is there exactly when nothing is wrong: {lines:#?}"
    );
    lines.join("\n")
}

pub(crate) fn line(finding: &Diagnostic, sources: &Sources) -> String {
    let span = finding.span();
    let (line, column) = sources.line_column(span.file, span.start);
    let letter = finding.severity.as_str()[..1].to_uppercase();
    let help = finding.help.as_ref().map(|help| format!(" | help: {help}")).unwrap_or_default();
    let note = finding.note.as_ref().map(|note| format!(" | note: {note}")).unwrap_or_default();
    format!("{letter} {} {line}:{column} {}{help}{note}", finding.code, finding.message)
}

/// Checks steps under the usual head; the first line of `steps` is line 6.
#[track_caller]
pub(crate) fn steps(steps: &str, expected: &str) {
    let inputs = "inputs: { who: { type: string }, n: { type: integer }, flag: { type: boolean } }\n";
    check(&format!("{HEAD}{inputs}steps:\n{steps}"), expected);
}

#[track_caller]
pub(crate) fn check(text: &str, expected: &str) {
    let expected: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines(text), expected.join("\n"), "\n{text}");
}

#[test]
fn a_name_of_an_action_as_a_key_is_answered_with_the_key() {
    check(
        "workflow: w\nversion: 1\ntitle: T\nsteps:\n  - id: a\n    azure_ad.user.get: { user: x }\n    action: azure_ad.user.get\n    with: { user: x }\n",
        "E WF010 6:5 a step has no key `azure_ad.user.get` | help: write `action: azure_ad.user.get`, and what stands below it under `with`",
    );
}

#[test]
fn texts_that_look_like_expressions_are_told() {
    check(
        "workflow: w\nversion: 1\ntitle: T\ninputs: { who: { type: string } }\nsteps:\n  - id: a\n    description: \"{inputs.who}\"\n    set: { a: $inputs.who, b: item.name }\n  - id: b\n    stop: succeeded\n    message: \"Hi {inputs.who}\"\n",
        "W WF039 8:15 `$inputs.who` looks like an expression and is taken as it stands | help: write `$.inputs.who`
         W WF039 11:18 `{inputs.who}` looks like an expression and is taken as it stands | help: write `{{inputs.who}}`",
    );
}

#[test]
fn what_a_run_is_has_known_words() {
    check(
        "workflow: w\nversion: 1\ntitle: T\nsteps:\n  - id: a\n    if: $.run.trigger == 'manual'\n    set: { a: 1 }\n  - id: b\n    if: $.run.trigger == 'by_hand'\n    set: { a: 1 }\nfinally:\n  - id: c\n    if: $.run.outcome == 'succeded'\n    set: { a: 1 }\n",
        "E WF035 9:9 `$.run.trigger` is never \"by_hand\" | note: it is one of `manual`
         E WF035 13:9 `$.run.outcome` is never \"succeded\" | help: did you mean `'succeeded'`?",
    );
}

#[test]
fn words_of_other_engines_are_answered_with_ours() {
    check(
        "name: w\non: push\nworkflow: w\nversion: 1\ntitle: T\nsteps:\n  - id: a\n    uses: azure_ad.user.get\n    when: $.inputs.x\n    depends_on: []\n  - id: b\n    run: x\n    name: y\n  - id: c\n    foreach: $.inputs.list\n    steps: []\n",
        "E WF010 1:1 a workflow has no key `name` | help: here it is called `workflow` (the name) or `title` (for people)
         E WF010 2:1 a workflow has no key `on` | help: here it is called `triggers`
         E WF010 8:5 a step has no key `uses` | help: here it is called `action`
         E WF010 9:5 a step has no key `when` | help: here it is called `if`
         E WF010 10:5 a step has no key `depends_on` | help: here it is called `needs`
         E WF010 12:5 a step has no key `run` | help: here it is called `action`
         E WF010 13:5 a step has no key `name` | help: here it is called `id` (the name) or `description` (for people)
         E WF022 15:14 there is no input `list` | help: declare it under `inputs`
         E WF011 16:12 `steps` holds no step",
    );
}

#[test]
fn structure_is_checked_in_one_pass() {
    check(
        "workflow: My Flow\nversion: one\ninputs:\n  a: { type: text }\n  b-c: { type: integer, default: \"3\" }\nsteps:\n  - id: A\n    set: { x: 1 }\n    descriptoin: hi\n  - set: { x: 1 }\n  - id: two\n    set: { x: 1 }\n    stop: failed\n  - id: none\n  - id: wait\n    wait: 4h\n  - id: wait\n    wait: { for: 4hours }\n    poll: { until: $.out.x == 1, every: 1h, at_most: 5m }\n    on_error: continu\n",
        "E WF011 1:1 a workflow has no `title`
         E WF015 1:11 `My Flow` is not a workflow name: lower-case letters, digits and `-`, a letter first, at most 64 characters | help: did you mean `my-flow`?
         E WF013 2:10 `version` takes a whole number from 1, and this is a text | help: count up by one with every change
         E WF013 4:14 `text` is not a type | help: did you mean `string`?
         E WF015 5:3 `b-c` is not an id: lower-case letters, digits and `_`, a letter first, at most 64 characters
         E WF013 5:34 the default of `b-c` is not of type integer
         E WF015 7:9 `A` is not an id: lower-case letters, digits and `_`, a letter first, at most 64 characters
         E WF010 9:5 a step has no key `descriptoin` | help: did you mean `description`?
         E WF011 10:5 a step has no `id`
         E WF014 13:5 the step has two kind keys, `set` and `stop` | help: make two steps of it
         E WF014 14:5 the step does nothing: it has no kind key | note: a step has one of `action`, `approval`, `decide`, `map`, `set`, `group`, `switch`, `parallel`, `foreach`, `wait`, `workflow`, `agent`, `stop`
         E WF013 16:11 `wait` takes a map | help: write `wait: {for: 4h}`
         E WF016 17:9 two steps have the id `wait`
         E WF013 18:18 `4hours` is not a duration | help: durations look like `30s`, `15m`, `4h`, `5d` or `PT4H`
         E WF010 19:5 `poll` goes with `action`, and this step is of kind `wait`
         E WF013 20:15 `on_error` is not `continu` | help: did you mean `continue`?",
    );
}

#[test]
fn nodes_and_their_inputs_are_known_by_their_schemas() {
    steps(
        "  - id: a
    action: azure_ad.user.gt
  - id: b
    action: azure_ad.user.get
    with: { usr: $.inputs.who, select: id }
  - id: c
    action: servicenow.incident.create
    with: { short_description: 12345, urgency: 5, category: hardwre, page: 'yes' }
  - id: d
    action: servicenow.catalog_item.requested
  - id: e
    action: azure_ad.user.get
  - id: f
    action: azure_ad.user.get
    with: { user: $.inputs.n, select: [$.inputs.who, 3] }
  - id: g
    action: servicenow.incident.create
    with: { short_description: \"{{inputs.who}}\", page: \"{{inputs.flag}}\", urgency: $.inputs.n, category: }
",
        "E WF017 7:13 there is no action `azure_ad.user.gt` | help: did you mean `azure_ad.user.get`?
         E WF012 10:13 `azure_ad.user.get` has no input `usr` | help: did you mean `user`?
         E WF018 10:13 `azure_ad.user.get` needs the input `user`
         E WF019 10:40 `select` of `azure_ad.user.get` takes a list, and this is a text
         E WF019 13:32 `short_description` of `servicenow.incident.create` takes a text, and this is a number | help: put it in quotes: `\"12345\"`
         E WF019 13:48 `urgency` of `servicenow.incident.create` goes from 1 to 3, and this is 5
         E WF019 13:61 `category` of `servicenow.incident.create` is not `hardwre` | help: did you mean `hardware`?
         E WF019 13:76 `page` of `servicenow.incident.create` takes true or false, and this is a text | help: write `true` without quotes
         E WF017 15:13 there is no action `servicenow.catalog_item.requested` | note: `servicenow.catalog_item.requested` is a trigger
         E WF018 17:13 `azure_ad.user.get` needs the input `user`
         E WF019 20:19 `user` of `azure_ad.user.get` takes a text, and this is a whole number
         E WF019 20:54 `select` of `azure_ad.user.get` takes a text, and this is a number | help: put it in quotes: `\"3\"`
         E WF019 23:56 `page` of `servicenow.incident.create` takes true or false, and this is a text",
    );
}

#[test]
fn references_are_followed_through_roots_steps_and_fields() {
    steps(
        "  - id: a
    action: azure_ad.user.get
    with: { user: $.inputs.wo }
  - id: b
    set:
      later: $.steps.c.x
      own: $.steps.b.later
      gone: $.steps.aa.id
      field: $.steps.a.displayNam
      deep: \"{{steps.a.manager.nam}}\"
      list: $.steps.a.groups[*].idd
      root: $.input.who
      status: $.status.a.x
      none: $.settings.limit
      error: $.error.summary
      event: $.trigger.id
      out: $.out.id
      ended: $.run.outcome
      all: $.steps
      typo: $.steps..
      number: $.steps.a.devices.count
  - id: c
    set: { x: 1 }
",
        "E WF022 8:19 there is no input `wo` | help: did you mean `who`?
         E WF021 11:14 `b` reads the output of `c`, which may not have run yet | help: move `b` below `c`
         E WF021 12:12 `b` reads its own output before it is there
         E WF020 13:13 there is no step `aa` | help: did you mean `a`?
         E WF023 14:14 the output of `a` has no field `displayNam` | help: did you mean `displayName`?
         E WF023 15:16 the output of `a` has no field `nam` | note: its fields are `id`
         E WF023 16:13 the output of `a` has no field `idd` | help: did you mean `id`?
         E WF022 17:13 there is no root `input` | help: did you mean `inputs`?
         E WF023 18:15 `$.status.a.x` has no field `x`
         E WF022 19:13 there is no setting `limit` | help: declare it under `settings`
         E WF022 20:14 `$.error` is there in `on_failure` and `rescue` only
         E WF022 21:14 `$.trigger` is read in the trigger only | help: map what the steps need under `inputs` of the trigger
         E WF022 22:12 `$.out` is there in `expect` and `until` only
         E WF022 23:14 how the run ended is known in `finally` only
         E WF020 24:12 `$.steps` is read by the id of a step | help: write `$.steps.<id>`
         E WF030 25:22 the expression ends too early | help: a path looks like `$.inputs.name`, `$.steps.x.list[0]`, `$.steps.x.list[*].id` or `$.steps.x['a-b']`
         E WF023 26:15 the output of `a` has no field `count`",
    );
}

#[test]
fn traps_of_conditions_are_found() {
    steps(
        "  - id: p
    action: azure_ad.user.get
    with: { user: $.inputs.who }
    if: $.inputs.flag
  - id: a
    if: $.inputs.flag == 'true'
    set: { x: 1 }
  - id: b
    if: $.inputs.n == '5' || '7' < $.inputs.n
    set: { x: 1 }
  - id: c
    if: $.steps.p.department != 'Sales' && $.status.p == 'succeeded'
    set: { x: 1 }
  - id: d
    if: $.steps.p.department == $.steps.p.manager.id
    set: { x: 1 }
  - id: e
    if: $.inputs.who and $.inputs.flag == true
    set: { x: 1 }
  - id: f
    if: match($.inputs.who, 'svc-(')
    set: { x: 1 }
  - id: g
    if: \"{{inputs.who}} == 'x'\"
    set: { x: 1 }
  - id: h
    if: $.status.p == 'success'
    set: { x: 1 }
  - id: i
    if: $.steps.p.accountEnabled || $.inputs.who || $.steps.p.manager
    set: { x: 1 }
  - id: j
    if: $.steps.p.devices != 3
    set: { x: 1 }
  - id: k
    if: $.steps.p.department && $.steps.p.department != 'Sales' && !match($.inputs.n, 'x')
    set: { x: { condition: '$.inputs.who = 1' } }
",
        "W WF033 9:9 `$.inputs.flag` alone asks whether it exists, not whether it is true | help: write `$.inputs.flag == true`
         E WF035 11:9 `$.inputs.flag` is true or false and `'true'` is a text, so `==` never compares them | help: write `true` without quotes
         E WF035 14:9 `$.inputs.n` is a whole number and `'5'` is a text, so `==` never compares them | help: write `5` without quotes
         E WF035 14:9 `'7'` is a text and `$.inputs.n` is a whole number, so `<` never compares them | help: write `7` without quotes
         W WF034 17:9 `!=` also holds when `$.steps.p.department` is absent | help: ask for it first: `$.steps.p.department && …`
         W WF034 20:9 `==` also holds when `$.steps.p.department` and `$.steps.p.manager.id` are both absent | help: ask for it first: `$.steps.p.department && …`
         E WF032 23:22 `and` is not an operator | help: write `&&`
         E WF032 26:9 the regular expression `svc-(` does not compile: unclosed group | help: a sign that stands for itself has two backslashes before it, such as `\\\\(`
         E WF032 29:9 a condition takes paths without braces | help: write for example `$.inputs.risk == 'high'`
         E WF035 32:9 `$.status.p` is never \"success\" | note: it is one of `succeeded`, `failed`, `skipped`, `timed_out`
         W WF033 35:9 `$.steps.p.accountEnabled` alone asks whether it exists, not whether it is true | help: write `$.steps.p.accountEnabled == true`
         W WF033 35:37 `$.inputs.who` alone asks whether it exists, and it always does | help: compare it with something
         W WF033 35:53 `$.steps.p.manager` alone also holds when it is null | help: write `$.steps.p.manager && $.steps.p.manager != null`
         W WF034 38:9 `!=` also holds when `$.steps.p.devices` is absent | help: ask for it first: `$.steps.p.devices && …`
         E WF035 41:75 `$.inputs.n` is a whole number, and only a text can match | help: compare it with `==` or `<`
         W WF037 41:87 `match` takes the whole text, so this is `== 'x'` | help: write `search(…, 'x')` for a part, `'x.*'` for a beginning
         E WF032 42:42 `=` is not an operator | help: write `==`",
    );
}

#[test]
fn skipped_steps_are_read_only_where_that_is_provided_for() {
    steps(
        "  - id: p
    action: azure_ad.user.get
    with: { user: $.inputs.who }
    if: $.inputs.flag == true
  - id: bad
    set: { a: $.steps.p.id, b: \"{{steps.p.displayName}}\" }
  - id: same_condition
    if: $.inputs.flag == true
    set: { a: $.steps.p.id }
  - id: asks_status
    if: $.status.p == 'succeeded'
    set: { a: $.steps.p.id }
  - id: provides
    set: { a: { first: [$.steps.p.id, none] }, b: \"{{default steps.p.id 'x'}}{{#if steps.p.id}}y{{/if}}\" }
  - id: s
    switch:
      - if: $.inputs.n > 1
        steps:
          - id: one
            set: { x: 1 }
          - id: also
            set: { x: $.steps.one.x }
      - else:
          - id: two
            set: { x: $.steps.one.x }
  - id: after
    set: { x: $.steps.two.x }
  - id: free
    action: azure_ad.user.get
    with: { user: $.inputs.who }
    on_error: continue
  - id: reads_free
    set: { x: $.steps.free.id }
",
        "W WF024 11:15 `bad` reads the output of `p`, which may not be there | help: give `bad` the condition `$.status.p == 'succeeded'`, or provide for it with `{{default … \"\"}}` or `set: {first: …}`
         E WF021 30:23 `two` reads the output of `one`, which stands in another branch of the same `switch`
         W WF024 32:15 `after` reads the output of `two`, which may not be there | help: give `after` the condition `$.status.two == 'succeeded'`, or provide for it with `{{default … \"\"}}` or `set: {first: …}`
         W WF024 38:15 `reads_free` reads the output of `free`, which may not be there | help: give `reads_free` the condition `$.status.free == 'succeeded'`, or provide for it with `{{default … \"\"}}` or `set: {first: …}`",
    );
}

#[test]
fn order_cycles_and_ends_are_checked() {
    steps(
        "  - id: a
    needs: [c]
    set: { x: 1 }
  - id: b
    set: { x: 1 }
  - id: c
    set: { x: 1 }
  - id: d
    needs: [d, bb]
    set: { x: 1 }
  - id: block
    parallel:
      left:
        - id: in_left
          needs: [block]
          set: { x: 1 }
      right:
        - id: in_right
          set: { x: $.steps.in_left.x, y: $.steps.block }
  - id: end
    switch:
      - if: $.inputs.n == 1
        steps: [{ id: yes_end, stop: succeeded }]
      - else: [{ id: no_end, stop: ignored, message: $.inputs.who }]
  - id: never
    set: { x: 1 }
",
        "E WF025 7:13 `a`, `b` and `c` wait for each other | help: a step without `needs` waits for the one above it; `needs` may only name steps that come before
         E WF025 14:13 `d` waits for itself
         E WF020 14:16 there is no step `bb` | help: did you mean `b`?
         E WF025 20:19 `in_left` waits for `block`, which it stands in
         E WF021 24:43 `in_right` stands inside `block`, which has not ended when it runs
         E WF031 29:54 `$.inputs.who` would be written as it stands: a path in a text has braces | help: write `\"{{inputs.who}}\"`
         W WF026 30:9 `never` is never reached",
    );
}

#[test]
fn gates_stand_before_what_they_gate() {
    steps(
        "  - id: bare
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
  - id: reason
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
    no_approval_because: \" \"
  - id: early
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
    requires_approval: gate
  - id: gate
    if: $.inputs.flag == true
    approval:
      subject: May {{inputs.who}}?
      via: servicenow
      stages: [{ name: nobody }, { name: boss, approvers: [{ servicenow.manager: $.inputs.who }, { servicenow.manager_of: $.inputs.n }] }]
      expires: { after: 2d, then: approve }
  - id: skipped_gate
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
    requires_approval: gate
  - id: late
    action: azure_ad.user.get
    with: { user: $.inputs.who }
  - id: unknown_input
    action: azure_ad.group.add_member
    with: { user: $.steps.late.id, group: \"{{steps.gate.outcome}}\" }
    if: $.status.gate == 'succeeded'
    requires_approval: gate
  - id: no_gate
    action: azure_ad.group.remove_member
    with: { user: $.inputs.who, group: g }
    requires_approval: late
  - id: typo
    action: azure_ad.group.remove_member
    with: { user: $.inputs.who, group: g }
    requires_approval: gat
  - id: open
    approval: { subject: x, via: teams, stages: [], never: [requester, same_person_twice] }
",
        "E GV003 6:9 `bare` grants access without a gate | help: put an `approval` step before `bare` and name it in `requires_approval` | note: `azure_ad.group.add_member` is of class grant here
         E GV003 12:26 `no_approval_because` gives no reason
         E GV004 16:24 the gate `gate` does not come before `early` | help: move `early` below `gate`
         E GV017 17:9 `gate` asks in `servicenow` and names no record | help: add `record:` with a path to the record, such as the requested item
         E GV001 22:24 stage `nobody` of `gate` asks nobody | help: name its `approvers`; only with `via: console` may whoever uses the console decide
         E WF017 22:62 there is no people source `servicenow.manager` | help: did you mean `servicenow.manager_of`?
         E WF019 22:123 the input of `servicenow.manager_of` takes a text, and this is a whole number
         E GV006 23:35 `gate` approves when nobody decides, and gives no reason | help: add `reason:`, or write `then: reject`
         E GV004 27:24 the gate `gate` does not come before `skipped_gate` on every way | help: give `skipped_gate` the condition `$.status.gate == 'succeeded'`, or take the gate out of the condition | note: a way past the gate: `gate` (skipped) → `skipped_gate`
         E GV005 33:19 an input of `unknown_input` comes from `late` and is not known when its gate opens | help: put `late` before `gate`
         E GV005 33:46 an input of `unknown_input` comes from `gate` and is not known when its gate opens | help: the decision cannot be part of what is decided
         E GV004 39:24 `late` is no `approval` step
         E WF020 43:24 there is no step `gat` | help: did you mean `gate`?
         E GV001 44:9 `open` asks nobody: it has no stage
         E WF017 45:34 there is no channel `teams` | help: `drawbridge nodes` lists all there are
         E GV009 45:61 `open` never asks the requester, and does not say who that is | help: add `requester:` with a path to that person",
    );
}

#[test]
fn effects_hang_on_inputs_that_are_written_out() {
    steps(
        "  - id: computed
    action: servicenow.record.update
    with: { table: $.inputs.who, sys_id: x, set: {} }
  - id: votes
    action: servicenow.record.update
    with: { table: sysapproval_approver, sys_id: x, set: { state: approved } }
  - id: role
    action: servicenow.record.update
    with: { table: sys_user_has_role, sys_id: x, set: { role: admin } }
  - id: ticket
    action: servicenow.record.update
    with: { table: incident, sys_id: x, set: { client_secret: hunter2, password: $.inputs.who } }
    poll: { until: $.out.number == 'x', every: 1m, at_most: 1h }
",
        "E GV007 8:20 `table` of `servicenow.record.update` must be written out | note: what the step may do hangs on it, so it must be known before the run
         E GV002 11:20 rows of `sysapproval_approver` are decisions of people and are not written by a step | help: ask with an `approval` step and `via: servicenow`
         E GV003 12:9 `role` grants access without a gate | help: put an `approval` step before `role` and name it in `requires_approval` | note: `servicenow.record.update` is of class grant here
         E GV008 17:48 `client_secret` is a secret in plain text | help: secrets stand in the configuration by reference (`${env:NAME}`), never in a workflow
         E WF027 18:5 `poll` repeats a read, and `servicenow.record.update` changes something | help: read the result in a step of its own and poll that",
    );
}

#[test]
fn triggers_fill_the_inputs_of_the_workflow() {
    check(
        &format!(
            "{HEAD}settings: {{ item: {{ type: string }} }}
inputs:
  who: {{ type: string }}
  many: {{ type: integer, default: 1 }}
  group: {{ type: string }}
triggers:
  - id: t
    trigger: servicenow.catalog_item.requested
    with: {{ itm: $.inputs.who, item: $.trigger.x }}
    if: $.trigger.quantty == 1
    inputs: {{ who: $.trigger.quantity, many: many, grp: $.trigger.sys_id }}
    dedupe: {{ key: $.trigger.sys_id, keep: forever }}
    concurrency: {{ max: 1 }}
  - id: t
    trigger: servicenow.item
    inputs: {{ who: x, group: $.steps.s.x }}
steps:
  - id: s
    set: {{ x: 1 }}
"
        ),
        "E WF050 10:9 trigger `t` does not fill the input `group` | help: fill it under `inputs` of the trigger: `group: $.trigger.…`
         E WF012 12:13 `servicenow.catalog_item.requested` has no input `itm` | help: did you mean `item`?
         E WF022 12:18 `$.inputs` is not there in a trigger | note: the roots here are `settings`
         E WF022 12:38 the event is not there yet when the trigger looks | note: the roots here are `settings`
         E WF023 13:9 an event of `t` has no field `quantty` | help: did you mean `quantity`?
         E WF050 14:20 the input `who` takes a text, and this is a whole number
         E WF050 14:46 the input `many` takes a whole number, and this is a text
         E WF050 14:52 the workflow has no input `grp` | note: its inputs are `who`, `many`, `group`
         E WF013 15:44 `forever` is not a duration | help: durations look like `30s`, `15m`, `4h`, `5d` or `PT4H`
         E WF011 16:20 `concurrency` has no `key`
         E WF016 17:9 two triggers have the id `t`
         E WF017 18:14 there is no trigger `servicenow.item` | help: `drawbridge nodes` lists all there are
         E WF022 19:30 `$.steps` is not there in a trigger | note: the roots here are `trigger`, `settings`",
    );
}

#[test]
fn tables_are_compiled_and_their_inputs_checked() {
    check(
        &format!(
            "{HEAD}tables:
  missing: {{ file: tables/routin.csv, inputs: [department] }}
  wrong:
    inputs: [level, nam]
    columns: [\"level:int\", name, \"on:boolean\"]
    rows:
      - [1, \"matches (\", yes]
      - [\"matches x\", \"\", true]
      - [1]
  unreached:
    inputs: [level, name]
    columns: [\"level:integer\", name, out]
    rows:
      - [1, \"*\", a]
      - [2, \"one_of a|b\", b]
      - [1, x, c]
      - [\"one_of 2\", a, d]
      - [\"*\", \"=\", e]
    no_match: {{ ou: x }}
  good: {{ inputs: [n], columns: [\"n:integer\", out], rows: [[1, a]], no_match: skip }}
steps:
  - id: a
    decide: god
  - id: b
    decide: good
    with: {{ n: one, m: 1 }}
  - id: c
    decide: good
  - id: d
    set: {{ x: $.steps.b.ot }}
"
        ),
        "W WF055 5:3 nothing uses the table `missing` | help: look it up in a step with `decide`, or in a mapping with `values`, or take it away
         E WF042 5:20 the file `tables/routin.csv` is not there | help: did you mean `tables/routing.csv`?
         W WF055 6:3 nothing uses the table `wrong` | help: look it up in a step with `decide`, or in a mapping with `values`, or take it away
         E WF040 7:21 table `wrong` has no column `nam` | help: did you mean `name`?
         E WF013 8:15 `int` is not a type | help: did you mean `integer`?
         E WF040 10:26 column `on`: `yes` is not of type boolean
         E WF040 12:9 the row has 1 of 3 cells
         W WF055 13:3 nothing uses the table `unreached` | help: look it up in a step with `decide`, or in a mapping with `values`, or take it away
         W WF041 19:9 this row is never reached
         W WF041 20:9 this row is never reached
         E WF040 22:15 the row of `no_match` has no `out`
         E WF040 22:17 the table has no output column `ou` | help: did you mean `out`?
         E WF043 26:13 there is no table `god` | help: did you mean `good`?
         E WF044 29:16 column `n` of table `good` takes a whole number, and this is a text
         E WF044 29:21 table `good` has no input column `m` | help: did you mean `n`?
         E WF044 31:13 table `good` needs the input `n`
         E WF023 33:15 the output of `b` has no field `ot` | help: did you mean `out`?",
    );
}

#[test]
fn texts_and_values_say_what_is_wrong_with_them() {
    steps(
        "  - id: a
    set:
      part: \"{{> x}}\"
      helper: \"{{lowr inputs.who}}\"
      open: \"{{inputs.who\"
      path: $.inputs.a-b
      filter: $.inputs.who[?@[?@.x]]
      later: { without: [1] }
      deep: [{ x: \"{{inputs.whom}}\" }]
  - id: b
    stop: done
    message: $.inputs.who
  - id: c
    wait: { event: x }
  - id: d
    approval: { subject: 5, show: x, stages: x, remind: { every: 1d }, expires: { after: x, calendar: weekdays } }
  - id: e
    switch: [{ when: x }, { else: [] }, { if: '$.a.b' }]
",
        "E WF031 8:16 a text takes no partials | help: write it out, or name a part with a `set` step and write `{{steps.<id>.<name>}}`
         E WF031 9:18 `lowr` is not a helper | help: did you mean `lower`?
         E WF031 10:26 the text ends inside `{{ }}` or a block | help: a text takes `{{path}}`, `{{helper path}}`, `{{#each}}` and `{{#if}}`; `\\{{` writes braces
         E WF030 11:21 a name with a hyphen stands in brackets | help: write `['a-b']`
         E WF030 12:15 a filter inside a filter is not dependable | help: filter in two steps, or compare a field of the element
         E WF013 13:25 `without` takes two lists: what is looked through, and what is left out | help: write `{without: [$.steps.a.groups, $.steps.b.groups]}`
         E WF022 14:22 there is no input `whom` | help: did you mean `who`?
         E WF013 16:11 `stop` is not `done` | note: it is one of `succeeded`, `rejected`, `failed`, `ignored`
         E WF011 19:13 a wait for an event has no `for` | help: say how long: a run must not wait for ever
         E WF013 19:20 an `event` is a map, and this is a text
         E GV001 20:9 `d` asks nobody: it has no stage
         E WF013 21:26 `subject` takes a text, and this is a number | help: put it in quotes: `\"5\"`
         E WF013 21:35 `show` takes a list, and this is a text
         E WF013 21:46 `stages` takes a list, and this is a text
         W WF060 21:49 `remind` is checked, and cannot be run yet
         E WF013 21:90 `x` is not a duration | help: durations look like `30s`, `15m`, `4h`, `5d` or `PT4H`
         E WF010 23:16 a branch has no key `when` | help: here it is called `if`
         E WF011 23:16 a branch has no `if`
         E WF011 23:16 a branch has no `steps`
         E WF026 23:29 the branches after `else` are never taken | help: put `else` last
         E WF011 23:35 `else` holds no step
         E WF011 23:43 a branch has no `steps`
         E WF022 23:48 there is no root `a` | note: the roots here are `inputs`, `settings`, `steps`, `status`, `run`",
    );
}

#[test]
fn text_that_is_no_yaml_is_one_finding_at_its_place() {
    check(
        "workflow: w\nsteps:\n  - id: a\n   set: 1\n",
        "E WF001 4:4 this is not YAML: while parsing a block collection, did not find expected '-' indicator",
    );
    check(
        "workflow: w\nsteps:\n  - id: a\n    if: !match($.inputs.x, 'a')\n",
        "E WF006 4:9 a value that begins with `!` is read as a tag of YAML | help: put it in quotes: `\"!match($.inputs.x, 'a')\"`",
    );
    check(
        "workflow: w\nworkflow: v\n",
        "E WF011 1:1 a workflow has no `version`
         E WF011 1:1 a workflow has no `title`
         E WF011 1:1 a workflow has no `steps`
         E WF003 2:1 `workflow` stands here twice",
    );
    check("", "E WF001 1:1 the file is empty");
    check("- a\n", "E WF013 1:1 a workflow is a map, and this is a list");
}

#[test]
fn files_stay_inside_the_folder_of_the_workflow() {
    let text = format!(
        "{HEAD}tables:
  up: {{ file: ../../etc/passwd, inputs: [a] }}
  root: {{ file: /etc/passwd, inputs: [a] }}
  here: {{ file: tables/routing.csv, inputs: [department, country] }}
steps: [{{ id: a, stop: succeeded }}]
"
    );
    assert_eq!(drawbridge_core::Parsed::new(&text).files_named(), ["tables/routing.csv"]);
    check(
        &text,
        "W WF055 5:3 nothing uses the table `up` | help: look it up in a step with `decide`, or in a mapping with `values`, or take it away
         E WF042 5:15 `../../etc/passwd` is not a file in the folder of the workflow | help: name it relative to that folder, without `..`
         W WF055 6:3 nothing uses the table `root` | help: look it up in a step with `decide`, or in a mapping with `values`, or take it away
         E WF042 6:17 `/etc/passwd` is not a file in the folder of the workflow | help: name it relative to that folder, without `..`
         W WF055 7:3 nothing uses the table `here` | help: look it up in a step with `decide`, or in a mapping with `values`, or take it away",
    );
}

#[test]
fn a_trigger_that_tells_nothing_leaves_the_inputs_to_the_command() {
    check(
        &format!(
            "{HEAD}inputs: {{ who: {{ type: string }} }}
triggers:
  - {{ id: by_hand, trigger: builtin.run.requested }}
  - {{ id: mapped, trigger: builtin.run.requested, inputs: {{ who: $.trigger.id }} }}
steps: [{{ id: a, stop: succeeded }}]
"
        ),
        "",
    );
}

#[test]
fn a_gate_in_another_phase_or_branch_gates_nothing() {
    steps(
        "  - id: gate
    approval: { subject: x, stages: [{ name: any }] }
  - id: s
    switch:
      - if: $.inputs.n == 1
        steps:
          - id: inner_gate
            approval: { subject: x, stages: [{ name: any }] }
          - id: fine
            action: azure_ad.group.add_member
            with: { user: $.inputs.who, group: g }
            requires_approval: inner_gate
  - id: outside
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
    requires_approval: inner_gate
  - id: side
    needs: []
    action: azure_ad.group.add_member
    with: { user: $.inputs.who, group: g }
    requires_approval: gate
on_failure:
  - id: later
    action: azure_ad.group.add_member
    with: { user: \"{{steps.gate.outcome}}\", group: g }
    requires_approval: gate
",
        "E GV004 21:24 the gate `inner_gate` does not come before `outside` on every way | help: give `outside` the condition `$.status.inner_gate == 'succeeded'` | note: a way past the gate: `s` (no branch) → `outside`
         E GV004 26:24 the gate `gate` does not come before `side` | help: name `gate` in `needs` of `side`, or put it below the gate
         W WF024 30:22 `later` reads the output of `gate`, which may not be there | help: give `later` the condition `$.status.gate == 'succeeded'`, or provide for it with `{{default … \"\"}}` or `set: {first: …}`
         E GV005 30:22 an input of `later` comes from `gate` and is not known when its gate opens | help: the decision cannot be part of what is decided
         E GV004 31:24 the gate `gate` does not come before `later` | help: `on_failure` also runs when nobody approved in `steps`; ask in `on_failure`, before `later`",
    );
}

#[test]
fn the_console_asks_whoever_may_use_it_and_nobody_by_name() {
    steps(
        "  - id: gate
    approval: { subject: x, stages: [{ name: boss, approvers: [{ servicenow.manager_of: $.inputs.who }] }] }
",
        "W GV012 6:9 nothing hangs on the decision of `gate` | help: name it in `requires_approval` of a step, or put it before what it is to stop | note: nothing that comes after it changes anything
         E GV010 7:46 stage `boss` of `gate` names approvers, and at the console whoever may use it decides | help: ask them where they are known, such as `via: servicenow`, or leave `approvers` out",
    );
}

#[test]
fn a_condition_that_merely_looks_at_the_gate_is_not_enough() {
    let grant = |id: &str, condition: &str| {
        format!(
            "  - id: {id}
    if: {condition}
    action: azure_ad.group.add_member
    with: {{ user: $.inputs.who, group: g }}
    requires_approval: gate
"
        )
    };
    let text = [
        "  - id: gate
    if: $.inputs.n > 3
    approval: { subject: x, stages: [{ name: any }] }
"
        .to_owned(),
        grant("same", "$.inputs.n > 3"),
        grant("approved", "$.steps.gate.outcome == 'approved' && $.inputs.flag == true"),
        grant("succeeded", "($.status.gate == 'succeeded')"),
        grant("skipped", "$.status.gate == 'skipped'"),
        grant("either", "$.status.gate == 'succeeded' || $.inputs.flag == true"),
        grant("negated", "\"!($.status.gate == 'succeeded')\""),
    ]
    .concat();
    steps(&text, "E GV004 28:24 the gate `gate` does not come before `skipped` on every way | help: give `skipped` the condition `$.status.gate == 'succeeded'`, or take the gate out of the condition | note: a way past the gate: `gate` (skipped) → `skipped`
         E GV004 33:24 the gate `gate` does not come before `either` on every way | help: give `either` the condition `$.status.gate == 'succeeded'`, or take the gate out of the condition | note: a way past the gate: `gate` (skipped) → `either`
         E GV004 38:24 the gate `gate` does not come before `negated` on every way | help: give `negated` the condition `$.status.gate == 'succeeded'`, or take the gate out of the condition | note: a way past the gate: `gate` (skipped) → `negated`");
}
