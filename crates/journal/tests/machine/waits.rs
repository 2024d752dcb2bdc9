//! `wait`, and timers in general: durable, never early, once.

use crate::script::check;

/// P4: timers never fire early and fire once. Broken by hand (a timer taken without comparing its time),
/// this fails.
#[test]
fn a_timer_never_fires_early_and_fires_once() {
    check(
        r#"
steps:
  - { id: pause, wait: { for: 4h } }
  - { id: one, action: test.item.get }
"#,
        r#"
start
early
  ignored
+3h
early
  ignored
+61m
  +4h timer
  > one start {}
twice
  ignored
one done
twice
  ignored
= succeeded
pause succeeded {"ended":"time","at":"2026-01-05T12:00:00Z"}
one succeeded {}
"#,
    );
}

#[test]
fn a_timer_of_an_attempt_that_is_over_does_nothing() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get }
"#,
        r#"
start
  > one start {}
one deferred 10s
early
  ignored
+10s
  +10s timer
  > one start {}, try 2
twice
  ignored
one deferred 20s
twice
  ignored
+24h
  +30s timer
  > one start {}, try 3
= running, undecided
one running: [CN001] it went wrong
"#,
    );
}

#[test]
fn a_wait_until_a_time_that_has_passed_ends_at_once() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get }
  - { id: pause, wait: { until: $.steps.one.at } }
"#,
        r#"
start
  > one start {}
one done {"at":"2025-01-01T00:00:00Z"}
+1s
  +0s timer
= succeeded
one succeeded {"at":"2025-01-01T00:00:00Z"}
pause succeeded {"ended":"time","at":"2026-01-05T08:00:00Z"}
"#,
    );
}

#[test]
fn a_wait_until_a_time_ends_then() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get }
  - { id: pause, wait: { until: $.steps.one.at } }
"#,
        r#"
start
  > one start {}
one done {"at":"2026-01-05T10:00:00+01:00"}
+59m
+1m
  +1h timer
= succeeded
one succeeded {"at":"2026-01-05T10:00:00+01:00"}
pause succeeded {"ended":"time","at":"2026-01-05T09:00:00Z"}
"#,
    );
}

#[test]
fn a_wait_until_something_that_is_no_time_fails() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get }
  - { id: pause, wait: { until: $.steps.one.at } }
"#,
        r#"
start
  > one start {}
one done {"at":"tomorrow"}
= failed
error: pause: [RN001] `wait.until` cannot be evaluated: `tomorrow` is not a time with a zone, such as `2026-01-31T08:00:00Z`
one succeeded {"at":"tomorrow"}
pause failed: [RN001] `wait.until` cannot be evaluated: `tomorrow` is not a time with a zone, such as `2026-01-31T08:00:00Z`
"#,
    );
}
