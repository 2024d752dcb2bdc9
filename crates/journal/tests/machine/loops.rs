//! `foreach`: passes side by side, what they read and give, and what a failure in one of them means.

use drawbridge_journal::{StepPath, view};

use crate::host::blueprint;
use crate::script::{Player, check, play};

const PLAIN: &str = r#"
steps:
  - { id: before, action: test.item.get }
  - id: each
    foreach: $.steps.before.list
    as: group
    max: 4
    at_once: 2
    steps:
      - { id: one, action: test.item.change, with: { of: $.group.name, all: "$.steps.before.list[0].name" } }
      - { id: two, set: { was: "{{steps.one.x}} {{status.one}} {{group.name}}" } }
  - { id: after, set: { was: "$.steps.each.items[*].steps.two.was", last: "$.steps.each.items[2].status" } }
"#;

#[test]
fn steps_are_passed_once_per_element_with_so_many_at_once_and_give_a_list_in_its_order() {
    check(
        PLAIN,
        r#"
start
  > before start {}
before done {"list":[{"name":"a"},{"name":"b"},{"name":"c"}]}
  > each[0].one start {"of":"a","all":"a"}
  > each[1].one start {"of":"b","all":"a"}
each[1].one done {"x":2}
  > each[2].one start {"of":"c","all":"a"}
each[2].one done {"x":3}
each[0].one done {"x":1}
= succeeded
before succeeded {"list":[{"name":"a"},{"name":"b"},{"name":"c"}]}
each succeeded {"items":[{"item":{"name":"a"},"status":"succeeded","steps":{"one":{"x":1},"two":{"was":"1 succeeded a"}}},{"item":{"name":"b"},"status":"succeeded","steps":{"one":{"x":2},"two":{"was":"2 succeeded b"}}},{"item":{"name":"c"},"status":"succeeded","steps":{"one":{"x":3},"two":{"was":"3 succeeded c"}}}]}
each[0].one succeeded
each[0].two succeeded
each[1].one succeeded
each[1].two succeeded
each[2].one succeeded
each[2].two succeeded
after succeeded {"was":["1 succeeded a","2 succeeded b","3 succeeded c"],"last":"succeeded"}
"#,
    );
}

#[test]
fn an_empty_list_has_no_passes() {
    let found = play(PLAIN, "start\nbefore done {\"list\":[]}");
    assert!(found.contains("= succeeded") && found.contains("each succeeded {\"items\":[]}"), "{found}");
}

#[test]
fn a_list_over_its_limit_fails_before_the_first_pass() {
    check(
        PLAIN,
        r#"
start
  > before start {}
before done {"list":[1,2,3,4,5]}
= failed
error: each: [RN022] the list of `each` has 5 elements, more than its `max` of 4
before succeeded {"list":[1,2,3,4,5]}
each failed: [RN022] the list of `each` has 5 elements, more than its `max` of 4
after not_reached
"#,
    );
}

#[test]
fn what_is_no_list_fails_the_loop() {
    for (given, said) in [
        ("{}", "`foreach` cannot be evaluated: the list is absent"),
        ("{\"list\":\"ab\"}", "`foreach` cannot be evaluated: a text is not a list"),
        ("{\"list\":null}", "`foreach` cannot be evaluated: null is not a list"),
    ] {
        let found = play(PLAIN, &format!("start\nbefore done {given}"));
        assert!(found.contains(said), "{found}");
    }
}

#[test]
fn a_failure_halts_the_loop_and_passes_in_flight_finish() {
    check(
        PLAIN,
        r#"
start
  > before start {}
before done {"list":[{"name":"a"},{"name":"b"},{"name":"c"}]}
  > each[0].one start {"of":"a","all":"a"}
  > each[1].one start {"of":"b","all":"a"}
each[0].one failed
each[1].one sends
  > each[1].one send "make it so"
each[1].one done {"x":2}
= failed
error: each[0].one: [CN001] it went wrong
before succeeded {"list":[{"name":"a"},{"name":"b"},{"name":"c"}]}
each failed
each[0].one failed: [CN001] it went wrong
each[0].two not_reached
each[1].one succeeded
each[1].two not_reached
after not_reached
"#,
    );
}

const COLLECTS: &str = r#"
steps:
  - { id: before, action: test.item.get }
  - id: each
    on_error: continue
    foreach: $.steps.before.list
    as: n
    max: 10
    at_once: 2
    steps:
      - id: both
        parallel:
          left: [{ id: one, action: test.item.get, with: { n: $.n } }]
          right: [{ id: pause, wait: { for: 1h } }]
  - { id: after, set: { bad: "$.steps.each.items[?@.status=='failed'].item" } }
"#;

#[test]
fn a_loop_that_collects_goes_on_with_the_next_element() {
    check(
        COLLECTS,
        r#"
start
  > before start {}
before done {"list":[1,2,3]}
  > each[0].one start {"n":1}
  > each[1].one start {"n":2}
each[0].one failed
  > each[2].one start {"n":3}
each[1].one done
each[2].one done
+1h
  +1h timer
  +1h timer
= succeeded
before succeeded {"list":[1,2,3]}
each succeeded {"items":[{"item":1,"status":"failed","steps":{}},{"item":2,"status":"succeeded","steps":{"one":{},"pause":{"ended":"time","at":"2026-01-05T09:00:00Z"},"both":{"left":"succeeded","right":"succeeded"}}},{"item":3,"status":"succeeded","steps":{"one":{},"pause":{"ended":"time","at":"2026-01-05T09:00:00Z"},"both":{"left":"succeeded","right":"succeeded"}}}]}
each[0].both failed
each[0].one failed: [CN001] it went wrong
each[0].pause withdrawn
each[1].both succeeded
each[1].one succeeded
each[1].pause succeeded
each[2].both succeeded
each[2].one succeeded
each[2].pause succeeded
after succeeded {"bad":[1]}
"#,
    );
}

#[test]
fn cancelling_ends_every_pass_and_begins_no_further_one() {
    let found =
        play(COLLECTS, "start\nbefore done {\"list\":[1,2,3]}\ncancel\neach[0].one done\neach[1].one failed");
    assert!(found.contains("= cancelled") && !found.contains("each[2]"), "{found}");
    assert!(found.contains("each withdrawn") && found.contains("each[0].pause withdrawn"), "{found}");
}

const RESCUED: &str = r#"
steps:
  - { id: before, action: test.item.get }
  - id: each
    foreach: $.steps.before.list
    as: n
    max: 3
    at_once: 1
    steps:
      - { id: one, action: test.item.get, with: { n: $.n } }
    rescue:
      - { id: note, action: test.item.get, with: { x: "{{error.step}} {{error.code}}" } }
  - { id: after, set: { all: "$.steps.each.items[*].status" } }
"#;

#[test]
fn the_rescue_of_a_loop_runs_once() {
    check(
        RESCUED,
        r#"
start
  > before start {}
before done {"list":[1,2,3]}
  > each[0].one start {"n":1}
each[0].one done
  > each[1].one start {"n":2}
each[1].one failed
  > note start {"x":"each[1].one CN001"}
note done
= succeeded
before succeeded {"list":[1,2,3]}
each succeeded {"items":[{"item":1,"status":"succeeded","steps":{"one":{}}},{"item":2,"status":"failed","steps":{}},{"item":3,"status":"skipped","steps":{}}]}
each[0].one succeeded
each[1].one failed: [CN001] it went wrong
note succeeded {}
after succeeded {"all":["succeeded","failed","skipped"]}
"#,
    );
    let found = play(RESCUED, "start\nbefore done {\"list\":[1,2,3,4]}\nnote done");
    assert!(
        found.contains("> note start {\"x\":\"each RN022\"}") && found.contains("= succeeded"),
        "{found}"
    );
    let found = play(RESCUED, "start\nbefore done {\"list\":[1]}\neach[0].one done");
    assert!(found.contains("note skipped") && found.contains("= succeeded"), "{found}");
}

const NESTED: &str = r#"
steps:
  - { id: before, action: test.item.get }
  - id: outer
    foreach: $.steps.before.list
    as: row
    max: 3
    at_once: 2
    steps:
      - { id: head, set: { name: $.row.name } }
      - id: inner
        foreach: $.row.cells
        as: cell
        max: 3
        at_once: 1
        steps:
          - id: tried
            group: [{ id: one, action: test.item.change, with: { of: "{{steps.head.name}}{{cell}}" } }]
            rescue: [{ id: mend, action: test.item.get, with: { of: "{{row.name}}{{cell}} {{error.step}}" } }]
      - { id: sum, set: { all: "$.steps.inner.items[*].steps.one.x" } }
  - { id: after, set: { all: "$.steps.outer.items[*].steps.sum.all" } }
"#;

#[test]
fn loops_in_loops_have_their_own_elements_and_see_the_outer_ones() {
    check(
        NESTED,
        r#"
start
  > before start {}
before done {"list":[{"name":"a","cells":[1,2]},{"name":"b","cells":[3]}]}
  > outer[0].inner[0].one start {"of":"a1"}
  > outer[1].inner[0].one start {"of":"b3"}
outer[1].inner[0].one failed
  > outer[1].inner[0].mend start {"of":"b3 outer[1].inner[0].one"}
outer[0].inner[0].one done {"x":1}
  > outer[0].inner[1].one start {"of":"a2"}
outer[0].inner[1].one done {"x":2}
outer[1].inner[0].mend done
= succeeded
before succeeded {"list":[{"name":"a","cells":[1,2]},{"name":"b","cells":[3]}]}
outer succeeded {"items":[{"item":{"name":"a","cells":[1,2]},"status":"succeeded","steps":{"head":{"name":"a"},"inner":{"items":[{"item":1,"status":"succeeded","steps":{"one":{"x":1},"tried":{"status":"succeeded"}}},{"item":2,"status":"succeeded","steps":{"one":{"x":2},"tried":{"status":"succeeded"}}}]},"sum":{"all":[1,2]}}},{"item":{"name":"b","cells":[3]},"status":"succeeded","steps":{"head":{"name":"b"},"inner":{"items":[{"item":3,"status":"succeeded","steps":{"mend":{},"tried":{"status":"rescued"}}}]},"sum":{"all":[]}}}]}
outer[0].head succeeded
outer[0].inner succeeded
outer[0].inner[0].tried succeeded
outer[0].inner[0].one succeeded
outer[0].inner[0].mend skipped
outer[0].inner[1].tried succeeded
outer[0].inner[1].one succeeded
outer[0].inner[1].mend skipped
outer[0].sum succeeded
outer[1].head succeeded
outer[1].inner succeeded
outer[1].inner[0].tried succeeded
outer[1].inner[0].one failed: [CN001] it went wrong
outer[1].inner[0].mend succeeded
outer[1].sum succeeded
after succeeded {"all":[[1,2],[]]}
"#,
    );
}

const GATES: &str = r#"
steps:
  - { id: before, action: test.item.get }
  - id: each
    foreach: $.steps.before.list
    as: group
    max: 3
    at_once: 2
    steps:
      - id: gate
        approval:
          subject: "{{group}}?"
          via: test
          stages: [{ name: boss, approvers: [{ test.boss_of: $.inputs.person }] }]
          expires: { after: 5d }
          on_reject: continue
      - { id: grant, if: $.steps.gate.outcome == 'approved', action: test.item.grant, with: { group: $.group }, requires_approval: gate }
"#;

#[test]
fn every_pass_has_a_gate_of_its_own() {
    check(
        GATES,
        r#"
start
  > before start {}
before done {"list":["a","b"]}
  > each[0].gate ask `boss`, need 1
  > each[1].gate ask `boss`, need 1
each[0].gate open bob
each[1].gate open bob
bob approves each[1].gate
  > each[1].gate close question 0
  > each[1].grant start {"group":"b"}
bob rejects each[0].gate
  > each[0].gate close question 0
each[0].gate closed
each[1].grant sends
  > each[1].grant send "make it so"
each[1].grant done
each[1].gate closed
= succeeded
before succeeded {"list":["a","b"]}
each succeeded {"items":[{"item":"a","status":"succeeded","steps":{"gate":{"outcome":"rejected","at":"2026-01-05T08:00:00Z","stages":[{"name":"boss","votes":[{"by":"bob","choice":"rejected","at":"2026-01-05T08:00:00Z"}]}],"by":"bob"}}},{"item":"b","status":"succeeded","steps":{"gate":{"outcome":"approved","at":"2026-01-05T08:00:00Z","stages":[{"name":"boss","votes":[{"by":"bob","choice":"approved","at":"2026-01-05T08:00:00Z"}]}],"by":"bob"},"grant":{}}}]}
each[0].gate succeeded
each[0].grant skipped
each[1].gate succeeded
each[1].grant succeeded
"#,
    );
}

/// The key of an effect is made of the path of its step, so that no two passes share one.
#[test]
fn keys_differ_by_pass_and_late_answers_of_a_pass_that_is_over_are_ignored() {
    let blueprint = blueprint(PLAIN);
    let (mut player, _) = Player::start(&blueprint);
    player.play("before done {\"list\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");
    let keys: Vec<_> = player.host.open().iter().map(|command| format!("{command:?}")).collect();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0].split("key:").nth(1), keys[1].split("key:").nth(1));
    player.play("each[0].one done {\"x\":1}");
    player.play("twice");
    assert!(player.out.contains("ignored"), "{}", player.out);
    let path = StepPath::new("each[0].one");
    assert_eq!(path.id(), "one");
    let shown = view(&blueprint, &player.host.state);
    let each = shown.steps.iter().find(|step| step.path.as_str() == "each").unwrap();
    assert_eq!(each.summary.as_deref(), Some("1 of 2 passes"));
    let one = shown.steps.iter().find(|step| step.path == path).unwrap();
    assert_eq!((one.level, one.branch.as_deref()), (1, Some("0")));
}

#[test]
fn a_loop_that_goes_on_by_itself_gives_its_passes_also_when_there_are_none() {
    let found = play(COLLECTS, "start\nbefore done {\"list\":7}");
    assert!(found.contains("= succeeded") && found.contains("each failed {\"items\":[]}"), "{found}");
}

/// A `stop` in a pass ends the run, and what it says is shown.
#[test]
fn a_stop_in_a_pass_ends_the_run() {
    let found = play(
        r#"
steps:
  - id: each
    on_error: continue
    foreach: [1, 2, 3]
    as: n
    max: 3
    steps:
      - { id: one, action: test.item.get }
      - { id: which, switch: [{ if: $.n == 2, steps: [{ id: enough, stop: rejected, message: "{{n}} is enough" }] }] }
    rescue: [{ id: note, action: test.item.get }]
"#,
        "start\neach[0].one done\neach[1].one done",
    );
    assert!(found.contains("= rejected") && !found.contains("each[2]"), "{found}");
    assert!(found.contains("each[1].enough succeeded") && found.contains("note not_reached"), "{found}");
}
