//! `switch` and `parallel`: which branches run, what they give, and what a failure inside means.

use crate::script::check;

const PARALLEL: &str = r#"
steps:
  - id: both
    parallel:
      left:
        - { id: one, action: test.item.get }
        - { id: two, action: test.item.get }
      right:
        - { id: three, action: test.item.get }
        - { id: four, action: test.item.get }
  - { id: after, set: { left: $.steps.both.left } }
"#;

/// The same, but the block takes what fails in it.
const FORGIVING: &str = r#"
steps:
  - id: both
    on_error: continue
    parallel:
      left:
        - { id: one, action: test.item.get }
        - { id: two, action: test.item.get }
      right:
        - { id: three, wait: { for: 4h } }
        - { id: four, action: test.item.get }
  - { id: after, set: { both: $.status.both } }
"#;

#[test]
fn the_first_branch_that_holds_is_taken_and_the_others_are_skipped() {
    check(
        r#"
steps:
  - id: which
    switch:
      - if: $.inputs.person == 'ann'
        steps: [{ id: one, action: test.item.get }]
      - if: $.inputs.person == 'pat'
        steps: [{ id: two, action: test.item.get }, { id: three, action: test.item.get }]
      - else: [{ id: four, action: test.item.get }]
  - { id: after, set: { taken: $.steps.which.branch } }
"#,
        r#"
start
  > two start {}
two done
  > three start {}
three done
= succeeded
which succeeded {"branch":1}
one skipped
two succeeded {}
three succeeded {}
four skipped
after succeeded {"taken":1}
"#,
    );
}

#[test]
fn a_switch_without_a_branch_that_holds_does_nothing() {
    check(
        r#"
steps:
  - id: which
    switch:
      - if: $.inputs.person == 'ann'
        steps: [{ id: one, action: test.item.get }]
  - { id: after, set: { x: 1 } }
"#,
        r#"
start
= succeeded
which succeeded {"branch":null}
one skipped
after succeeded {"x":1}
"#,
    );
}

#[test]
fn a_skipped_block_skips_everything_in_it() {
    check(
        r#"
steps:
  - id: both
    if: $.inputs.person == 'ann'
    parallel:
      left: [{ id: one, action: test.item.get }]
      right: [{ id: two, switch: [{ else: [{ id: three, action: test.item.get }] }] }]
  - { id: after, set: { x: 1 } }
"#,
        r#"
start
= succeeded
both skipped
one skipped
two skipped
three skipped
after succeeded {"x":1}
"#,
    );
}

#[test]
fn branches_run_side_by_side_and_are_joined() {
    check(
        PARALLEL,
        r#"
start
  > one start {}
  > three start {}
three done
  > four start {}
four done
one done
  > two start {}
two done
= succeeded
both succeeded {"left":"succeeded","right":"succeeded"}
one succeeded {}
two succeeded {}
three succeeded {}
four succeeded {}
after succeeded {"left":"succeeded"}
"#,
    );
}

#[test]
fn a_failure_lets_siblings_finish_and_starts_nothing_new() {
    check(
        PARALLEL,
        r#"
start
  > one start {}
  > three start {}
one failed
three done
= failed
error: one: [CN001] it went wrong
both failed
one failed: [CN001] it went wrong
two not_reached
three succeeded {}
four not_reached
after not_reached
"#,
    );
}

#[test]
fn a_branch_reports_a_failure_that_its_step_takes() {
    check(
        r#"
steps:
  - id: both
    parallel:
      left: [{ id: one, action: test.item.get, on_error: continue }, { id: two, action: test.item.get }]
      right: [{ id: three, action: test.item.get }]
  - { id: after, set: { left: $.steps.both.left, one: $.status.one } }
"#,
        r#"
start
  > one start {}
  > three start {}
one failed
  > two start {}
three done
two done
= succeeded
both succeeded {"left":"failed","right":"succeeded"}
one failed: [CN001] it went wrong
two succeeded {}
three succeeded {}
after succeeded {"left":"failed","one":"failed"}
"#,
    );
}

#[test]
fn a_block_that_takes_failures_ends_what_waits_in_it_and_the_run_goes_on() {
    check(
        FORGIVING,
        r#"
start
  > one start {}
one failed
= succeeded
both failed
one failed: [CN001] it went wrong
two not_reached
three withdrawn
four not_reached
after succeeded {"both":"failed"}
"#,
    );
}

/// What stands above the failing step in the text must not be left behind.
#[test]
fn a_stop_behind_a_wait_in_another_branch_ends_the_run_at_once() {
    check(
        r#"
steps:
  - id: both
    parallel:
      left:
        - { id: one, wait: { for: 4h } }
        - { id: two, action: test.item.get }
      right:
        - { id: three, stop: ignored }
  - { id: after, set: { x: 1 } }
"#,
        r#"
start
= ignored
both withdrawn
one withdrawn
two not_reached
three succeeded
after not_reached
"#,
    );
}

#[test]
fn a_failure_that_an_inner_block_took_does_not_count_for_the_outer_one() {
    check(
        r#"
steps:
  - id: outer
    parallel:
      left:
        - id: inner
          on_error: continue
          switch: [{ else: [{ id: one, action: test.item.get }] }]
        - { id: two, action: test.item.get }
      right:
        - { id: three, action: test.item.get }
        - { id: four, stop: ignored }
finally:
  - { id: last, set: { outer: "{{default status.outer \"none\"}}", inner: "{{default status.inner \"none\"}}" } }
"#,
        r#"
start
  > one start {}
  > three start {}
one failed
  > two start {}
three done
two done
= ignored
outer withdrawn
inner failed
one failed: [CN001] it went wrong
two succeeded {}
three succeeded {}
four succeeded
last succeeded {"outer":"none","inner":"failed"}
"#,
    );
}
