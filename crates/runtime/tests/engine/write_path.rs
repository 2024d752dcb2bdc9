//! Reads and writes that go well: what is recorded, in which order, and how often anything is sent.

use std::sync::Arc;

use drawbridge_journal::{Applied, Condition, Event, Outcome, Recorded, RunState, StepPath, Turn, advance};
use drawbridge_runtime::Backend;
use jiff::SignedDuration;
use serde_json::json;

use crate::world::{Fate, Memory, World, at, steps};

const READ_AND_WRITE: &str = "  - { id: look, action: fake.thing.get, with: { name: a } }
  - { id: note, action: fake.note.add, with: { name: \"{{steps.look.name}}\" } }
";

#[tokio::test]
async fn a_read_and_a_write_are_recorded_in_the_order_of_the_promise() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let view = world.run(&backend, &steps(READ_AND_WRITE)).await;
    assert_eq!((view.condition, view.outcome), (Condition::Ended, Some(Outcome::Succeeded)));
    assert_eq!(memory.kinds(), ["run_started", "step_finished", "step_started", "step_finished"]);
    assert_eq!((world.remote.calls("GET /things/a"), world.remote.count("/notes")), (1, 1));
}

/// P5: an effect has its intent recorded before it is sent.
#[tokio::test]
async fn every_change_is_on_record_before_it_is_sent() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let record = memory.clone();
    world.remote.witness(move |request| {
        assert!(record.intends(request), "`{}` was sent without an intent", request.describe());
    });
    world.run(&backend, &steps(READ_AND_WRITE)).await;
    assert_eq!(world.remote.count("/notes"), 1);
}

/// P5: an effect has its outcome recorded after it, with the request as it was sent.
#[tokio::test]
async fn every_intent_has_its_outcome() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let run = world.submit(&backend, &steps(READ_AND_WRITE)).await;
    world.resume(&backend, &run).await;
    let turn = Turn { path: StepPath::new("note"), attempt: 1, epoch: 1 };
    let after =
        Event::StepFinished { turn, output: json!({ "done": true }), not_applied: Vec::new(), undo: None };
    assert_eq!(memory.events(&run).last(), Some(&after));
}

/// P2: a recorded step never runs again.
#[tokio::test]
async fn a_run_that_has_ended_does_nothing_when_it_is_driven_again() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let run = world.submit(&backend, &steps(READ_AND_WRITE)).await;
    let first = world.resume(&backend, &run).await;
    let recorded = memory.events(&run);
    assert_eq!(world.resume(&backend, &run).await, first);
    assert_eq!(memory.events(&run), recorded);
    assert_eq!(world.remote.calls(""), 2);
}

#[tokio::test]
async fn a_refused_change_fails_the_step_and_is_not_repeated() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.on("POST /notes", [Fate::Refused]);
    let view = world.run(&backend, &steps(READ_AND_WRITE)).await;
    assert_eq!(view.outcome, Some(Outcome::Failed));
    assert_eq!(world.remote.calls("POST /notes"), 1);
}

#[tokio::test]
async fn an_accepted_change_is_followed_until_it_has_completed_and_sent_once() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.unfinished(2);
    let view =
        world.run(&backend, &steps("  - { id: order, action: fake.order.place, with: { name: a } }\n")).await;
    assert_eq!(view.outcome, Some(Outcome::Succeeded));
    assert_eq!(view.ended_at, Some(at("08:00:30")));
    assert_eq!((world.remote.count("/orders"), world.remote.calls("GET /orders/a")), (1, 3));
}

/// P3: "sent at" is true, or nothing could be said about when a request can no longer land.
#[tokio::test]
async fn a_change_whose_commit_took_too_long_is_prepared_again_a_bounded_number_of_times() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    memory.slow(&world.clock, SignedDuration::from_secs(31));
    let view = world.run(&backend, &steps("  - { id: n, action: fake.note.add, with: { name: a } }\n")).await;
    assert_eq!((view.condition, world.remote.count("/notes")), (Condition::Stalled, 0));
    assert_eq!(memory.kinds().iter().filter(|kind| **kind == "step_started").count(), 6);
}

/// P2: the answer of an old attempt changes nothing.
#[tokio::test]
async fn a_late_answer_of_an_old_attempt_is_refused() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    let definition = steps(READ_AND_WRITE);
    world.remote.on("GET /things", vec![Fate::Throttled(None); 6]);
    let run = world.submit(&backend, &definition).await;
    world.resume(&backend, &run).await;
    let blueprint = world.engine(backend.clone()).blueprint(&definition).unwrap();
    let stored = backend.load(&run).await.unwrap().unwrap();
    let mut state = RunState::new(run);
    for recorded in &stored.events {
        advance(&blueprint, &mut state, recorded, &mut Vec::new()).unwrap();
    }
    let before = state.clone();
    let turn = Turn { path: StepPath::new("look"), attempt: 1, epoch: 1 };
    let event = Event::StepFinished { turn, output: json!({}), not_applied: Vec::new(), undo: None };
    let late = Recorded { seq: state.seq + 1, at: at("09:00:00"), event };
    assert_eq!(advance(&blueprint, &mut state, &late, &mut Vec::new()), Ok(Applied::Ignored));
    assert_eq!(state, before);
}

#[tokio::test]
async fn no_more_calls_are_made_at_once_than_the_limit_says() {
    let mut world = World::new();
    world.limits.calls_at_once = 3;
    world.remote.linger();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    let mut runs = Vec::new();
    for _ in 0..20 {
        runs.push(world.submit(&backend, &steps(READ_AND_WRITE)).await);
    }
    world.engine(backend).drive(&runs, &Default::default()).await.unwrap();
    assert_eq!((world.remote.peak(), world.remote.count("/notes")), (3, 20));
}

#[tokio::test]
async fn many_runs_are_driven_side_by_side() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    let mut runs = Vec::new();
    for _ in 0..100 {
        runs.push(world.submit(&backend, &steps(READ_AND_WRITE)).await);
    }
    let driven = world.engine(backend).drive(&runs, &Default::default()).await.unwrap();
    assert!(driven.runs.iter().all(|view| view.outcome == Some(Outcome::Succeeded)));
    assert_eq!((driven.runs.len(), world.remote.count("/notes")), (100, 100));
}
