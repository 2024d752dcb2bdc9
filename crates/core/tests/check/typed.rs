//! What is known of values: types through steps, what an author declares, values of `set`, texts.

use crate::run;

/// One line per finding: letter, code and message, then help.
#[track_caller]
fn steps(steps: &str, expected: &[&str]) {
    let head = "workflow: w\nversion: 1\ntitle: T\ninputs:\n  who: { type: string }\n  n: { type: integer }\n  at: { type: time }\n  list: { type: list }\n";
    check(&format!("{head}steps:\n{steps}"), expected);
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = run(text).1;
    let lines: Vec<_> = found
        .iter()
        .map(|finding| {
            let help = finding.help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
            format!("{} {}{help}", finding.code, finding.message)
        })
        .collect();
    assert_eq!(lines, expected, "\n{text}");
}

#[test]
fn fields_that_nobody_selected_are_spoken_of() {
    steps(
        "  - id: usual
    action: azure_ad.user.get
    with: { user: $.inputs.who }
  - id: some
    action: azure_ad.user.get
    with: { user: $.inputs.who, select: [mobilePhone] }
  - id: unknown
    action: azure_ad.user.get
    with: { user: $.inputs.who, select: $.inputs.list }
  - id: other
    action: azure_ad.user.get
    with: { user: $.inputs.who, select: [department] }
  - id: a
    set:
      id: $.steps.some.id
      department: $.steps.some.department
      selected: $.steps.some.mobilePhone
      usual: $.steps.usual.department
      unusual: $.steps.usual.mobilePhone
      text: \"{{default steps.usual.mobilePhone 'x'}}\"
      open: $.steps.unknown.mobilePhone
      other: $.steps.other.mobilePhone
",
        &[
            "WF028 the output of `usual` holds no `mobilePhone`, because `select` does not name it | name it under `with` of `usual`: `select: [mobilePhone]`, with whatever else is read",
            "WF028 the output of `usual` holds no `mobilePhone`, because `select` does not name it | name it under `with` of `usual`: `select: [mobilePhone]`, with whatever else is read",
            "WF028 the output of `other` holds no `mobilePhone`, because `select` does not name it | add `mobilePhone` to `select` of `other`",
        ],
    );
}

#[test]
fn variables_of_an_event_are_declared_with_their_types() {
    check(
        "workflow: w
version: 1
title: T
inputs: { group: { type: string }, days: { type: integer }, other: { type: string } }
triggers:
  - id: t
    trigger: servicenow.catalog_item.requested
    with: { item: x, variables: { group_id: string, days: integer } }
    if: $.trigger.variables.days == '5'
    inputs: { group: $.trigger.variables.group_id, days: $.trigger.variables.group_id, other: $.trigger.variables.person }
steps: [{ id: a, stop: succeeded }]
",
        &[
            "WF035 `$.trigger.variables.days` is a whole number and `'5'` is a text, so `==` never compares them | write `5` without quotes",
            "WF050 the input `days` takes a whole number, and this is a text",
            "WF028 an event of `t` holds no `person`, because `variables` does not name it | declare it with its type: `variables: { person: string }`",
        ],
    );
}

#[test]
fn values_of_a_set_keep_the_types_of_what_they_read() {
    steps(
        "  - id: p
    action: azure_ad.user.get
    with: { user: $.inputs.who, select: [manager, groups, devices] }
  - id: s
    set:
      manager: $.steps.p.manager
      ids: $.steps.p.groups[*].id
      first: { first: [$.steps.p.devices, 3] }
      count: { count: \"$.steps.p.groups[*]\" }
      rest: { without: [$.steps.p.groups, $.inputs.list] }
      later: { add: { time: $.inputs.at, by: 7d } }
      ago: { ago: 90d }
      truth: { condition: $.inputs.n > 3 }
      nested: { in: $.steps.p.groups }
  - id: use
    set:
      a: $.steps.s.manager.idd
      b: { condition: \"$.steps.s.ids[0] == 5\" }
      c: { condition: $.steps.s.first == 'x' }
      d: { condition: $.steps.s.count == 'x' }
      e: $.steps.s.rest[0].idd
      f: { condition: $.steps.s.later < '2026-01-01' }
      g: { condition: $.steps.s.ago < '2026-01-01' }
      h: { condition: $.steps.s.truth == 'x' }
      i: $.steps.s.nested.in[0].idd
",
        &[
            "WF023 the output of `s` has no field `idd` | did you mean `id`?",
            "WF035 `$.steps.s.ids[0]` is a text and `5` is a whole number, so `==` never compares them | write `'5'`",
            "WF035 `$.steps.s.first` is a whole number and `'x'` is a text, so `==` never compares them | compare values of one type",
            "WF035 `$.steps.s.count` is a whole number and `'x'` is a text, so `==` never compares them | compare values of one type",
            "WF023 the output of `s` has no field `idd` | did you mean `id`?",
            "WF036 the time `2026-01-01` never compares right: it is a date without a time | write `2026-01-01T00:00:00Z`",
            "WF036 the time `2026-01-01` never compares right: it is a date without a time | write `2026-01-01T00:00:00Z`",
            "WF035 `$.steps.s.truth` is true or false and `'x'` is a text, so `==` never compares them | compare values of one type",
            "WF023 the output of `s` has no field `idd` | did you mean `id`?",
        ],
    );
}

#[test]
fn computed_values_have_their_form() {
    steps(
        "  - id: s
    set:
      a: { add: 7d }
      b: { add: { time: $.inputs.at } }
      c: { add: { to: $.inputs.at, by: 7d } }
      d: { add: { time: $.inputs.at, by: -7d } }
      e: { add: { time: $.inputs.at, by: 7 days } }
      f: { add: { time: $.inputs.who, by: 7d } }
      g: { add: { time: $.inputs.n, by: 7d } }
      h: { without: [$.inputs.list] }
      i: { without: [$.inputs.who, $.inputs.list] }
      j: { count: $.inputs.n }
      k: { add: { time: '2026-01-01', by: 7d } }
",
        &[
            "WF013 `add` is a map, and this is a text | write `{add: {time: $.inputs.start, by: 7d}}`",
            "WF011 `add` has no `by` | write `{add: {time: $.inputs.start, by: 7d}}`",
            "WF010 `add` has no key `to` | here it is called `time`",
            "WF011 `add` has no `time` | write `{add: {time: $.inputs.start, by: 7d}}`",
            "WF013 `7 days` is not a duration | durations look like `30s`, `15m`, `4h`, `5d` or `PT4H`",
            "WF019 `time` of `add` takes a time, and this is a whole number",
            "WF013 `without` takes two lists: what is looked through, and what is left out | write `{without: [$.steps.a.groups, $.steps.b.groups]}`",
            "WF019 `without` takes a list, and this is a text",
            "WF019 `count` takes a list, and this is a whole number",
            "WF019 `time` of `add` takes a time, and `2026-01-01` is none | write it with its zone, such as `2026-01-31T08:00:00Z`",
        ],
    );
}

#[test]
fn lists_and_maps_are_not_written_into_a_text() {
    steps(
        "  - id: p
    action: azure_ad.user.get
    with: { user: $.inputs.who, select: [groups, manager] }
  - id: t
    set:
      a: \"{{steps.p.groups}}\"
      b: \"{{lower steps.p.manager}}\"
      c: \"{{join inputs.who}}\"
      d: \"{{#each inputs.n}}x{{/each}}\"
      e: \"{{#each steps.p.groups}}{{this}}{{id}}{{/each}} {{join inputs.list}} {{json steps.p.groups}}\"
",
        &[
            "WF038 `steps.p.groups` is a list, which a text cannot write | write `{{join steps.p.groups \", \"}}`, or `{{json steps.p.groups}}`",
            "WF038 `join` takes a list, and `inputs.who` is a text | write `{{inputs.who}}`",
            "WF038 `#each` takes a list or a map, and `inputs.n` is a whole number | write `{{inputs.n}}`",
            "WF038 `steps.p.groups[*]` is a map, which a text cannot write | write a field of it, or `{{json …}}`",
        ],
    );
}

#[test]
fn scalars_that_are_not_what_is_wanted_are_put_in_quotes_by_machine() {
    let fixes = |text: &str| {
        let found = run(text).1;
        found.iter().flat_map(|finding| &finding.fixes).map(|fix| fix.right.clone()).collect::<Vec<_>>()
    };
    let text = "workflow: w\nversion: 1\ntitle: 12\nsteps:\n  - id: a\n    action: servicenow.incident.create\n    with: { short_description: 0123, page: 'true', urgency: '2', category: NO }\n  - id: b\n    action: servicenow.record.get\n    with: { table: true, sys_id: 46815 }\n    description: yes\n  - id: c\n    if: !match($.inputs.who, 'x')\n    set: { a: 1 }\n";
    assert_eq!(fixes(text), ["\"0123\"", "\"!match($.inputs.who, 'x')\""]);
    let text = text.replace("!match($.inputs.who, 'x')", "$.status.a == 'failed'");
    assert_eq!(fixes(&text), ["\"12\"", "\"0123\"", "true", "2", "\"true\"", "\"46815\""]);
}
