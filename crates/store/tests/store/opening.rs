//! Opening: one engine, readers beside it, and files that are left alone.

use drawbridge_runtime::{Backend as _, Request};
use drawbridge_store::Store;
use rusqlite::Connection;

use crate::place::{Place, code, note};
use crate::world::{World, at};

#[tokio::test]
async fn a_second_engine_is_refused_and_a_reader_beside_it_is_not() {
    let (world, place) = (World::new(), Place::new());
    let engine = place.open();
    let run = world.submit(&engine, &note()).await;
    assert_eq!(code(Store::open(place.path())), "ST001");
    let beside = Store::beside(place.path()).unwrap();
    assert_eq!(beside.runs(true).await.unwrap().len(), 1);
    beside.post(&run, "cli:ann", at("08:00:00"), Request::Cancel).await.unwrap();
    assert_eq!(engine.inbox().await.unwrap().len(), 1);
    drop(engine);
    assert!(Store::open(place.path()).is_ok(), "the lock ends with the engine");
}

#[tokio::test]
async fn a_reader_moves_no_run() {
    let (world, place) = (World::new(), Place::new());
    let run = world.submit(&place.open(), &note()).await;
    let beside = Store::beside(place.path()).unwrap();
    assert_eq!(code(beside.dismiss(vec![1]).await), "ST008");
    assert_eq!(code(beside.bury(&run, &drawbridge_sdk::Fault::new("RN010", "x")).await), "ST008");
}

#[test]
fn a_newer_layout_is_refused_and_not_touched() {
    let place = Place::new();
    drop(place.open());
    place.raw().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(place.file()).unwrap();
    assert_eq!(code(Store::open(place.path())), "ST002");
    assert_eq!(code(Store::beside(place.path())), "ST002");
    assert!(std::fs::read(place.file()).unwrap() == before, "the file was changed");
}

#[test]
fn files_that_are_not_ours_are_refused_and_not_touched() {
    let foreign = |place: &Place| {
        Connection::open(place.file()).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    };
    let torn = |place: &Place| {
        let text = "this is no database".repeat(100);
        std::fs::write(place.file(), text).unwrap();
    };
    for make in [&foreign as &dyn Fn(&Place), &torn] {
        let place = Place::new();
        make(&place);
        let before = std::fs::read(place.file()).unwrap();
        assert_eq!(code(Store::open(place.path())), "ST004");
        assert_eq!(code(Store::beside(place.path())), "ST004");
        assert!(std::fs::read(place.file()).unwrap() == before, "the file was changed");
    }
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let place = Place::new();
    let taken = place.path().join("taken");
    std::fs::write(&taken, "a file").unwrap();
    assert_eq!(code(Store::open(&taken)), "ST003");
    assert_eq!(code(Store::beside(&place.path().join("missing"))), "ST003");
    std::fs::create_dir(place.file()).unwrap();
    assert_eq!(code(Store::open(place.path())), "ST003");
}
