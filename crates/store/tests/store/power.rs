//! The power goes off at every commit of a real store, and a fresh process goes on from the disk.

use std::sync::Arc;

use drawbridge_journal::{Condition, Outcome};
use drawbridge_runtime::{Backend, BackendError, Error};
use drawbridge_store::Store;
use futures::future::join_all;

use crate::place::{Place, note};
use crate::world::{Cut, Cutting, Moment, World, steps};

const STORY: &str = "  - { id: look, action: fake.thing.get, with: { name: a } }
  - { id: first, action: fake.note.add, with: { name: \"{{steps.look.name}}\" } }
  - { id: pause, wait: { for: 1h } }
  - { id: second, action: fake.note.add, with: { name: b }, needs: [pause] }
";

/// P1, P2 and P3: what was answered is on disk, and every effect with a key happens once.
#[tokio::test]
async fn runs_go_on_from_the_disk_wherever_the_power_goes_off() {
    for after in 0..100 {
        let mut whole = false;
        for moment in [Moment::Before, Moment::After] {
            let (world, place) = (World::new(), Place::new());
            let backend = place.open();
            let run = world.submit(&backend, &steps(STORY)).await;
            let cutting: Arc<dyn Backend> = Arc::new(Cutting::new(backend, Cut { after, moment }));
            whole = world.drive(&cutting, &run).await.is_ok();
            drop(cutting);
            let case = format!("cut {moment:?} commit {after}");
            let view = world.resume(&place.open(), &run).await;
            assert_eq!(
                (view.condition, view.outcome),
                (Condition::Ended, Some(Outcome::Succeeded)),
                "{case}"
            );
            assert_eq!(world.remote.count("/notes"), 2, "{case}");
            let events = u64::try_from(place.count("events")).unwrap();
            assert_eq!(Store::beside(place.path()).unwrap().verify(), Ok(events), "{case}");
        }
        if whole {
            assert!(after >= 6, "a run of four steps has more than {after} commits");
            return;
        }
    }
    panic!("the run has no end");
}

/// P1: whatever was answered is there after the next opening.
#[tokio::test]
async fn every_answered_write_is_there_after_reopening() {
    let (world, place) = (World::new(), Place::new());
    let run = world.submit(&place.open(), &steps(STORY)).await;
    let first = place.open().load(&run).await.unwrap().unwrap();
    assert_eq!((first.events.len(), &first.info.run), (1, &run));
    for commits in 1..=6 {
        let cut = Cut { after: 0, moment: Moment::After };
        let cutting: Arc<dyn Backend> = Arc::new(Cutting::new(place.open(), cut));
        let ended = world.drive(&cutting, &run).await.is_ok();
        drop(cutting);
        let stored = place.open().load(&run).await.unwrap().unwrap();
        assert!(ended || stored.events.len() > commits, "{commits}: {:?}", stored.info);
    }
}

/// P5: the intent is on disk, for every other program to see, when its change is sent.
#[tokio::test]
async fn every_change_is_on_disk_before_it_is_sent() {
    let (world, place) = (World::new(), Arc::new(Place::new()));
    let disk = place.clone();
    world.remote.witness(move |request| {
        let body = serde_json::to_string(&request).unwrap();
        let intends = format!("events WHERE kind = 'step_started' AND instr(json, '{body}') > 0");
        assert_eq!(disk.count(&intends), 1, "{body}");
    });
    let view = world.run(&place.open(), &steps(STORY)).await;
    assert_eq!((view.outcome, world.remote.count("/notes")), (Some(Outcome::Succeeded), 2));
}

#[tokio::test]
async fn writes_that_come_together_are_all_kept() {
    let (world, place) = (World::new(), Place::new());
    let backend = place.open();
    let note = note();
    let runs = join_all((0..200).map(|_| world.submit(&backend, &note))).await;
    let driven = world.engine(backend.clone()).drive(&runs, &Default::default()).await.unwrap();
    assert!(driven.runs.iter().all(|view| view.outcome == Some(Outcome::Succeeded)));
    drop(backend);
    assert_eq!(Store::open(place.path()).unwrap().verify(), Ok(600));
}

/// A write that is not certain to be durable ends the store, and with it the engine. P3: what was being
/// sent is looked for by the next one.
#[tokio::test]
async fn a_store_that_cannot_write_stops_for_good_and_the_next_one_goes_on() {
    let (world, place) = (World::new(), Arc::new(Place::new()));
    let backend = place.open();
    let run = world.submit(&backend, &note()).await;
    let disk = place.clone();
    world
        .remote
        .witness(move |_| disk.raw().execute_batch("ALTER TABLE events RENAME TO elsewhere").unwrap());
    let error = world.drive(&backend, &run).await.unwrap_err();
    assert!(matches!(error, Error::Backend(BackendError::Stopped(_))), "{error:?}");
    place.raw().execute_batch("ALTER TABLE elsewhere RENAME TO events").unwrap();
    let later = backend.dismiss(Vec::new()).await;
    assert!(matches!(later, Err(BackendError::Stopped(_))), "{later:?}");
    drop(backend);
    assert_eq!(world.resume(&place.open(), &run).await.outcome, Some(Outcome::Succeeded));
    assert_eq!(world.remote.count("/notes"), 1);
}
