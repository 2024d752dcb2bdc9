//! Changes whose outcome nobody heard of: looked for once they can no longer land, never sent again
//! blindly.

use std::sync::Arc;

use drawbridge_journal::{Condition, Outcome, Resolution, StepPath};
use drawbridge_runtime::{Backend, Request};
use jiff::SignedDuration;

use crate::world::{Fate, Memory, World, at, steps};

const NOTE: &str = "  - { id: note, action: fake.note.add, with: { name: a } }\n";
const MAIL: &str = "  - { id: mail, action: fake.mail.send, with: { name: a } }\n";

/// P3: whatever becomes of the first request, the effect happens once.
async fn check(fates: &[Fate], sent: usize) {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.on("POST /notes", fates.to_vec());
    let view = world.run(&backend, &steps(NOTE)).await;
    assert_eq!(view.outcome, Some(Outcome::Succeeded), "{fates:?}: {view:?}");
    assert_eq!((world.remote.count("/notes"), world.remote.calls("POST /notes")), (1, sent), "{fates:?}");
}

#[tokio::test]
async fn a_change_that_was_lost_before_it_happened_is_sent_again() {
    check(&[Fate::LostBefore], 2).await;
    check(&[Fate::LostBefore, Fate::LostBefore], 3).await;
}

#[tokio::test]
async fn a_change_that_happened_without_an_answer_is_found_and_not_repeated() {
    check(&[Fate::LostAfter], 1).await;
}

/// P3: an unknown outcome is settled after the request can no longer land.
#[tokio::test]
async fn a_change_that_lands_late_is_waited_for() {
    check(&[Fate::Late(SignedDuration::from_secs(29))], 1).await;
}

#[tokio::test]
async fn a_change_that_takes_longer_than_its_time_limit_is_looked_for() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.on("POST /notes", [Fate::Slow(SignedDuration::from_secs(11))]);
    let note = "  - { id: note, action: fake.note.add, with: { name: a }, timeout: 10s }\n";
    let view = world.run(&backend, &steps(note)).await;
    assert_eq!(view.outcome, Some(Outcome::Succeeded));
    assert_eq!((world.remote.count("/notes"), world.remote.calls("POST /notes")), (1, 1));
    assert_eq!(view.ended_at, Some(at("08:01:00")));
}

/// P3: where nothing can tell, the step is parked for a person and never repeated blindly.
#[tokio::test]
async fn a_change_without_a_trace_is_parked_and_a_person_decides() {
    for (resolution, sent) in [(Resolution::Happened, 1), (Resolution::Again, 2)] {
        let world = World::new();
        let backend: Arc<dyn Backend> = Arc::new(Memory::default());
        world.remote.on("POST /mails", [Fate::LostAfter]);
        let run = world.submit(&backend, &steps(MAIL)).await;
        let parked = world.resume(&backend, &run).await;
        assert_eq!((parked.condition, parked.steps[0].state), (Condition::Parked, "parked"));
        assert_eq!(world.resume(&backend, &run).await, parked);
        let path = StepPath::new("mail");
        let request = Request::Resolve { path, resolution };
        world.engine(backend.clone()).request(&run, "cli:ann", request).await.unwrap();
        assert_eq!(world.resume(&backend, &run).await.outcome, Some(Outcome::Succeeded));
        assert_eq!(world.remote.count("/mails"), sent);
    }
}

#[tokio::test]
async fn looking_again_is_bounded_and_then_the_step_is_parked() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.forget();
    world.remote.on("POST /notes", [Fate::LostAfter]);
    let view = world.run(&backend, &steps(NOTE)).await;
    assert_eq!(view.condition, Condition::Parked);
    // The first look is made 32 s after the intent, when nothing can land any more; the last one five
    // minutes later.
    assert_eq!(world.remote.calls("GET /notes"), 16);
    assert_eq!(world.remote.calls("POST /notes"), 1);
}

#[tokio::test]
async fn looks_that_cannot_be_made_stall_the_run_and_resuming_looks_on() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.on("POST /notes", [Fate::LostAfter]);
    world.remote.on("GET /notes", vec![Fate::Throttled(None); 21]);
    let run = world.submit(&backend, &steps(NOTE)).await;
    assert_eq!(world.resume(&backend, &run).await.condition, Condition::Stalled);
    world.engine(backend.clone()).request(&run, "cli:ann", Request::Resume).await.unwrap();
    assert_eq!(world.resume(&backend, &run).await.outcome, Some(Outcome::Succeeded));
    assert_eq!((world.remote.count("/notes"), world.remote.calls("POST /notes")), (1, 1));
}
