//! The power goes off at every commit, on either side of it, and a fresh engine goes on.

use std::sync::Arc;

use drawbridge_core::Definition;
use drawbridge_journal::{Condition, Outcome};
use drawbridge_runtime::Backend;
use jiff::SignedDuration;

use crate::world::{Cut, Cutting, Fate, Memory, Moment, World, steps};

fn story() -> Definition {
    steps(
        "  - { id: look, action: fake.thing.get, with: { name: a } }
  - { id: note, action: fake.note.add, with: { name: \"{{steps.look.name}}\" } }
  - { id: pause, wait: { for: 1h } }
  - id: both
    parallel:
      left: [{ id: second, action: fake.note.add, with: { name: b } }]
      right: [{ id: third, action: fake.note.add, with: { name: c } }]
  - { id: order, action: fake.order.place, with: { name: o }, needs: [both] }
",
    )
}

/// Cuts every commit of a run in turn. Gives how many commits there are.
async fn cut_everywhere(
    definition: Definition,
    prepare: impl Fn(&World),
    proof: impl Fn(&World, &str),
) -> usize {
    for after in 0..200 {
        for moment in [Moment::Before, Moment::After] {
            let world = World::new();
            prepare(&world);
            let memory: Arc<dyn Backend> = Arc::new(Memory::default());
            let run = world.submit(&memory, &definition).await;
            let cutting: Arc<dyn Backend> = Arc::new(Cutting::new(memory.clone(), Cut { after, moment }));
            let whole = world.drive(&cutting, &run).await.is_ok();
            let view = world.resume(&memory, &run).await;
            let case = format!("cut {moment:?} commit {after}: {view:?}");
            assert_eq!(view.condition, Condition::Ended, "{case}");
            assert_eq!(view.outcome, Some(Outcome::Succeeded), "{case}");
            proof(&world, &case);
            if whole {
                return after;
            }
        }
    }
    panic!("the run has no end")
}

/// P2 and P3: wherever the power goes off, every effect with a key happens once.
#[tokio::test]
async fn every_change_happens_once_wherever_the_power_goes_off() {
    let commits = cut_everywhere(
        story(),
        |_| {},
        |world, case| {
            assert_eq!((world.remote.count("/notes"), world.remote.count("/orders")), (3, 1), "{case}");
        },
    );
    assert!(commits.await >= 9);
}

/// P3: the same with a change that lands late and one whose answer is lost.
#[tokio::test]
async fn every_change_happens_once_although_answers_are_lost_too() {
    let late = [Fate::Late(SignedDuration::from_secs(29)), Fate::LostAfter, Fate::LostBefore];
    let commits = cut_everywhere(
        steps("  - { id: note, action: fake.note.add, with: { name: a } }\n"),
        |world| world.remote.on("POST /notes", late.clone()),
        |world, case| assert_eq!(world.remote.count("/notes"), 1, "{case}"),
    );
    assert!(commits.await >= 3);
}

/// P2: what is recorded is not done again.
#[tokio::test]
async fn a_read_whose_result_is_recorded_is_not_made_again() {
    let definition = steps(
        "  - { id: look, action: fake.thing.get, with: { name: a } }
  - { id: note, action: fake.note.add, with: { name: a }, needs: [look] }
",
    );
    for after in 1..3 {
        let world = World::new();
        let memory: Arc<dyn Backend> = Arc::new(Memory::default());
        let run = world.submit(&memory, &definition).await;
        let cut = Cut { after, moment: Moment::Before };
        world
            .drive(&(Arc::new(Cutting::new(memory.clone(), cut)) as Arc<dyn Backend>), &run)
            .await
            .unwrap_err();
        world.resume(&memory, &run).await;
        assert_eq!(world.remote.calls("GET /things"), 1, "cut before commit {after}");
    }
}

/// P3: a change without a key that may have been sent is parked, wherever the power goes off.
#[tokio::test]
async fn a_change_without_a_trace_is_never_sent_twice() {
    let definition = steps("  - { id: mail, action: fake.mail.send, with: { name: a } }\n");
    for (after, moment) in [(0, Moment::Before), (0, Moment::After), (1, Moment::Before), (1, Moment::After)]
    {
        let world = World::new();
        let memory: Arc<dyn Backend> = Arc::new(Memory::default());
        let run = world.submit(&memory, &definition).await;
        let cutting: Arc<dyn Backend> = Arc::new(Cutting::new(memory.clone(), Cut { after, moment }));
        world.drive(&cutting, &run).await.unwrap_err();
        let view = world.resume(&memory, &run).await;
        let expected = match (after, moment) {
            (0, Moment::Before) | (1, Moment::After) => (Condition::Ended, 1),
            (0, Moment::After) => (Condition::Parked, 0),
            _ => (Condition::Parked, 1),
        };
        assert_eq!((view.condition, world.remote.count("/mails")), expected, "{after} {moment:?}");
    }
}

/// A gate whose owners are asked, and that is approved when they have not answered.
fn asking() -> Definition {
    steps(
        "  - id: approve
    approval:
      subject: May it be?
      via: fake
      stages: [{ name: owners, approvers: [{ fake.owners_of: a }] }]
      expires: { after: 2d, then: approve, reason: Nobody objected }
      on_reject: continue
  - { id: note, action: fake.note.add, with: { name: a }, needs: [approve] }
",
    )
}

/// P3: rows of a gate are not asked for twice, wherever the power goes off.
#[tokio::test]
async fn a_gate_asks_every_person_once_wherever_the_power_goes_off() {
    let commits = cut_everywhere(
        asking(),
        |world| world.remote.owners(&["bea", "cem"]),
        |world, case| {
            let states: Vec<_> = world.remote.rows().into_iter().map(|row| row.state).collect();
            assert_eq!(states, ["withdrawn", "withdrawn"], "{case}");
            assert_eq!(world.remote.count("/notes"), 1, "{case}");
        },
    );
    assert!(commits.await >= 6);
}

/// An engine that dies again and again while it sends says nothing of the platform: the budget of attempts
/// and of time is there for the platform's own answers.
#[tokio::test]
async fn a_change_whose_engine_dies_again_and_again_is_still_sent() {
    let retry = ["", ", retry: { attempts: 1 }"];
    for retry in retry {
        let definition =
            steps(&format!("  - {{ id: note, action: fake.note.add, with: {{ name: a }}{retry} }}\n"));
        let world = World::new();
        let memory = Arc::new(Memory::default());
        let backend: Arc<dyn Backend> = memory.clone();
        let run = world.submit(&backend, &definition).await;
        for death in 1..=8 {
            // Cut right after the intent is recorded; every start after the first looks before.
            let after = if death == 1 { 0 } else { INTENT_AFTER_A_LOOK };
            let cut = Cut { after, moment: Moment::After };
            let cutting: Arc<dyn Backend> = Arc::new(Cutting::new(backend.clone(), cut));
            world.drive(&cutting, &run).await.unwrap_err();
            let intents = memory.kinds().into_iter().filter(|kind| *kind == "step_started").count();
            assert_eq!(intents, death, "{retry}: {:?}", memory.kinds());
            world.clock.advance(SignedDuration::from_mins(20));
        }
        let view = world.resume(&backend, &run).await;
        assert_eq!(view.outcome, Some(Outcome::Succeeded), "{retry}: {view:?}");
        assert_eq!(world.remote.count("/notes"), 1);
    }
}

/// Commits from a start after an interruption to the next recorded intent: the look's time, its timer, that
/// nothing happened, the timer of the next attempt.
const INTENT_AFTER_A_LOOK: usize = 4;

/// The same of the rows of a gate: an engine that dies while it sends them says nothing of the channel, which
/// is given up neither for asking nor for asking no longer.
#[tokio::test]
async fn a_gate_whose_engine_dies_again_and_again_still_asks_everybody_and_withdraws_every_question() {
    let world = World::new();
    world.remote.owners(&["bea", "cem"]);
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let run = world.submit(&backend, &asking()).await;
    let die_often = async || {
        for _ in 0..DEATHS {
            let cutting = Cutting::after_next(backend.clone(), "housekeeping_started");
            let cutting: Arc<dyn Backend> = Arc::new(cutting);
            world.drive(&cutting, &run).await.unwrap_err();
        }
    };
    die_often().await;
    let asked: Arc<dyn Backend> = Arc::new(Cutting::after_next(backend.clone(), "gate_opened"));
    world.drive(&asked, &run).await.unwrap_err();
    assert_eq!(world.remote.rows().len(), 2, "{:?}", memory.kinds());
    die_often().await;
    let view = world.resume(&backend, &run).await;
    assert_eq!(view.outcome, Some(Outcome::Succeeded), "{view:?}");
    let states: Vec<_> = world.remote.rows().into_iter().map(|row| row.state).collect();
    assert_eq!(states, ["withdrawn", "withdrawn"], "{:?}", memory.kinds());
}

/// More deaths than rounds after which a channel is given up.
const DEATHS: usize = 25;
