//! Changes: intent before the send, attempts and epochs, unknown outcomes, and late answers.

use crate::host::{Host, blueprint};
use crate::script::{Player, check};
use drawbridge_journal::{Command, Resume, StepPath};

const WRITE: &str = r#"
steps:
  - { id: one, action: test.item.change, with: { name: Pat } }
"#;

#[test]
fn a_change_is_sent_once_its_intent_is_recorded() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
one done {"n":1}
= succeeded
one succeeded {"n":1}
"#,
    );
}

/// P2: a recorded step never runs again. Broken by hand (an answer taken whatever its epoch and whether it
/// is waited for), this fails.
#[test]
fn late_and_repeated_answers_change_nothing() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
twice
  ignored
one deferred 10s
twice
  ignored
one done
  ignored
+10s
  +10s timer
  > one start {"name":"Pat"}, try 2
old one done
  ignored
old one failed
  ignored
one sends
  > one send "make it so"
one done {"n":1}
twice
  ignored
one failed
  ignored
one sends
  ignored
resume
  ignored
one again
  ignored
= succeeded
one succeeded {"n":1}
"#,
    );
}

#[test]
fn an_attempt_that_changed_nothing_is_followed_by_another() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one deferred 10s
+10s
  +10s timer
  > one start {"name":"Pat"}, try 2
one sends
  > one send "make it so"
one deferred 30s
+30s
  +40s timer
  > one start {"name":"Pat"}, try 3
one sends
  > one send "make it so"
one done
= succeeded
one succeeded {}
"#,
    );
}

#[test]
fn an_accepted_change_is_followed_until_it_has_completed_and_never_tried_again() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
one pending 1m
+1m
  +1m timer
  > one follow {"job":7}
one sends
  illegal: unasked
one deferred 1m
  illegal: unasked
one pending 5m
+5m
  +6m timer
  > one follow {"job":7}
one done {"n":1}
= succeeded
one succeeded {"n":1}
"#,
    );
}

#[test]
fn an_unknown_change_is_looked_for_and_sent_again_only_when_it_did_not_happen() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
one unknown 30s
+30s
  +30s timer
  > one look for "make it so"
one sends
  illegal: unasked
one unknown 30s
+30s
  +1m timer
  > one look for "make it so"
one deferred 0s
+1s
  +1m timer
  > one start {"name":"Pat"}, try 2
one sends
  > one send "make it so"
one done {"n":1}
= succeeded
one succeeded {"n":1}
"#,
    );
}

#[test]
fn what_was_never_sent_cannot_be_unknown() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one unknown 30s
  illegal: never sent
one pending 30s
  illegal: never sent
one parked
  illegal: never sent
= running, undecided
one running
"#,
    );
}

#[test]
fn a_stalled_step_goes_on_where_it_stood() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one stalled
resume
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
one pending 1m
+1m
  +1m timer
  > one follow {"job":7}
one stalled
resume
  > one follow {"job":7}
one done {"n":1}
= succeeded
one succeeded {"n":1}
"#,
    );
}

#[test]
fn a_person_may_say_that_a_parked_change_is_to_be_made_again() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
one unknown 30s
+30s
  +30s timer
  > one look for "make it so"
one parked
one again
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
one done {"n":1}
= succeeded
one succeeded {"n":1}
"#,
    );
}

#[test]
fn a_person_may_say_that_a_parked_change_happened() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
one unknown 30s
+30s
  +30s timer
  > one look for "make it so"
one parked
one happened
= succeeded
one succeeded {"foreseen":true}
"#,
    );
}

#[test]
fn what_a_person_says_happened_can_be_taken_back_too() {
    let blueprint = blueprint(WRITE);
    let (mut player, _) = Player::start(&blueprint);
    for line in ["one sends", "one unknown 30s", "+30s", "one parked", "one happened"] {
        player.play(line);
    }
    let step = player.host.state.step(&StepPath::new("one")).unwrap();
    assert_eq!(step.undo.as_ref().map(|undo| undo.action.as_str()), Some("test.item.change"));
}

#[test]
fn the_key_of_an_effect_stays_the_same_over_attempts() {
    let blueprint = blueprint(WRITE);
    let (host, commands) = Host::start(&blueprint);
    let (mut player, _) = Player::start(&blueprint);
    let key = |commands: &[Command]| match commands {
        [Command::StartStep(call)] => call.key.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(key(&host.open()), key(&commands));
    player.play("one deferred 10s");
    player.play("+10s");
    assert_eq!(key(&player.host.open()), key(&commands));
}

/// A host that was gone does not know whether its last request went out.
#[test]
fn after_a_crash_a_recorded_change_is_looked_for_and_not_sent() {
    let blueprint = blueprint(WRITE);
    let (mut player, _) = Player::start(&blueprint);
    player.play("one sends");
    match player.host.open().as_slice() {
        [Command::StartStep(call)] => assert!(matches!(call.resume, Resume::Settle(_))),
        other => panic!("{other:?}"),
    }
}

/// An attempt that the engine itself cut off is none of the platform's: the next one is the first again.
#[test]
fn an_interrupted_attempt_costs_nothing_of_the_budget() {
    check(
        WRITE,
        r#"
start
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
one interrupted 30s
+30s
  +30s timer
  > one look for "make it so"
one deferred 0s
+0s
  +30s timer
  > one start {"name":"Pat"}
one sends
  > one send "make it so"
one unknown 30s
+30s
  +1m timer
  > one look for "make it so"
one deferred 0s
+0s
  +1m timer
  > one start {"name":"Pat"}, try 2
one sends
  > one send "make it so"
one done {"n":1}
= succeeded
one succeeded {"n":1}
"#,
    );
}
