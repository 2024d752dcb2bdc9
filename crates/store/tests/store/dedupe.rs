//! Starts that are the same: one run, over restarts, until the key is forgotten.

use drawbridge_runtime::{Backend, DedupeKey, Start, Submitted};
use jiff::SignedDuration;
use std::sync::Arc;

use crate::place::{Place, note};
use crate::world::{World, at};

async fn start(world: &World, backend: &Arc<dyn Backend>, scope: &str, key: &str) -> Submitted {
    let keep_until = drawbridge_runtime::Clock::now(&*world.clock) + SignedDuration::from_hours(1);
    let dedupe = Some(DedupeKey { scope: scope.to_owned(), key: key.to_owned(), keep_until });
    let start = Start { trigger: "seen".to_owned(), dedupe, ..Start::default() };
    world.engine(backend.clone()).submit(&note(), start).await.unwrap()
}

#[tokio::test]
async fn the_same_key_gives_the_run_of_the_first_time() {
    let (world, place) = (World::new(), Place::new());
    let backend = place.open();
    let Submitted::New(first) = start(&world, &backend, "w/seen", "a").await else { panic!("it is new") };
    assert_eq!(start(&world, &backend, "w/seen", "a").await, Submitted::Duplicate(first.clone()));
    assert!(matches!(start(&world, &backend, "w/seen", "b").await, Submitted::New(_)));
    assert!(matches!(start(&world, &backend, "w/other", "a").await, Submitted::New(_)));
    drop(backend);
    assert_eq!(start(&world, &place.open(), "w/seen", "a").await, Submitted::Duplicate(first));
}

#[tokio::test]
async fn a_key_is_forgotten_at_its_time_and_leaves_nothing_behind() {
    let (world, place) = (World::new(), Place::new());
    let backend = place.open();
    for key in ["a", "b", "c"] {
        start(&world, &backend, "w/seen", key).await;
    }
    world.clock.set(at("08:59:59"));
    assert!(matches!(start(&world, &backend, "w/seen", "a").await, Submitted::Duplicate(_)));
    world.clock.set(at("09:00:00"));
    assert!(matches!(start(&world, &backend, "w/seen", "a").await, Submitted::New(_)));
    assert_eq!(place.count("dedupe"), 1);
}
