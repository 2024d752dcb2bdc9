//! Cancelling: what is at work finishes, nothing new starts, and `finally` runs.

use crate::script::check;

const WORK: &str = r#"
steps:
  - id: both
    parallel:
      left: [{ id: one, action: test.item.get }]
      right: [{ id: two, action: test.item.change }]
  - { id: three, action: test.item.get }
on_failure:
  - { id: tell, set: { x: 1 } }
finally:
  - { id: close, action: test.item.get, with: { outcome: $.run.outcome } }
  - { id: last, action: test.item.get }
"#;

#[test]
fn cancelling_waits_for_steps_in_flight_and_runs_finally() {
    check(
        WORK,
        r#"
start
  > one start {}
  > two start {}
two sends
  > two send "make it so"
cancel
one done
two done
  > close start {"outcome":"cancelled"}
close done
  > last start {}
last done
cancel
  ignored
= cancelled
both withdrawn
one succeeded {}
two succeeded {}
three not_reached
tell pending
close succeeded {}
last succeeded {}
"#,
    );
}

#[test]
fn a_change_that_is_only_being_prepared_is_not_sent_any_more() {
    check(
        WORK,
        r#"
start
  > one start {}
  > two start {}
cancel
two sends
  ignored
one done
  > close start {"outcome":"cancelled"}
close done
  > last start {}
last done
= cancelled
both withdrawn
one succeeded {}
two withdrawn
three not_reached
tell pending
close succeeded {}
last succeeded {}
"#,
    );
}

#[test]
fn a_change_whose_outcome_is_unknown_is_looked_for_before_the_run_ends() {
    check(
        WORK,
        r#"
start
  > one start {}
  > two start {}
one done
two sends
  > two send "make it so"
two unknown 30s
cancel
+30s
  +30s timer
  > two look for "make it so"
two done {"n":1}
  > close start {"outcome":"cancelled"}
close done
  > last start {}
last done
= cancelled
both withdrawn
one succeeded {}
two succeeded {"n":1}
three not_reached
tell pending
close succeeded {}
last succeeded {}
"#,
    );
}

#[test]
fn what_nobody_can_tell_does_not_hold_up_a_run_that_is_being_cancelled() {
    check(
        WORK,
        r#"
start
  > one start {}
  > two start {}
one done
two sends
  > two send "make it so"
cancel
two unknown 30s
+30s
  +30s timer
  > two look for "make it so"
two parked
  > close start {"outcome":"cancelled"}
close done
  > last start {}
last done
= cancelled
both withdrawn
one succeeded {}
two withdrawn: [CN001] it went wrong
three not_reached
tell pending
close succeeded {}
last succeeded {}
"#,
    );
}

#[test]
fn attempts_to_come_and_what_is_stalled_or_parked_is_given_up() {
    check(
        r#"
steps:
  - id: all
    parallel:
      a: [{ id: one, action: test.item.get }]
      b: [{ id: two, action: test.item.get }]
      c: [{ id: three, action: test.item.change }]
      d: [{ id: four, wait: { for: 1h } }, { id: five, action: test.item.get }]
      e: [{ id: six, action: test.item.get }]
"#,
        r#"
start
  > one start {}
  > two start {}
  > three start {}
  > six start {}
one deferred 1m
two stalled
three sends
  > three send "make it so"
three unknown 30s
+30s
  +30s timer
  > three look for "make it so"
three parked
cancel
six deferred 1m
= cancelled
all withdrawn
one withdrawn: [CN001] it went wrong
two withdrawn: [CN001] it went wrong
three withdrawn: [CN001] it went wrong
four withdrawn
five not_reached
six withdrawn: [CN001] it went wrong
"#,
    );
}

/// A second request must not leave the clean-up undone.
#[test]
fn cancelling_twice_does_not_cut_finally_short() {
    check(
        WORK,
        r#"
start
  > one start {}
  > two start {}
cancel
cancel
  ignored
one done
  > close start {"outcome":"cancelled"}
cancel
  ignored
close done
  > last start {}
last done
= cancelled
both withdrawn
one succeeded {}
two withdrawn
three not_reached
tell pending
close succeeded {}
last succeeded {}
"#,
    );
}

#[test]
fn finally_can_be_cut_short_where_it_waits_for_somebody() {
    check(
        WORK,
        r#"
start
  > one start {}
  > two start {}
cancel
one done
  > close start {"outcome":"cancelled"}
close stalled
cancel
= cancelled
both withdrawn
one succeeded {}
two withdrawn
three not_reached
tell pending
close withdrawn: [CN001] it went wrong
last not_reached
"#,
    );
}

#[test]
fn a_run_that_has_ended_cannot_be_cancelled() {
    check(
        r#"
steps: [{ id: one, set: { x: 1 } }]
"#,
        r#"
start
cancel
  ignored
resume
  ignored
= succeeded
one succeeded {"x":1}
"#,
    );
}
