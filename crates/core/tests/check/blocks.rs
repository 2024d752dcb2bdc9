//! Groups, loops, rescue, waits for events, child workflows and agents: what they become, and what their
//! steps may read.

use drawbridge_core::graph::VertexKind;
use petgraph::graph::NodeIndex;

use crate::findings::{check, lines, steps};
use crate::run;

const WHOLE: &str = include_str!("whole.yaml");

#[test]
fn workflow_with_every_construct_is_taken_and_what_cannot_be_run_is_said() {
    let expected = "W WF060 18:25 `concurrency` is checked, and cannot be run yet";
    let said = lines(WHOLE);
    assert!(said.contains(expected), "{said}");
    let others: Vec<_> = said.lines().filter(|line| !line.starts_with("W WF060")).collect();
    assert_eq!(others, Vec::<&str>::new());
}

#[test]
fn steps_of_a_block_are_joined_before_its_rescue_and_before_its_end() {
    let blueprint = run(WHOLE).0.expect("there is no error");
    let name = |at: NodeIndex| match blueprint.graph[at].kind {
        VertexKind::End(_) => format!("/{}", blueprint.graph[at].id),
        VertexKind::Rescue(_) => format!("!{}", blueprint.graph[at].id),
        _ => blueprint.graph[at].id.to_string(),
    };
    let names: Vec<_> = blueprint.order.iter().map(|at| name(*at)).collect();
    let expected = [
        "person",
        "facts",
        "incident",
        "later",
        "!facts",
        "note",
        "/facts",
        "each_group",
        "named",
        "each_device",
        "pair",
        "/each_device",
        "/each_group",
        "ids",
        "child",
        "triage",
        "closed",
        "after",
        "asked",
        "settled",
        "granted",
    ];
    assert_eq!(names, expected);
    let mut edges: Vec<_> = blueprint
        .graph
        .edge_indices()
        .filter_map(|edge| blueprint.graph.edge_endpoints(edge))
        .filter(|(from, to)| {
            blueprint.graph[*from].id.as_str() == "facts" || blueprint.graph[*to].id.as_str() == "facts"
        })
        .map(|(from, to)| format!("{} -> {}", name(from), name(to)))
        .collect();
    edges.sort_unstable();
    let expected = [
        "!facts -> /facts",
        "!facts -> note",
        "/facts -> each_group",
        "facts -> !facts",
        "facts -> incident",
        "incident -> !facts",
        "later -> !facts",
        "note -> /facts",
        "person -> facts",
    ];
    assert_eq!(edges, expected);
}

#[test]
fn what_a_loop_gives_is_read_as_a_list_and_its_steps_only_inside() {
    steps(
        "  - id: p
    action: azure_ad.user.get
    with: { user: $.inputs.who }
  - id: loop
    foreach: $.steps.p.groups
    as: group
    steps:
      - id: inner
        set: { id: $.group.idd, all: $.steps.p.groups, mine: $.grop.id }
      - id: fine
        set: { id: $.steps.inner.id, item: $.item.id }
  - id: out
    set:
      one: $.steps.inner.id
      word: $.status.inner
      all: $.steps.loop.items[*].steps.inner.id
      wrong: $.steps.loop.items[*].steps.inner.idd
      element: $.steps.loop.items[0].item.id
      group: $.group.id
  - id: waits
    needs: [inner]
    set: { x: 1 }
  - id: text
    foreach: $.steps.p.displayName
    steps: [{ id: t, set: { x: 1 } }]
  - id: map
    foreach: $.steps.p.manager
    as: steps
    steps:
      - id: nested
        foreach: [1, 2]
        as: steps
        steps: [{ id: n, set: { x: $.steps } }]
",
        "E WF023 14:20 `$.group.idd` has no field `idd` | help: did you mean `id`?
         E WF022 14:62 there is no root `grop` | help: did you mean `group`?
         E WF022 16:44 there is no root `item` | note: the roots here are `inputs`, `settings`, `steps`, `status`, `run`, `group`
         E WF062 19:12 `inner` stands in the loop `loop` and has run once per element | help: read all of them: `$.steps.loop.items[*].steps.inner.id`
         E WF062 20:13 `inner` stands in the loop `loop` and has run once per element | help: read all of them: `$.steps.loop.items[*].status`
         E WF023 22:14 the output of `loop` has no field `idd` | help: did you mean `id`?
         E WF022 24:14 there is no root `group` | note: the roots here are `inputs`, `settings`, `steps`, `status`, `run`
         E WF062 26:13 `inner` stands in the loop `loop` and runs once per element | help: did you mean `loop`?
         E WF064 29:14 `text` goes through a list, and this is a text
         E WF064 32:14 `map` goes through a list, and this is a map
         E WF063 33:9 `$.steps` is a root already | help: name the element by what it is, such as `as: member`
         E WF063 37:13 `$.steps` is a root already | help: name the element by what it is, such as `as: member`
         E WF020 38:36 `$.steps` is read by the id of a step | help: write `$.steps.<id>`",
    );
}

#[test]
fn rescue_reads_the_error_and_what_may_not_have_run_is_said() {
    steps(
        "  - id: block
    group:
      - id: a
        set: { x: 1 }
    rescue:
      - id: r
        set: { why: $.error.summary, x: $.steps.a.x }
  - id: b
    set: { x: $.steps.a.x, r: $.steps.r.why, e: $.error.code, s: $.steps.block.status, t: $.steps.block.state }
  - id: c
    set: { y: 1 }
    rescue: []
",
        "W WF024 12:41 `r` reads the output of `a`, which may not be there | help: give `r` the condition `$.status.a == 'succeeded'`, or provide for it with `{{default … \"\"}}` or `set: {first: …}`
         W WF024 14:15 `b` reads the output of `a`, which may not be there | help: give `b` the condition `$.status.a == 'succeeded'`, or provide for it with `{{default … \"\"}}` or `set: {first: …}`
         W WF024 14:31 `b` reads the output of `r`, which may not be there | help: give `b` the condition `$.status.r == 'succeeded'`, or provide for it with `{{default … \"\"}}` or `set: {first: …}`
         E WF022 14:49 `$.error` is there in `on_failure` and `rescue` only
         E WF023 14:91 the output of `block` has no field `state` | note: its fields are `status`
         E WF010 17:5 `rescue` goes with `group`, `switch`, `parallel`, `foreach`, and this step is of kind `set`
         E WF011 17:13 `rescue` holds no step",
    );
}

#[test]
fn guards_outputs_and_what_withdraws_runs_are_looked_at() {
    check(
        "workflow: w
version: 1
title: T
inputs: { who: { type: string } }
guards:
  - { count: azure_ad.user.get, per: 1h, max: 4, then: hold }
  - { count: azure_ad.group.add_membr, per: 1h, max: 0, then: park }
  - { count: azure_ad.group.add_member, per: 1h, max: 1, then: hold }
  - { count: grnt, per: 1h, max: 1 , then: fail }
deadline: soon
cancel_on:
  - id: gone
    trigger: servicenow.catalog_item.requested
    key: $.inputs.who
    matches: $.trigger.sys_id
  - { id: half, trigger: servicenow.catalog_item.requested, key: $.trigger.sys_id }
steps:
  - id: a
    if: $.inputs.who == 'x'
    set: { x: 1 }
  - id: ask
    agent: { task: \"{{steps.a.x}}\", tools: [azure_ad.group.add_member, azure_ad.user.gett], answer: { n: { type: int } }, calls: 900 }
  - id: child
    workflow: Access Request
outputs:
  x: $.steps.a.x
  y: $.steps.b.x
  B: 1
",
        "W WF060 5:1 `guards` is checked, and cannot be run yet
         E WF061 6:14 `azure_ad.user.get` changes nothing, so there is nothing to count | help: count an action that changes something, or a class such as `grant`
         E WF013 7:14 `count` is not `azure_ad.group.add_membr` | help: did you mean `azure_ad.group.add_member`?
         E WF013 7:54 `max` takes a whole number from 1 to 1000000, and this is 0
         E WF013 7:63 `then` is not `park` | note: it is one of `hold`, `fail`
         W WF061 8:14 no step of this workflow calls `azure_ad.group.add_member` | help: a guard counts the effects of its own workflow; leave it out, or count a class such as `grant`
         E WF061 9:14 `grnt` is neither an action nor a class of effects | help: did you mean `grant`?
         E WF013 10:11 `soon` is not a duration | help: durations look like `30s`, `15m`, `4h`, `5d` or `PT4H`
         W WF060 11:1 `cancel_on` is checked, and cannot be run yet
         E WF018 13:14 `servicenow.catalog_item.requested` needs the input `item`
         E WF022 14:10 `$.inputs` is not there in a trigger | note: the roots here are `trigger`, `settings`
         E WF022 15:14 `$.trigger` is read in the trigger only | help: map what the steps need under `inputs` of the trigger
         E WF011 16:7 what withdraws runs has no `matches`
         E WF018 16:26 `servicenow.catalog_item.requested` needs the input `item`
         W WF060 21:9 `agent` is checked, and cannot be run yet
         W WF024 22:23 `ask` reads the output of `a`, which may not be there | help: give `ask` the condition `$.status.a == 'succeeded'`, or provide for it with `{{default … \"\"}}` or `set: {first: …}`
         E GV011 22:45 `ask` may call `azure_ad.group.add_member`, which needs a gate | help: let the agent answer what it would do, and do it in a step behind an `approval` | note: `azure_ad.group.add_member` may be of class grant
         E WF017 22:72 there is no action `azure_ad.user.gett` | help: did you mean `azure_ad.user.get`?
         E WF013 22:114 `int` is not a type | help: did you mean `integer`?
         E WF013 22:130 `calls` takes a whole number from 1 to 200, and this is 900
         E WF015 24:15 `Access Request` is not a workflow name: lower-case letters, digits and `-`, a letter first, at most 64 characters | help: did you mean `access-request`?
         W WF024 26:6 `outputs` reads the output of `a`, which may not be there | help: provide for it with `{{default … \"\"}}` or `set: {first: …}`
         E WF020 27:6 there is no step `b` | help: did you mean `a`?
         E WF015 28:3 `B` is not an id: lower-case letters, digits and `_`, a letter first, at most 64 characters",
    );
}

#[test]
fn a_gate_outside_of_a_loop_cannot_approve_its_elements_yet() {
    steps(
        "  - id: ask
    approval: { subject: May they?, via: console, stages: [{ name: operator }] }
  - id: each
    foreach: [1, 2]
    steps:
      - id: add
        action: azure_ad.group.add_member
        with: { group: $.inputs.who, user: $.inputs.who }
        requires_approval: ask
",
        "W WF060 14:28 a gate outside of the loop around the step it approves is checked, and cannot be run yet",
    );
}
