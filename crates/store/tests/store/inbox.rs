//! Requests of people: kept until they are answered, and never a reason to stop.

use drawbridge_journal::{Outcome, RunId};
use drawbridge_runtime::Request;

use crate::place::{Place, code, note};
use crate::world::{World, at};

#[tokio::test]
async fn a_request_for_a_run_that_does_not_exist_is_refused_and_the_store_goes_on() {
    let (world, place) = (World::new(), Place::new());
    let backend = place.open();
    let nobody = RunId::new("nobody");
    assert_eq!(code(backend.post(&nobody, "cli:ann", at("08:00:00"), Request::Cancel).await), "RN018");
    assert_eq!(world.run(&backend, &note()).await.outcome, Some(Outcome::Succeeded));
}

#[tokio::test]
async fn requests_wait_in_order_over_a_restart_and_leave_when_they_are_answered() {
    let (world, place) = (World::new(), Place::new());
    let backend = place.open();
    let run = world.submit(&backend, &note()).await;
    for request in [Request::Resume, Request::Cancel] {
        backend.post(&run, "cli:ann", at("08:00:00"), request).await.unwrap();
    }
    drop(backend);
    let backend = place.open();
    let waiting: Vec<_> = backend.inbox().await.unwrap().into_iter().map(|item| item.request).collect();
    assert_eq!(waiting, [Request::Resume, Request::Cancel]);
    assert_eq!(world.resume(&backend, &run).await.outcome, Some(Outcome::Cancelled));
    assert_eq!(backend.inbox().await.unwrap(), []);
}

#[tokio::test]
async fn a_request_that_cannot_be_read_stops_no_other() {
    let (world, place) = (World::new(), Place::new());
    let backend = place.open();
    let run = world.submit(&backend, &note()).await;
    backend.post(&run, "cli:ann", at("08:00:00"), Request::Resume).await.unwrap();
    backend.post(&run, "cli:ann", at("08:00:00"), Request::Cancel).await.unwrap();
    place
        .raw()
        .execute_batch("UPDATE inbox SET json = '{\"request\":\"of_tomorrow\"}' WHERE id = 1")
        .unwrap();
    assert_eq!(world.resume(&backend, &run).await.outcome, Some(Outcome::Cancelled));
}
