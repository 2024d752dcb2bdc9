//! What a run gives, and its deadline.

use crate::script::{check, play};

const OUTPUTS: &str = r#"
outputs: { name: $.steps.one.name, both: { of: "{{inputs.person}} is {{steps.one.name}}", other: $.steps.one.other } }
steps:
  - { id: one, action: test.item.get }
on_failure:
  - { id: tell, set: { step: $.error.step, why: $.error.summary } }
"#;

#[test]
fn outputs_are_read_when_the_steps_have_succeeded() {
    check(
        OUTPUTS,
        r#"
start
  > one start {}
one done {"name":"Pat"}
= succeeded
outputs: {"name":"Pat","both":{"of":"pat is Pat"}}
one succeeded {"name":"Pat"}
tell pending
"#,
    );
}

#[test]
fn outputs_that_cannot_be_read_fail_the_run() {
    check(
        OUTPUTS,
        r#"
start
  > one start {}
one done {"name":null}
= failed
error: outputs: [RN001] `outputs.both` cannot be evaluated: `{{steps.one.name}}` is null
one succeeded {"name":null}
tell succeeded {"step":"outputs","why":"`outputs.both` cannot be evaluated: `{{steps.one.name}}` is null"}
"#,
    );
}

#[test]
fn a_run_that_failed_gives_nothing() {
    let found = play(OUTPUTS, "start\none failed");
    assert!(found.contains("= failed\n") && !found.contains("outputs:"), "{found}");
}

const DEADLINE: &str = r#"
deadline: 2d
steps:
  - id: both
    parallel:
      left: [{ id: pause, wait: { for: 3d } }]
      right: [{ id: one, action: test.item.get }, { id: two, action: test.item.get }]
    rescue: [{ id: note, action: test.item.get }]
on_failure:
  - { id: tell, set: { step: $.error.step, code: $.error.code } }
finally:
  - { id: last, wait: { for: 5d } }
"#;

/// P4 for the deadline. Broken by hand (fired without comparing its time), this fails.
#[test]
fn a_deadline_fails_the_run_once_and_never_early() {
    check(
        DEADLINE,
        r#"
start
  > one start {}
early
  ignored
  ignored
+47h
early
  ignored
  ignored
+1h
  +48h timer
twice
  ignored
one done
+120h
  +168h timer
= failed
error: deadline: [RN021] the run was not done within its `deadline` of 48h
both withdrawn
pause withdrawn
one succeeded {}
two not_reached
note not_reached
tell succeeded {"step":"deadline","code":"RN021"}
last succeeded {"ended":"time","at":"2026-01-12T08:00:00Z"}
"#,
    );
}

#[test]
fn a_deadline_means_nothing_once_the_steps_have_ended() {
    let found = play(DEADLINE, "start\none failed\nnote done\n+72h\n");
    assert!(!found.contains("+48h timer"), "{found}");
    assert!(found.contains("waiting until +120h, succeeded"), "{found}");
}
