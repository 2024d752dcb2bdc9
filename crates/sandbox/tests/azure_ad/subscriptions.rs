//! Subscriptions: the handshake, what is told to whom, retries, lifecycle, what is refused.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, ids, new_user};
use crate::client::world::World;
use crate::receiver::Receiver;

fn subscription(url: &str, resource: &str) -> Value {
    json!({
        "changeType": "updated,deleted", "notificationUrl": url, "lifecycleNotificationUrl": format!("{url}?of=life"),
        "resource": resource, "expirationDateTime": "2026-01-12T08:00:00Z", "clientState": "secret-state",
    })
}

async fn subscribe(world: &World, receiver: &Receiver, resource: &str) -> String {
    let (status, body) =
        world.send(Method::POST, "/subscriptions", subscription(&receiver.url, resource)).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

async fn deliver(world: &World) {
    let (status, body) = world.admin(Method::POST, "/azure_ad/notifications/deliver", None).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}

#[tokio::test]
async fn an_address_proves_itself_and_is_told_of_changes() {
    let (world, receiver) = (World::start().await, Receiver::start().await);
    let id = subscribe(&world, &receiver, "/users").await;
    let asked = receiver.take();
    assert_eq!(asked.len(), 2, "both addresses are asked: {asked:?}");
    assert!(asked[0].content_type.starts_with("text/plain") && asked[0].body.is_empty());

    let (_, user) = world.send(Method::POST, "/users", new_user("a.new")).await;
    deliver(&world).await;
    let told = receiver.take();
    let message: Value = serde_json::from_str(&told[0].body).unwrap();
    let user_id = user["id"].as_str().unwrap();
    let item = &message["value"][0];
    for (name, expected) in [
        ("subscriptionId", json!(id)),
        ("clientState", json!("secret-state")),
        ("changeType", json!("updated")),
        ("resource", json!(format!("Users/{user_id}"))),
        ("subscriptionExpirationDateTime", json!("2026-01-12T08:00:00Z")),
    ] {
        assert_eq!(item[name], expected, "{name}");
    }
    assert_eq!(item["resourceData"]["@odata.type"], "#Microsoft.Graph.User");
    assert_eq!(item["resourceData"]["id"], user_id);
}

#[tokio::test]
async fn members_that_come_and_go_are_in_the_message() {
    let (world, receiver) = (World::start().await, Receiver::start().await);
    let (_, page) = world.get("/groups?$filter=displayName eq 'Sales CRM'&$select=id").await;
    let group = ids(&page)[0].to_owned();
    subscribe(&world, &receiver, &format!("/groups/{group}/members")).await;
    receiver.take();
    let (status, _) = world
        .admin(Method::PUT, &format!("/azure_ad/groups/{group}/members/a.berg@contoso.test"), None)
        .await;
    assert_eq!(status, StatusCode::OK);
    world.send(Method::PATCH, "/users/a.berg@contoso.test", json!({ "city": "Bergen" })).await;
    deliver(&world).await;
    world.admin(Method::PUT, "/azure_ad/notifications", Some(json!({ "removed_as_text": true }))).await;
    world.admin(Method::DELETE, &format!("/azure_ad/groups/{group}/members/a.berg@contoso.test"), None).await;
    deliver(&world).await;
    let items: Vec<Value> = receiver
        .take()
        .iter()
        .flat_map(|told| {
            serde_json::from_str::<Value>(&told.body).unwrap()["value"].as_array().unwrap().clone()
        })
        .collect();
    assert_eq!(items.len(), 2, "changes of other objects are not told: {items:?}");
    assert!(items[0]["resourceData"]["members@delta"][0].get("@removed").is_none());
    assert_eq!(items[1]["resourceData"]["members@delta"][0]["@removed"], "deleted");
}

#[tokio::test]
async fn an_address_that_does_not_prove_itself_gets_no_subscription() {
    let (world, receiver) = (World::start().await, Receiver::start().await);
    receiver.answer(StatusCode::INTERNAL_SERVER_ERROR);
    let (status, body) =
        world.send(Method::POST, "/subscriptions", subscription(&receiver.url, "/users")).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "ValidationError"), "{body}");
    let (_, list) = world.get("/subscriptions").await;
    assert_eq!(list["value"], json!([]));
}

#[tokio::test]
async fn a_message_that_is_not_taken_comes_again_after_a_while() {
    let (world, receiver) = (World::start().await, Receiver::start().await);
    subscribe(&world, &receiver, "/users").await;
    receiver.take();
    receiver.answer(StatusCode::SERVICE_UNAVAILABLE);
    world.send(Method::PATCH, "/users/a.berg@contoso.test", json!({ "city": "Bergen" })).await;
    deliver(&world).await;
    receiver.answer(StatusCode::ACCEPTED);
    deliver(&world).await;
    assert_eq!(receiver.take().len(), 1, "not before its time");
    world.advance("10s").await;
    deliver(&world).await;
    assert_eq!(receiver.take().len(), 1);
    world.advance("4h").await;
    deliver(&world).await;
    assert_eq!(receiver.take().len(), 0, "it was taken");
    let (_, log) = world.admin(Method::GET, "/azure_ad/notifications", None).await;
    let statuses: Vec<&Value> =
        log["attempts"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, [&json!(503), &json!(202)]);
}

#[tokio::test]
async fn duplicates_and_the_wrong_order_are_sent_where_that_is_asked_for() {
    let (world, receiver) = (World::start().await, Receiver::start().await);
    subscribe(&world, &receiver, "/users").await;
    receiver.take();
    let switches = json!({ "duplicates": true, "youngest_first": true, "latency_secs": 5 });
    world.admin(Method::PUT, "/azure_ad/notifications", Some(switches)).await;
    world.send(Method::PATCH, "/users/a.berg@contoso.test", json!({ "city": "Bergen" })).await;
    world.send(Method::PATCH, "/users/m.boss@contoso.test", json!({ "city": "Bergen" })).await;
    deliver(&world).await;
    assert_eq!(receiver.take().len(), 0, "nothing is due yet");
    world.advance("5s").await;
    deliver(&world).await;
    let sequence = |body: &str| {
        let message: Value = serde_json::from_str(body).unwrap();
        message["value"][0]["resourceData"]["sequenceNumber"].as_u64().unwrap()
    };
    let told: Vec<u64> = receiver.take().iter().map(|one| sequence(&one.body)).collect();
    assert_eq!(told.len(), 4);
    assert!(told[0] == told[1] && told[1] > told[2] && told[2] == told[3], "{told:?}");
}

#[tokio::test]
async fn a_subscription_is_renewed_paused_told_of_its_life_and_ended() {
    let (mut world, receiver) = (World::start().await, Receiver::start().await);
    let id = subscribe(&world, &receiver, "/users").await;
    let path = format!("/subscriptions/{id}");
    receiver.take();
    let event = json!({ "event": "reauthorizationRequired" });
    world.admin(Method::POST, &format!("/azure_ad/subscriptions/{id}/lifecycle"), Some(event)).await;
    deliver(&world).await;
    let told = receiver.take();
    assert!(
        told[0].query.contains("of=life") && told[0].body.contains("reauthorizationRequired"),
        "{told:?}"
    );
    world.send(Method::PATCH, "/users/a.berg@contoso.test", json!({ "city": "Bergen" })).await;
    deliver(&world).await;
    assert_eq!(receiver.take().len(), 0, "what happens meanwhile is lost");
    assert_eq!(
        world.send(Method::POST, &format!("{path}/reauthorize"), json!({})).await.0,
        StatusCode::NO_CONTENT
    );

    let renewal = json!({ "expirationDateTime": "2026-01-20T08:00:00Z" });
    let (status, renewed) = world.send(Method::PATCH, &path, renewal).await;
    assert_eq!((status, &renewed["expirationDateTime"]), (StatusCode::OK, &json!("2026-01-20T08:00:00Z")));
    world.advance("8d").await;
    world.token = world.token_of("drawbridge").await;
    assert_eq!(world.get(&path).await.0, StatusCode::OK);
    world.advance("8d").await;
    world.token = world.token_of("drawbridge").await;
    assert_eq!(world.get(&path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_watched_is_refused() {
    let (mut world, receiver) = (World::start().await, Receiver::start().await);
    let with = |name: &str, value: Value| {
        let mut body = subscription(&receiver.url, "/users");
        body[name] = value;
        body
    };
    for body in [
        with("resource", json!("/auditLogs/signIns")),
        with("resource", json!(null)),
        with("changeType", json!("created")),
        with("changeType", json!("")),
        with("notificationUrl", json!("https://example.com/hook")),
        with("notificationUrl", json!("nonsense")),
        with("expirationDateTime", json!("2026-01-05T07:00:00Z")),
        with("expirationDateTime", json!("2026-02-04T08:00:00Z")),
        with("expirationDateTime", json!("soon")),
        with("includeResourceData", json!(true)),
        with("clientState", json!("x".repeat(129))),
    ] {
        let (status, answer) = world.send(Method::POST, "/subscriptions", body.clone()).await;
        assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "InvalidRequest"), "{body}");
    }
    assert_eq!(receiver.take().len(), 0, "nobody was asked");
    let id = subscribe(&world, &receiver, "/users").await;
    world.token = world.token_of("reader").await;
    assert_eq!(world.get(&format!("/subscriptions/{id}")).await.0, StatusCode::NOT_FOUND, "it is another's");
    world.token = world.token_of("basic").await;
    let (status, _) = world.send(Method::POST, "/subscriptions", subscription(&receiver.url, "/users")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}
