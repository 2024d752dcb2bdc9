//! Gates in the remote system: who is asked, the rows that show it, the decisions, and what is closed.

use std::sync::Arc;

use drawbridge_core::Definition;
use drawbridge_journal::{Outcome, RunView};
use drawbridge_runtime::Backend;
use drawbridge_sdk::BoxFuture;
use jiff::SignedDuration;

use crate::world::{Fate, Memory, Remote, World, at, steps};

fn gate(need: u32) -> Definition {
    steps(&format!(
        "  - id: approve
    approval:
      subject: May it be?
      via: fake
      requester: ann
      stages: [{{ name: owners, approvers: [{{ fake.owners_of: a }}], need: {need} }}]
      never: [requester, same_person_twice]
      expires: {{ after: 2d, then: reject }}
  - {{ id: grant, action: fake.member.add, with: {{ name: a }}, requires_approval: approve }}
"
    ))
}

fn decides(
    remote: &Arc<Remote>,
    person: &'static str,
    state: &'static str,
) -> impl FnOnce() -> BoxFuture<'static, ()> + use<> {
    let remote = remote.clone();
    move || Box::pin(async move { remote.decide(person, state) })
}

async fn check(need: u32, decisions: &[(&'static str, &'static str)]) -> (World, RunView) {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.owners(&["bea", "cem", "ann", "bea"]);
    for (person, state) in decisions {
        world.clock.then(decides(&world.remote, person, state));
    }
    let view = world.run(&backend, &gate(need)).await;
    (world, view)
}

fn states(world: &World) -> Vec<(String, String)> {
    world.remote.rows().into_iter().map(|row| (row.person, row.state)).collect()
}

fn row(person: &str, state: &str) -> (String, String) {
    (person.to_owned(), state.to_owned())
}

#[tokio::test]
async fn owners_are_asked_once_without_the_requester_and_the_rest_is_withdrawn() {
    let (world, view) = check(1, &[("bea", "approved")]).await;
    assert_eq!(view.outcome, Some(Outcome::Succeeded));
    assert_eq!(states(&world), [row("bea", "approved"), row("cem", "withdrawn")]);
    assert_eq!(world.remote.count("/members"), 1);
}

#[tokio::test]
async fn as_many_must_approve_as_are_needed() {
    let (world, view) = check(2, &[("bea", "approved"), ("cem", "approved")]).await;
    assert_eq!((view.outcome, world.remote.count("/members")), (Some(Outcome::Succeeded), 1));
}

#[tokio::test]
async fn one_no_rejects_and_nothing_is_granted() {
    let (world, view) = check(2, &[("bea", "approved"), ("cem", "rejected")]).await;
    assert_eq!((view.outcome, world.remote.count("/members")), (Some(Outcome::Rejected), 0));
}

#[tokio::test]
async fn a_gate_that_nobody_decides_expires_into_a_no() {
    let (world, view) = check(1, &[]).await;
    assert_eq!((view.outcome, world.remote.count("/members")), (Some(Outcome::Rejected), 0));
    assert_eq!(view.ended_at, Some(at("08:00:00") + SignedDuration::from_hours(48)));
    assert_eq!(states(&world), [row("bea", "withdrawn"), row("cem", "withdrawn")]);
}

#[tokio::test]
async fn too_few_people_to_ask_fail_the_gate_and_ask_nobody() {
    let (world, view) = check(3, &[]).await;
    let code = view.error.map(|error| error.fault.code);
    assert_eq!((view.outcome, code.as_deref()), (Some(Outcome::Failed), Some("RN005")));
    assert_eq!(states(&world), []);
}

#[tokio::test]
async fn far_too_many_people_are_refused_before_anybody_is_joined() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    let names: Vec<String> = (0..500).map(|number| format!("p{number}")).collect();
    world.remote.owners(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let view = world.run(&backend, &gate(1)).await;
    let code = view.error.map(|error| error.fault.code);
    assert_eq!((view.outcome, code.as_deref()), (Some(Outcome::Failed), Some("RN005")));
    assert!(world.remote.calls("GET /people") <= 1, "{}", world.remote.calls("GET /people"));
}

/// P3: rows that were sent without an answer are looked for, and only what is missing is sent again.
#[tokio::test]
async fn rows_whose_answer_was_lost_are_not_asked_for_twice() {
    for fate in [Fate::LostBefore, Fate::LostAfter, Fate::Late(SignedDuration::from_secs(29))] {
        let world = World::new();
        let backend: Arc<dyn Backend> = Arc::new(Memory::default());
        world.remote.owners(&["bea", "cem"]);
        world.remote.on("POST /rows", [fate.clone()]);
        world.clock.then(|| Box::pin(async {}));
        let clock = world.clock.clone();
        let (remote, tick) = (world.remote.clone(), world.clock.clone());
        world.clock.then(move || Box::pin(async move { tick.advance(SignedDuration::from_secs(40)) }));
        world.clock.then(move || {
            Box::pin(async move {
                remote.decide("bea", "approved");
                clock.advance(SignedDuration::from_secs(1));
            })
        });
        let view = world.run(&backend, &gate(1)).await;
        assert_eq!(view.outcome, Some(Outcome::Succeeded), "{fate:?}: {view:?}");
        let mut people: Vec<_> = world.remote.rows().into_iter().map(|row| row.person).collect();
        people.sort();
        assert_eq!(people, ["bea", "cem"], "{fate:?}");
    }
}

#[tokio::test]
async fn a_channel_that_never_takes_a_row_is_asked_a_bounded_number_of_rounds_and_the_gate_expires() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.owners(&["bea"]);
    world.remote.on("POST /rows", vec![Fate::Refused; 100]);
    let view = world.run(&backend, &gate(1)).await;
    // Stalled until then, for whoever sees to it.
    assert_eq!(view.outcome, Some(Outcome::Rejected));
    assert_eq!(world.remote.calls("POST /rows"), 20);
}

#[tokio::test]
async fn decisions_of_many_gates_are_looked_for_a_few_at_once() {
    let mut world = World::new();
    world.limits.calls_at_once = 3;
    world.remote.linger();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.owners(&["bea"]);
    let mut runs = Vec::new();
    for _ in 0..20 {
        runs.push(world.submit(&backend, &gate(1)).await);
    }
    world.clock.then(decides(&world.remote, "bea", "approved"));
    let driven = world.engine(backend).drive(&runs, &Default::default()).await.unwrap();
    assert!(driven.runs.iter().all(|view| view.outcome == Some(Outcome::Succeeded)));
    assert_eq!((world.remote.peak(), world.remote.count("/members")), (3, 20));
}

#[tokio::test]
async fn a_decision_that_was_made_while_no_engine_ran_is_found_at_the_next_start() {
    let world = World::new();
    let backend: Arc<dyn Backend> = Arc::new(Memory::default());
    world.remote.owners(&["bea"]);
    let run = world.submit(&backend, &gate(1)).await;
    let stop = drawbridge_runtime::Shutdown::default();
    let wish = stop.clone();
    world.clock.then(move || Box::pin(async move { wish.request() }));
    world.engine(backend.clone()).drive(std::slice::from_ref(&run), &stop).await.unwrap();
    world.remote.decide("bea", "approved");
    let view = world.resume(&backend, &run).await;
    assert_eq!((view.outcome, view.ended_at), (Some(Outcome::Succeeded), Some(at("08:00:00"))));
}

#[tokio::test]
async fn more_owners_are_asked_besides_when_nobody_decided_and_the_first_stay_asked() {
    let definition = steps(
        "  - id: approve
    approval:
      subject: May it be?
      via: fake
      stages: [{ name: owners, approvers: [{ fake.owners_of: a }] }]
      escalate: { after: 1d, to: [{ fake.owners_of: b }] }
      expires: { after: 2d, then: reject }
  - { id: grant, action: fake.member.add, with: { name: a }, requires_approval: approve }
",
    );
    for decides_last in ["bea", "cem"] {
        let world = World::new();
        let backend: Arc<dyn Backend> = Arc::new(Memory::default());
        world.remote.owners(&["bea"]);
        let (remote, clock) = (world.remote.clone(), world.clock.clone());
        world.clock.then(move || {
            Box::pin(async move {
                remote.owners(&["cem"]);
                clock.advance(SignedDuration::from_hours(25));
            })
        });
        world.clock.then(decides(&world.remote, decides_last, "approved"));
        let view = world.run(&backend, &definition).await;
        assert_eq!((view.outcome, world.remote.count("/members")), (Some(Outcome::Succeeded), 1));
        let expected =
            ["bea", "cem"].map(|name| row(name, if name == decides_last { "approved" } else { "withdrawn" }));
        assert_eq!(states(&world), expected);
    }
}
