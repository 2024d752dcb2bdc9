//! Failures: what is recorded, who handles them, and what runs afterwards.

use crate::script::check;

const HANDLED: &str = r#"
steps:
  - { id: one, action: test.item.change }
  - { id: two, action: test.item.get }
on_failure:
  - { id: tell, action: test.item.get, with: { error: $.error } }
finally:
  - { id: close, action: test.item.get, with: { outcome: $.run.outcome } }
"#;

#[test]
fn an_unhandled_failure_runs_on_failure_and_then_finally() {
    check(
        HANDLED,
        r#"
start
  > one start {}
one failed
  > tell start {"error":{"step":"one","code":"CN001","summary":"it went wrong","system":"test"}}
tell done
  > close start {"outcome":"failed"}
close done
= failed
error: one: [CN001] it went wrong
one failed: [CN001] it went wrong
two not_reached
tell succeeded {}
close succeeded {}
"#,
    );
}

#[test]
fn a_run_that_succeeds_passes_on_failure_by() {
    check(
        HANDLED,
        r#"
start
  > one start {}
one done
  > two start {}
two done
  > close start {"outcome":"succeeded"}
close done
= succeeded
one succeeded {}
two succeeded {}
tell pending
close succeeded {}
"#,
    );
}

#[test]
fn a_failure_in_on_failure_keeps_the_first_error_and_finally_runs() {
    check(
        HANDLED,
        r#"
start
  > one start {}
one failed
  > tell start {"error":{"step":"one","code":"CN001","summary":"it went wrong","system":"test"}}
tell late
  > close start {"outcome":"failed"}
close done
= failed
error: one: [CN001] it went wrong
one failed: [CN001] it went wrong
two not_reached
tell timed_out: [CN001] it went wrong
close succeeded {}
"#,
    );
}

#[test]
fn a_failure_in_finally_fails_a_run_that_had_succeeded() {
    check(
        HANDLED,
        r#"
start
  > one start {}
one done
  > two start {}
two done
  > close start {"outcome":"succeeded"}
close failed
= failed
error: close: [CN001] it went wrong
one succeeded {}
two succeeded {}
tell pending
close failed: [CN001] it went wrong
"#,
    );
}

#[test]
fn an_attempt_that_took_too_long_is_told_apart() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get, timeout: 30s, on_error: continue }
  - { id: two, set: { one: $.status.one } }
"#,
        r#"
start
  > one start {}
one late
= succeeded
one timed_out: [CN001] it went wrong
two succeeded {"one":"timed_out"}
"#,
    );
}

#[test]
fn a_failure_that_the_step_takes_is_recorded_and_the_run_goes_on() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get, on_error: continue }
  - { id: two, set: { one: $.status.one } }
"#,
        r#"
start
  > one start {}
one failed
= succeeded
one failed: [CN001] it went wrong
two succeeded {"one":"failed"}
"#,
    );
}

#[test]
fn a_failed_expectation_names_its_condition_and_the_values_it_read() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get, expect: $.out.count == 1 && $.out.owner == $.inputs.person && $.out.gone == 2 }
"#,
        r#"
start
  > one start {}
one done {"count":2,"owner":"ann"}
= failed
error: one: [RN002] `expect: $.out.count == 1 && $.out.owner == $.inputs.person && $.out.gone == 2` does not hold: `$.out.count` is 2, `$.out.owner` is "ann", `$.inputs.person` is "pat", `$.out.gone` is absent
one failed: [RN002] `expect: $.out.count == 1 && $.out.owner == $.inputs.person && $.out.gone == 2` does not hold: `$.out.count` is 2, `$.out.owner` is "ann", `$.inputs.person` is "pat", `$.out.gone` is absent
"#,
    );
}

#[test]
fn an_expectation_that_holds_changes_nothing() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get, expect: $.out.count == 1 }
"#,
        r#"
start
  > one start {}
one done {"count":1}
= succeeded
one succeeded {"count":1}
"#,
    );
}

#[test]
fn what_cannot_be_evaluated_fails_its_step() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get }
  - { id: two, set: { text: "{{steps.one.name}}" } }
"#,
        r#"
start
  > one start {}
one done {"name":null}
= failed
error: two: [RN001] `set.text` cannot be evaluated: `{{steps.one.name}}` is null
one succeeded {"name":null}
two failed: [RN001] `set.text` cannot be evaluated: `{{steps.one.name}}` is null
"#,
    );
}

#[test]
fn a_table_without_a_matching_row_fails_its_step() {
    check(
        r#"
tables:
  desk:
    inputs: [place]
    columns: ["place:string", "queue:string"]
    rows: [[Oslo, oslo-it]]
    no_match: fail
steps:
  - { id: one, action: test.item.get }
  - { id: two, decide: desk, with: { place: $.steps.one.place } }
"#,
        r#"
start
  > one start {}
one done {"place":"Bergen"}
= failed
error: two: [RN001] table `desk` cannot be evaluated: no row of table `desk` fits {"place":"Bergen"}
one succeeded {"place":"Bergen"}
two failed: [RN001] table `desk` cannot be evaluated: no row of table `desk` fits {"place":"Bergen"}
"#,
    );
}
