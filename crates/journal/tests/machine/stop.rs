//! `stop`: how a run ends before its last step.

use crate::script::check;

fn stops(outcome: &str) -> String {
    format!(
        r#"
steps:
  - {{ id: one, action: test.item.get }}
  - {{ id: end, if: $.steps.one.n == 1, stop: {outcome}, message: "because of {{{{steps.one.n}}}}" }}
  - {{ id: two, action: test.item.get }}
on_failure:
  - {{ id: tell, set: {{ error: $.error }} }}
finally:
  - {{ id: last, set: {{ outcome: $.run.outcome }} }}
"#
    )
}

#[test]
fn a_stop_ends_the_run_as_succeeded() {
    check(
        &stops("succeeded"),
        r#"
start
  > one start {}
one done {"n":1}
= succeeded
one succeeded {"n":1}
end succeeded {"message":"because of 1"}
two not_reached
tell pending
last succeeded {"outcome":"succeeded"}
"#,
    );
}

#[test]
fn a_stop_ends_the_run_as_rejected_without_an_error() {
    check(
        &stops("rejected"),
        r#"
start
  > one start {}
one done {"n":1}
= rejected
one succeeded {"n":1}
end succeeded {"message":"because of 1"}
two not_reached
tell pending
last succeeded {"outcome":"rejected"}
"#,
    );
}

#[test]
fn a_stop_ends_the_run_as_ignored() {
    check(
        &stops("ignored"),
        r#"
start
  > one start {}
one done {"n":1}
= ignored
one succeeded {"n":1}
end succeeded {"message":"because of 1"}
two not_reached
tell pending
last succeeded {"outcome":"ignored"}
"#,
    );
}

#[test]
fn a_stop_as_failed_is_a_failure_with_its_message() {
    check(
        &stops("failed"),
        r#"
start
  > one start {}
one done {"n":1}
= failed
error: end: [RN014] because of 1
one succeeded {"n":1}
end succeeded {"message":"because of 1"}
two not_reached
tell succeeded {"error":{"step":"end","code":"RN014","summary":"because of 1"}}
last succeeded {"outcome":"failed"}
"#,
    );
}

#[test]
fn a_stop_that_is_skipped_ends_nothing() {
    check(
        &stops("failed"),
        r#"
start
  > one start {}
one done {"n":2}
  > two start {}
two done
= succeeded
one succeeded {"n":2}
end skipped
two succeeded {}
tell pending
last succeeded {"outcome":"succeeded"}
"#,
    );
}

#[test]
fn a_stop_lets_what_is_at_work_finish_and_a_failure_there_still_counts() {
    check(
        r#"
steps:
  - id: both
    parallel:
      left: [{ id: one, action: test.item.get }]
      right: [{ id: two, action: test.item.get }, { id: end, stop: succeeded }]
"#,
        r#"
start
  > one start {}
  > two start {}
two done
one failed
= failed
error: one: [CN001] it went wrong
both failed
one failed: [CN001] it went wrong
two succeeded {}
end succeeded
"#,
    );
}
