//! Triggers: the first poll is a baseline, every event gets a verdict, the same event starts one run.

use std::sync::Arc;

use drawbridge_core::Definition;
use drawbridge_runtime::{Backend, Origin, PollReport, Verdict, offer, poll_once};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Fate, Memory, World, workflow};

fn watched() -> Definition {
    workflow(
        "inputs:
  name: { type: string }
triggers:
  - id: seen
    trigger: fake.thing.seen
    if: $.trigger.kind == 'user'
    inputs: { name: $.trigger.id }
    dedupe: { key: $.trigger.id, keep: 1d }
steps:
  - { id: note, action: fake.note.add, with: { name: $.inputs.name } }
",
    )
}

async fn poll(world: &World, backend: &Arc<dyn Backend>) -> PollReport {
    let origin = Origin { definition: &watched(), settings: &Value::Null };
    poll_once(&world.engine(backend.clone()), &origin, "seen").await.unwrap()
}

fn words(verdicts: &[Verdict]) -> Vec<&'static str> {
    let word = |verdict: &Verdict| match verdict {
        Verdict::Started { .. } => "started",
        Verdict::Duplicate { .. } => "duplicate",
        Verdict::Filtered { .. } => "filtered",
        Verdict::Refused { .. } => "refused",
    };
    verdicts.iter().map(word).collect()
}

#[tokio::test]
async fn the_first_poll_starts_nothing_and_later_ones_judge_every_event() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.see(json!({ "id": "old", "kind": "user" }));
    let first = poll(&world, &backend).await;
    assert_eq!((first.baseline, first.verdicts.len()), (true, 0));
    for (id, kind) in [("a", "user"), ("b", "guest"), ("a", "user")] {
        world.remote.see(json!({ "id": id, "kind": kind }));
    }
    let second = poll(&world, &backend).await;
    assert_eq!((second.baseline, words(&second.verdicts)), (false, vec!["started", "filtered", "duplicate"]));
    assert_eq!(words(&poll(&world, &backend).await.verdicts), [""; 0]);
    assert_eq!(backend.runs(true).await.unwrap().len(), 1);
    assert_eq!(backend.trigger_events(10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_poll_that_goes_wrong_moves_nothing_and_is_made_again() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    poll(&world, &backend).await;
    world.remote.see(json!({ "id": "a", "kind": "user" }));
    world.remote.on("GET /feed", [Fate::Throttled(None)]);
    let origin = Origin { definition: &watched(), settings: &Value::Null };
    poll_once(&world.engine(backend.clone()), &origin, "seen").await.unwrap_err();
    assert_eq!(words(&poll(&world, &backend).await.verdicts), ["started"]);
}

#[tokio::test]
async fn the_same_event_starts_one_run_until_it_is_forgotten() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    let definition = watched();
    let origin = Origin { definition: &definition, settings: &Value::Null };
    let engine = world.engine(backend.clone());
    let event = json!({ "id": "a", "kind": "user" });
    let offered = async || offer(&engine, &origin, "seen", event.clone()).await.unwrap();
    let Verdict::Started { run } = offered().await else { panic!("the first one starts a run") };
    assert_eq!(offered().await, Verdict::Duplicate { run: run.clone() });
    world.clock.advance(SignedDuration::from_hours(24));
    let Verdict::Started { run: later } = offered().await else { panic!("a forgotten one starts a run") };
    assert_ne!(later, run);
}

#[tokio::test]
async fn an_event_without_what_a_run_needs_is_refused_and_kept() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    let definition = watched();
    let origin = Origin { definition: &definition, settings: &Value::Null };
    let verdict = offer(&world.engine(backend.clone()), &origin, "seen", json!({ "kind": "user" })).await;
    assert_eq!(words(&[verdict.unwrap()]), ["refused"]);
    assert_eq!(backend.runs(false).await.unwrap().len(), 0);
    assert_eq!(backend.trigger_events(10).await.unwrap().len(), 1);
}
