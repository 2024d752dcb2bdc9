//! The trigger on new users, over whole rounds.

use drawbridge_sdk::{Known, Polled};
use serde_json::{Value, json};

use crate::world::{World, word};

const NAME: &str = "azure_ad.user.created";

/// Commits what a poll brought, as the runtime does, and gives the names in its events.
fn commit(known: &mut Known, polled: Polled<Value>) -> Vec<String> {
    known.cursor = Some(polled.cursor);
    for change in polled.known {
        match change.seen {
            Some(seen) => known.objects.insert(change.id, seen),
            None => known.objects.remove(&change.id),
        };
    }
    let name = |event: &Value| event["userPrincipalName"].as_str().unwrap().to_owned();
    polled.events.iter().map(|seen| name(&seen.event)).collect()
}

async fn baseline(world: &World) -> Known {
    let mut known = Known::default();
    loop {
        let polled = world.poll(NAME, &known).await.unwrap();
        let more = polled.more;
        assert_eq!(commit(&mut known, polled), Vec::<String>::new());
        if !more {
            return known;
        }
    }
}

#[tokio::test]
async fn the_first_round_learns_everybody_and_starts_nothing() {
    let world = World::start().await;
    let known = baseline(&world).await;
    assert_eq!(known.objects.len(), 60);
}

#[tokio::test]
async fn a_new_user_is_seen_once_and_a_changed_one_never() {
    let world = World::start().await;
    let mut known = baseline(&world).await;
    let user = json!({"upn": "a.new@contoso.test", "displayName": "Alva New", "department": "Engineering"});
    world.act("azure_ad/users", user).await;
    let polled = world.poll(NAME, &known).await.unwrap();
    assert_eq!(polled.events[0].event["department"], "Engineering");
    assert_eq!(commit(&mut known, polled), ["a.new@contoso.test"]);
    world.change_user("a.new@contoso.test", json!({"department": "Finance"})).await;
    world.change_user("a.berg@contoso.test", json!({"department": "Finance"})).await;
    let polled = world.poll(NAME, &known).await.unwrap();
    assert_eq!(commit(&mut known, polled), Vec::<String>::new());
}

#[tokio::test]
async fn a_forgotten_token_reads_everybody_again_and_starts_only_for_new_users() {
    let world = World::start().await;
    let mut known = baseline(&world).await;
    world.act("azure_ad/users", json!({"upn": "b.new@contoso.test"})).await;
    world.act("azure_ad/expire_delta_tokens", json!({})).await;
    let polled = world.poll(NAME, &known).await.unwrap();
    assert_eq!(commit(&mut known, polled), Vec::<String>::new());
    let mut seen = Vec::new();
    loop {
        let polled = world.poll(NAME, &known).await.unwrap();
        let more = polled.more;
        seen.extend(commit(&mut known, polled));
        if !more {
            break;
        }
    }
    assert_eq!(seen, ["b.new@contoso.test"]);
}

#[tokio::test]
async fn a_poll_that_fails_halfway_loses_nothing() {
    let world = World::start().await;
    let mut known = baseline(&world).await;
    world.act("azure_ad/users", json!({"upn": "c.new@contoso.test"})).await;
    world.fault("/v1.0/users/delta*", json!("drop_after_commit")).await;
    assert_eq!(word(world.poll(NAME, &known).await), "not yet CN008");
    let polled = world.poll(NAME, &known).await.unwrap();
    assert_eq!(commit(&mut known, polled), ["c.new@contoso.test"]);
}
