//! What people ask of runs: taken once by whoever drives the run, left alone otherwise.

use std::sync::Arc;

use drawbridge_journal::{Outcome, StepPath};
use drawbridge_runtime::{Backend, Request};
use drawbridge_sdk::Choice;

use crate::world::{Memory, World, at, steps};

const GATE: &str = "  - id: approve
    approval:
      subject: May it be?
      stages: [{ name: anybody }]
      expires: { after: 1d, then: reject }
  - { id: note, action: fake.note.add, with: { name: a }, needs: [approve] }
";

fn decide(choice: Choice) -> Request {
    Request::Decide { path: StepPath::new("approve"), choice, comment: None }
}

#[tokio::test]
async fn a_decision_on_the_console_is_taken_before_time_passes() {
    for (choice, outcome) in [(Choice::Approved, Outcome::Succeeded), (Choice::Rejected, Outcome::Rejected)] {
        let world = World::new();
        let backend: Arc<dyn Backend> = Arc::new(Memory::default());
        let run = world.submit(&backend, &steps(GATE)).await;
        let (desk, of) = (backend.clone(), run.clone());
        world.clock.then(move || {
            Box::pin(async move {
                desk.post(&of, "cli:ann", at("08:00:00"), decide(choice)).await.unwrap();
            })
        });
        let view = world.resume(&backend, &run).await;
        assert_eq!((view.outcome, view.ended_at), (Some(outcome), Some(at("08:00:00"))));
        assert_eq!(backend.inbox().await.unwrap(), []);
    }
}

/// P2: a decision is recorded once.
#[tokio::test]
async fn requests_that_wait_for_one_run_are_all_taken_at_its_start_and_once() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let run = world.submit(&backend, &steps(GATE)).await;
    for request in [Request::Resume, decide(Choice::Approved), decide(Choice::Approved)] {
        backend.post(&run, "cli:ann", at("08:00:00"), request).await.unwrap();
    }
    // The gate is not asked yet when the inbox is read for the first time: the decision fits nothing.
    world.clock.set(at("08:00:00"));
    let engine = world.engine(backend.clone());
    let (desk, of) = (backend.clone(), run.clone());
    world.clock.then(move || {
        Box::pin(async move {
            for _ in 0..2 {
                desk.post(&of, "cli:ann", at("08:00:00"), decide(Choice::Approved)).await.unwrap();
            }
        })
    });
    engine.drive(std::slice::from_ref(&run), &Default::default()).await.unwrap();
    assert_eq!(backend.inbox().await.unwrap(), []);
    assert_eq!(memory.kinds().iter().filter(|kind| **kind == "gate_voted").count(), 1);
    assert_eq!(world.remote.count("/notes"), 1);
}

#[tokio::test]
async fn requests_for_runs_that_are_not_driven_stay() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    let driven = world.submit(&backend, &steps(GATE)).await;
    let other = world.submit(&backend, &steps(GATE)).await;
    backend.post(&driven, "cli:ann", at("08:00:00"), Request::Cancel).await.unwrap();
    backend.post(&other, "cli:ann", at("08:00:00"), Request::Cancel).await.unwrap();
    let view = world.resume(&backend, &driven).await;
    assert_eq!(view.outcome, Some(Outcome::Cancelled));
    let left: Vec<_> = backend.inbox().await.unwrap().into_iter().map(|item| item.run).collect();
    assert_eq!(left, [other]);
}

#[tokio::test]
async fn a_request_that_fits_nothing_is_taken_off_and_changes_nothing() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let run =
        world.submit(&backend, &steps("  - { id: n, action: fake.note.add, with: { name: a } }\n")).await;
    backend.post(&run, "cli:ann", at("08:00:00"), decide(Choice::Approved)).await.unwrap();
    backend.post(&run, "cli:ann", at("08:00:00"), Request::Resume).await.unwrap();
    world.resume(&backend, &run).await;
    assert_eq!(backend.inbox().await.unwrap(), []);
    assert_eq!(memory.kinds(), ["run_started", "step_started", "step_finished"]);
}
