//! Waits: never early, once, also after downtime and when the clock jumps.

use std::sync::Arc;

use drawbridge_journal::{Condition, Outcome};
use drawbridge_runtime::{Backend, Shutdown};

use crate::world::{Memory, World, at, steps};

const WAIT: &str = "  - { id: pause, wait: { for: 4h } }
  - { id: note, action: fake.note.add, with: { name: a }, needs: [pause] }
";

fn fired(memory: &Memory) -> usize {
    memory.kinds().iter().filter(|kind| **kind == "timer_fired").count()
}

/// P4: a timer fires when it is due.
#[tokio::test]
async fn a_wait_ends_at_its_time() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let view = world.run(&backend, &steps(WAIT)).await;
    assert_eq!((view.outcome, view.ended_at), (Some(Outcome::Succeeded), Some(at("12:00:00"))));
    assert_eq!(fired(&memory), 1);
}

/// P4: a timer that was due while no engine ran fires once at the next start.
#[tokio::test]
async fn a_wait_that_ended_during_downtime_ends_once() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let run = world.submit(&backend, &steps(WAIT)).await;
    let stop = Shutdown::default();
    let wish = stop.clone();
    world.clock.then(move || Box::pin(async move { wish.request() }));
    world.engine(backend.clone()).drive(std::slice::from_ref(&run), &stop).await.unwrap();
    assert_eq!(fired(&memory), 0);
    world.clock.set(at("20:00:00"));
    let view = world.resume(&backend, &run).await;
    assert_eq!((view.ended_at, fired(&memory)), (Some(at("20:00:00")), 1));
    world.resume(&backend, &run).await;
    assert_eq!((fired(&memory), world.remote.count("/notes")), (1, 1));
}

/// P4: a timer never fires early, although the clock was set back.
#[tokio::test]
async fn a_clock_that_is_set_back_only_makes_a_wait_longer() {
    let world = World::new();
    let memory = Arc::new(Memory::default());
    let backend: Arc<dyn Backend> = memory.clone();
    let clock = world.clock.clone();
    world.clock.then(move || Box::pin(async move { clock.set(at("03:00:00")) }));
    let view = world.run(&backend, &steps(WAIT)).await;
    assert_eq!((view.ended_at, fired(&memory)), (Some(at("12:00:00")), 1));
}

#[tokio::test]
async fn a_run_that_waits_is_listed_with_its_next_timer() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    let run = world.submit(&backend, &steps(WAIT)).await;
    let stop = Shutdown::default();
    let wish = stop.clone();
    world.clock.then(move || Box::pin(async move { wish.request() }));
    world.engine(backend.clone()).drive(std::slice::from_ref(&run), &stop).await.unwrap();
    // The timer is set by the first commit that any command answers; the first event sets none.
    let view = world.engine(backend).view(&run).await.unwrap();
    assert_eq!((view.condition, view.next_at), (Condition::Waiting, Some(at("12:00:00"))));
}
