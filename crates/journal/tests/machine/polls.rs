//! `poll`: reads that are repeated until something holds.

use crate::script::check;

const FAILS: &str = r#"
steps:
  - id: one
    action: test.item.get
    poll: { until: $.out.ready == true, every: 5m, at_most: 12m, otherwise: fail }
"#;

#[test]
fn a_read_is_repeated_until_what_it_waits_for_holds() {
    check(
        FAILS,
        r#"
start
  > one start {}
one done {"ready":false}
+4m
+1m
  +5m timer
  > one start {}
one done {"ready":true}
= succeeded
one succeeded {"ready":true}
"#,
    );
}

#[test]
fn the_last_read_is_made_at_the_limit_and_then_the_step_fails() {
    check(
        FAILS,
        r#"
start
  > one start {}
one done {"ready":false}
+5m
  +5m timer
  > one start {}
one done {"ready":false}
+5m
  +10m timer
  > one start {}
one done {"ready":false}
+5m
  +12m timer
  > one start {}
one done {"ready":false}
= failed
error: one: [RN003] `$.out.ready == true` did not hold within 12m
one failed: [RN003] `$.out.ready == true` did not hold within 12m
"#,
    );
}

#[test]
fn a_poll_may_go_on_with_the_last_answer() {
    check(
        r#"
steps:
  - id: one
    action: test.item.get
    poll: { until: $.out.ready == true, every: 1h, at_most: 1h, otherwise: continue }
  - { id: two, set: { ready: $.steps.one.ready } }
"#,
        r#"
start
  > one start {}
one done {"ready":false}
+1h
  +1h timer
  > one start {}
one done {"ready":false}
= succeeded
one succeeded {"ready":false}
two succeeded {"ready":false}
"#,
    );
}

#[test]
fn each_read_of_a_poll_has_a_retry_budget_of_its_own() {
    check(
        FAILS,
        r#"
start
  > one start {}
one deferred 10s
+10s
  +10s timer
  > one start {}, try 2
one deferred 20s
+20s
  +30s timer
  > one start {}, try 3
one done {"ready":false}
+5m
  +5m 30s timer
  > one start {}
one deferred 10s
= waiting until +5m 40s, undecided
one retrying: [CN001] it went wrong
"#,
    );
}

#[test]
fn a_poll_ends_when_the_run_no_longer_needs_it() {
    check(
        r#"
steps:
  - id: both
    parallel:
      left:
        - id: one
          action: test.item.get
          poll: { until: $.out.ready == true, every: 5m, at_most: 4h, otherwise: fail }
      right: [{ id: two, action: test.item.get }]
"#,
        r#"
start
  > one start {}
  > two start {}
two failed
one done {"ready":false}
= failed
error: two: [CN001] it went wrong
both failed
one withdrawn
two failed: [CN001] it went wrong
"#,
    );
}
