//! Rows that cannot be read: set aside, and the others go on.

use drawbridge_journal::Outcome;

use crate::place::{Place, note};
use crate::world::World;

#[tokio::test]
async fn a_run_that_cannot_be_read_is_buried_and_the_others_go_on() {
    for poison in [
        "UPDATE events SET json = '{}' WHERE id = 1;",
        "UPDATE events SET at = 'yesterday' WHERE id = 1;",
        "UPDATE runs SET condition = 'dreaming' WHERE id = 1;",
        "UPDATE runs SET started_at = 7 WHERE id = 1;",
        "UPDATE definitions SET json = '[]' WHERE digest = (SELECT definition FROM runs WHERE id = 1);",
        "DELETE FROM definitions WHERE digest = (SELECT definition FROM runs WHERE id = 1);",
    ] {
        let (world, place) = (World::new(), Place::new());
        let backend = place.open();
        let other = crate::world::steps("  - { id: look, action: fake.thing.get, with: { name: a } }\n");
        let bad = world.submit(&backend, &other).await;
        let good = world.submit(&backend, &note()).await;
        place.tamper(poison);
        let driven = world.engine(backend.clone()).drive(&[bad.clone(), good], &Default::default()).await;
        let driven = driven.unwrap_or_else(|error| panic!("{poison}: {error:?}"));
        let outcomes: Vec<_> = driven.runs.iter().map(|view| view.outcome).collect();
        assert_eq!(outcomes, [Some(Outcome::Succeeded)], "{poison}");
        assert_eq!(driven.buried.iter().map(|(run, _)| run).collect::<Vec<_>>(), [&bad], "{poison}");
        assert_eq!(place.count("dead_letters"), 1, "{poison}");
        assert!(!backend.runs(false).await.unwrap().is_empty(), "{poison}");
    }
}
