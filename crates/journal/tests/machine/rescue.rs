//! `group` and `rescue`: which block takes a failure, what its rescue reads, and what is no failure.

use crate::script::{check, play};

const GROUP: &str = r#"
steps:
  - id: all
    group:
      - { id: one, action: test.item.get }
      - { id: two, action: test.item.get }
    rescue:
      - { id: note, action: test.item.get, with: { x: "{{error.step}} {{error.code}} {{error.summary}} {{error.system}}" } }
      - { id: more, action: test.item.get }
  - { id: after, set: { all: $.steps.all.status, status: $.status.all } }
"#;

#[test]
fn a_group_without_a_failure_skips_its_rescue() {
    check(
        GROUP,
        r#"
start
  > one start {}
one done
  > two start {}
two done
= succeeded
all succeeded {"status":"succeeded"}
one succeeded {}
two succeeded {}
note skipped
more skipped
after succeeded {"all":"succeeded","status":"succeeded"}
"#,
    );
}

#[test]
fn a_failure_runs_the_rescue_and_the_block_counts_as_handled() {
    check(
        GROUP,
        r#"
start
  > one start {}
one failed
  > note start {"x":"one CN001 it went wrong test"}
note done
  > more start {}
more done
= succeeded
all succeeded {"status":"rescued"}
one failed: [CN001] it went wrong
two not_reached
note succeeded {}
more succeeded {}
after succeeded {"all":"rescued","status":"succeeded"}
"#,
    );
}

#[test]
fn a_failure_inside_a_rescue_fails_the_block() {
    check(
        GROUP,
        r#"
start
  > one start {}
one failed
  > note start {"x":"one CN001 it went wrong test"}
note failed
= failed
error: note: [CN001] it went wrong
all failed
one failed: [CN001] it went wrong
two not_reached
note failed: [CN001] it went wrong
more not_reached
after not_reached
"#,
    );
}

const PARALLEL: &str = r#"
steps:
  - id: both
    parallel:
      left: [{ id: one, action: test.item.get }, { id: two, action: test.item.get }]
      right: [{ id: three, action: test.item.get }, { id: pause, wait: { for: 1h } }, { id: four, action: test.item.get }]
    rescue: [{ id: note, action: test.item.get, with: { x: $.error.step } }]
  - { id: after, set: { left: $.steps.both.left, right: $.steps.both.right } }
"#;

#[test]
fn the_rescue_waits_until_everything_in_its_block_is_settled() {
    check(
        PARALLEL,
        r#"
start
  > one start {}
  > three start {}
one failed
three done
  > note start {"x":"one"}
note done
= succeeded
both succeeded {"left":"failed","right":"succeeded"}
one failed: [CN001] it went wrong
two not_reached
three succeeded {}
pause not_reached
four not_reached
note succeeded {}
after succeeded {"left":"failed","right":"succeeded"}
"#,
    );
}

#[test]
fn the_first_of_two_failures_is_the_one_a_rescue_reads_and_waits_are_withdrawn() {
    check(
        PARALLEL,
        r#"
start
  > one start {}
  > three start {}
three done
one failed
  > note start {"x":"one"}
note done
= succeeded
both succeeded {"left":"failed","right":"succeeded"}
one failed: [CN001] it went wrong
two not_reached
three succeeded {}
pause withdrawn
four not_reached
note succeeded {}
after succeeded {"left":"failed","right":"succeeded"}
"#,
    );
}

const NESTED: &str = r#"
steps:
  - id: outer
    group:
      - { id: one, action: test.item.get }
    rescue:
      - id: inner
        group: [{ id: two, action: test.item.get, with: { x: $.error.step } }]
        rescue: [{ id: three, action: test.item.get, with: { x: $.error.step } }]
      - { id: four, action: test.item.get, with: { x: $.error.step } }
on_failure:
  - { id: tell, action: test.item.get, with: { x: $.error.step } }
"#;

#[test]
fn the_error_is_the_innermost_one_and_afterwards_the_outer_one_again() {
    check(
        NESTED,
        r#"
start
  > one start {}
one failed
  > two start {"x":"one"}
two failed
  > three start {"x":"two"}
three done
  > four start {"x":"one"}
four done
= succeeded
outer succeeded {"status":"rescued"}
one failed: [CN001] it went wrong
inner succeeded {"status":"rescued"}
two failed: [CN001] it went wrong
three succeeded {}
four succeeded {}
tell pending
"#,
    );
}

#[test]
fn what_nobody_rescues_goes_through_on_failure() {
    check(
        NESTED,
        r#"
start
  > one start {}
one failed
  > two start {"x":"one"}
two failed
  > three start {"x":"two"}
three failed
  > tell start {"x":"three"}
tell done
= failed
error: three: [CN001] it went wrong
outer failed
one failed: [CN001] it went wrong
inner failed
two failed: [CN001] it went wrong
three failed: [CN001] it went wrong
four not_reached
tell succeeded {}
"#,
    );
}

#[test]
fn two_rescues_side_by_side_read_a_failure_each() {
    check(
        r#"
steps:
  - id: both
    parallel:
      left:
        - id: a
          group: [{ id: one, action: test.item.get }]
          rescue: [{ id: note_a, action: test.item.get, with: { x: $.error.step } }, { id: more_a, action: test.item.get, with: { x: $.error.step } }]
      right:
        - id: b
          group: [{ id: two, action: test.item.get }]
          rescue: [{ id: note_b, action: test.item.get, with: { x: $.error.step } }, { id: more_b, action: test.item.get, with: { x: $.error.step } }]
"#,
        r#"
start
  > one start {}
  > two start {}
two failed
  > note_b start {"x":"two"}
one failed
  > note_a start {"x":"one"}
note_b done
  > more_b start {"x":"two"}
note_a done
  > more_a start {"x":"one"}
more_a done
more_b done
= succeeded
both succeeded {"left":"succeeded","right":"succeeded"}
a succeeded {"status":"rescued"}
one failed: [CN001] it went wrong
note_a succeeded {}
more_a succeeded {}
b succeeded {"status":"rescued"}
two failed: [CN001] it went wrong
note_b succeeded {}
more_b succeeded {}
"#,
    );
}

#[test]
fn a_step_that_goes_on_by_itself_never_reaches_the_rescue() {
    check(
        r#"
steps:
  - id: all
    group: [{ id: one, action: test.item.get, on_error: continue }, { id: two, action: test.item.get }]
    rescue: [{ id: note, action: test.item.get }]
"#,
        r#"
start
  > one start {}
one failed
  > two start {}
two done
= succeeded
all succeeded {"status":"succeeded"}
one failed: [CN001] it went wrong
two succeeded {}
note skipped
"#,
    );
}

/// A block that goes on by itself rescues first; only a failure of the rescue is left to be recorded.
#[test]
fn on_error_of_a_block_with_a_rescue_is_about_the_rescue() {
    check(
        r#"
steps:
  - id: all
    on_error: continue
    group: [{ id: one, action: test.item.get }]
    rescue: [{ id: note, action: test.item.get }, { id: more, action: test.item.get }]
  - { id: after, set: { all: $.status.all } }
"#,
        r#"
start
  > one start {}
one failed
  > note start {}
note failed
= succeeded
all failed
one failed: [CN001] it went wrong
note failed: [CN001] it went wrong
more not_reached
after succeeded {"all":"failed"}
"#,
    );
}

const NO_FAILURE: &str = r#"
steps:
  - id: all
    parallel:
      left: [{ id: one, action: test.item.get }, { id: end, stop: rejected }]
      right: [{ id: gate, approval: { subject: May they?, via: test, stages: [{ name: boss, approvers: [{ test.boss_of: $.inputs.person }] }], expires: { after: 5d } } }]
    rescue: [{ id: note, action: test.item.get }]
"#;

#[test]
fn a_stop_a_rejected_gate_and_cancelling_are_not_rescued() {
    for script in [
        "start\ngate open bob\none done\ngate closed",
        "start\ngate open bob\nbob rejects gate\ngate closed\none done",
        "start\ngate open bob\ncancel\ngate closed\none done",
    ] {
        let found = play(NO_FAILURE, script);
        assert!(found.contains("note not_reached"), "{found}");
        assert!(!found.contains("> note"), "{found}");
    }
}

#[test]
fn cancelling_ends_a_rescue_and_a_failure_outside_keeps_it_from_beginning() {
    let found = play(GROUP, "start\none failed\ncancel\nnote done");
    assert!(found.contains("= cancelled") && found.contains("more not_reached"), "{found}");
    let found = play(
        r#"
steps:
  - id: both
    parallel:
      left:
        - id: all
          group: [{ id: quick, action: test.item.get }, { id: one, action: test.item.get }]
          rescue: [{ id: note, action: test.item.get }]
      right: [{ id: two, action: test.item.get }]
"#,
        "start\nquick done\ntwo failed\none failed",
    );
    assert!(found.contains("= failed") && found.contains("note not_reached"), "{found}");
    assert!(found.contains("error: two") && found.contains("all failed"), "{found}");
}
