//! Attempts that changed nothing: again with waits, then stalled, then resumed by a person.

use std::sync::Arc;

use drawbridge_journal::{Condition, Outcome};
use drawbridge_runtime::{Backend, Request};
use jiff::SignedDuration;

use crate::world::{Cut, Cutting, Fate, Memory, Moment, World, at, steps};

const LOOK: &str = "  - { id: look, action: fake.thing.get, with: { name: a } }\n";

#[tokio::test]
async fn six_attempts_stall_the_run_and_resuming_gives_six_more() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.on("GET /things", vec![Fate::Throttled(None); 11]);
    let run = world.submit(&backend, &steps(LOOK)).await;
    let stalled = world.resume(&backend, &run).await;
    assert_eq!((stalled.condition, world.remote.calls("GET /things")), (Condition::Stalled, 6));
    assert_eq!(world.resume(&backend, &run).await, stalled, "nothing but a person resumes it");
    world.engine(backend.clone()).request(&run, "cli:ann", Request::Resume).await.unwrap();
    assert_eq!(world.resume(&backend, &run).await.outcome, Some(Outcome::Succeeded));
    assert_eq!(world.remote.calls("GET /things"), 12);
}

#[tokio::test]
async fn attempts_that_the_author_counted_fail_the_step() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.on("GET /things", vec![Fate::LostBefore; 9]);
    let look = "  - { id: look, action: fake.thing.get, with: { name: a }, retry: { attempts: 3 } }\n";
    let view = world.run(&backend, &steps(look)).await;
    assert_eq!((view.outcome, world.remote.calls("GET /things")), (Some(Outcome::Failed), 3));
}

#[tokio::test]
async fn the_wait_that_the_platform_names_is_kept() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.on("POST /notes", [Fate::Throttled(Some(SignedDuration::from_secs(90)))]);
    let view = world.run(&backend, &steps("  - { id: n, action: fake.note.add, with: { name: a } }\n")).await;
    assert_eq!(view.ended_at, Some(at("08:01:30")));
    assert_eq!(world.remote.count("/notes"), 1);
}

#[tokio::test]
async fn no_attempt_is_made_after_a_quarter_of_an_hour() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    let wait = Fate::Throttled(Some(SignedDuration::from_mins(8)));
    world.remote.on("GET /things", vec![wait; 9]);
    let view = world.run(&backend, &steps(LOOK)).await;
    assert_eq!((view.condition, world.remote.calls("GET /things")), (Condition::Stalled, 3));
}

/// The quarter of an hour is the platform's, not that of an engine which was not there.
#[tokio::test]
async fn time_in_which_no_engine_ran_costs_nothing_of_the_quarter_of_an_hour() {
    let world = World::new();
    let memory: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.on("GET /things", vec![Fate::Throttled(None); 3]);
    let run = world.submit(&memory, &steps(LOOK)).await;
    let cut = Cut { after: 0, moment: Moment::After };
    let cutting: Arc<dyn Backend> = Arc::new(Cutting::new(memory.clone(), cut));
    world.drive(&cutting, &run).await.unwrap_err();
    world.clock.advance(SignedDuration::from_hours(3));
    assert_eq!(world.resume(&memory, &run).await.outcome, Some(Outcome::Succeeded));
    assert_eq!(world.remote.calls("GET /things"), 4);
}

#[tokio::test]
async fn a_read_that_takes_too_long_is_made_again_and_then_times_out() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.on("GET /things", vec![Fate::Slow(SignedDuration::from_secs(6)); 9]);
    let look = "  - { id: look, action: fake.thing.get, with: { name: a }, timeout: 5s }\n";
    let view = world.run(&backend, &steps(look)).await;
    assert_eq!((view.outcome, view.steps[0].state), (Some(Outcome::Failed), "timed_out"));
    assert_eq!(world.remote.calls("GET /things"), 6);
}
