//! The evidence: a chain of hashes in which a changed or removed entry shows.

use drawbridge_store::Store;

use crate::place::{Place, code, note};
use crate::world::World;

async fn checked(tamper: &str) -> String {
    let (world, place) = (World::new(), Place::new());
    world.run(&place.open(), &note()).await;
    place.tamper(tamper);
    code(Store::open(place.path()).unwrap().verify())
}

#[tokio::test]
async fn an_untouched_chain_verifies() {
    let (world, place) = (World::new(), Place::new());
    world.run(&place.open(), &note()).await;
    world.run(&place.open(), &note()).await;
    assert_eq!(Store::beside(place.path()).unwrap().verify(), Ok(6));
}

/// P5: the log shows what was done to it afterwards.
#[tokio::test]
async fn a_changed_removed_or_added_entry_shows() {
    for tamper in [
        "UPDATE events SET json = replace(json, 'add a', 'add b') WHERE id = 2;",
        "UPDATE events SET at = '2020-01-01T00:00:00Z' WHERE id = 1;",
        "UPDATE events SET run = 'other' WHERE id = 3;",
        "DELETE FROM events WHERE id = 2;",
        "DELETE FROM events WHERE id = 1;",
        "INSERT INTO events SELECT 9, run, 9, at, kind, json, prev, hash FROM events WHERE id = 2;",
    ] {
        assert_eq!(checked(tamper).await, "ST006", "{tamper}");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_an_entry() {
    let (world, place) = (World::new(), Place::new());
    world.run(&place.open(), &note()).await;
    for change in ["UPDATE events SET json = '{}'", "DELETE FROM events"] {
        let refused = place.raw().execute_batch(change).unwrap_err();
        assert!(refused.to_string().contains("a stored event is never"), "{refused}");
    }
}
