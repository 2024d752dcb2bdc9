//! Stopping and stores that give up: nothing that was recorded is lost, nothing more is begun.

use std::sync::Arc;

use drawbridge_journal::{Condition, Outcome};
use drawbridge_runtime::{Backend, BackendError, Error, Shutdown};

use crate::world::{Cut, Cutting, Memory, Moment, World, steps};

const NOTES: &str = "  - { id: one, action: fake.note.add, with: { name: a } }
  - { id: two, action: fake.note.add, with: { name: b } }
";

#[tokio::test]
async fn an_engine_that_is_told_to_stop_begins_nothing_and_the_next_one_goes_on() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let run = world.submit(&backend, &steps(NOTES)).await;
    let stop = Shutdown::default();
    let wish = stop.clone();
    world.remote.witness(move |_| wish.request());
    world.engine(backend.clone()).drive(std::slice::from_ref(&run), &stop).await.unwrap();
    assert_eq!(memory.kinds(), ["run_started", "step_started", "step_finished"]);
    assert_eq!(world.resume(&backend, &run).await.outcome, Some(Outcome::Succeeded));
    assert_eq!(world.remote.count("/notes"), 2);
}

#[tokio::test]
async fn a_store_that_gives_up_ends_the_engine() {
    let world = World::new();
    let memory: Arc<dyn Backend> = Arc::new(Memory::default());
    let run = world.submit(&memory, &steps(NOTES)).await;
    let cutting: Arc<dyn Backend> = Arc::new(Cutting::new(memory, Cut { after: 1, moment: Moment::Before }));
    let error = world.drive(&cutting, &run).await.unwrap_err();
    assert!(matches!(error, Error::Backend(BackendError::Stopped(_))), "{error:?}");
}

#[tokio::test]
async fn a_run_that_cannot_be_read_is_buried_and_the_others_go_on() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let bad = world.submit(&backend, &steps(NOTES)).await;
    let good = world.submit(&backend, &steps(NOTES)).await;
    memory.poison(&bad);
    let driven =
        world.engine(backend).drive(&[bad.clone(), good.clone()], &Shutdown::default()).await.unwrap();
    assert_eq!(driven.buried.iter().map(|(run, _)| run).collect::<Vec<_>>(), [&bad]);
    assert_eq!(memory.buried(), [bad]);
    assert_eq!(
        driven.runs.iter().map(|view| (&view.run, view.condition)).collect::<Vec<_>>(),
        [(&good, Condition::Ended)]
    );
}
