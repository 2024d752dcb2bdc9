//! Several requests in one.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, new_user};
use crate::client::world::World;

async fn batch(world: &World, requests: Value) -> (StatusCode, Value) {
    world.send(Method::POST, "/$batch", json!({ "requests": requests })).await
}

#[tokio::test]
async fn each_request_is_answered_by_itself() {
    let world = World::start().await;
    let json_type = json!({ "Content-Type": "application/json" });
    let requests = json!([
        { "id": "1", "method": "GET", "url": "/users/a.berg@contoso.test?$select=displayName" },
        { "id": "2", "method": "POST", "url": "/users", "headers": json_type, "body": new_user("a.new") },
        { "id": "3", "method": "GET", "url": "users/a.new@contoso.test", "dependsOn": ["2"], "depends_on": ["9"] },
        { "id": "4", "method": "GET", "url": "/users/nobody" },
        { "id": "5", "method": "DELETE", "url": "/users/a.new@contoso.test", "dependsOn": ["4"] },
        { "id": "6", "method": "PATCH", "url": "/users/a.berg@contoso.test", "headers": json_type, "body": { "city": "Oslo" } },
        { "id": "7", "method": "GET", "url": "/users?$filter=city ne 'Oslo'&$count=true&$top=1",
          "headers": { "ConsistencyLevel": "eventual" } },
        { "id": "8", "method": "GET", "url": "/nothing" },
        { "id": "9", "method": "GET", "url": "https://graph.microsoft.com/v1.0/users/a.berg@contoso.test" },
    ]);
    let (status, answer) = batch(&world, requests).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let responses = answer["responses"].as_array().unwrap();
    let statuses: Vec<u64> = responses.iter().map(|one| one["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 201, 200, 404, 424, 204, 200, 400, 200]);
    assert_eq!(responses[0]["body"]["displayName"], "Ann Berg");
    assert_eq!(code(&responses[3]["body"]), "Request_ResourceNotFound");
    assert_eq!(responses[5].get("body"), None);
    assert_eq!(responses[0]["headers"]["x-ms-resource-unit"], "1");
}

#[tokio::test]
async fn the_requests_have_the_permissions_of_the_token_and_no_more() {
    let mut world = World::start().await;
    world.token = world.token_of("reader").await;
    let requests = json!([
        { "id": "1", "method": "GET", "url": "/users/a.berg@contoso.test" },
        { "id": "2", "method": "DELETE", "url": "/users/a.berg@contoso.test" },
    ]);
    let (_, answer) = batch(&world, requests).await;
    assert_eq!(
        (&answer["responses"][0]["status"], &answer["responses"][1]["status"]),
        (&json!(200), &json!(403))
    );
    world.token = String::new();
    let (status, _) = batch(&world, json!([{ "id": "1", "method": "GET", "url": "/users" }])).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_is_no_batch_is_refused_as_a_whole() {
    let world = World::start().await;
    let get = |id: &str| json!({ "id": id, "method": "GET", "url": "/users" });
    let many: Vec<Value> = (0..21).map(|number| get(&number.to_string())).collect();
    for requests in [
        json!([]),
        json!({}),
        json!(many),
        json!([get("a"), get("A")]),
        json!([{ "method": "GET", "url": "/users" }]),
        json!([{ "id": "1", "url": "/users" }]),
        json!([{ "id": "1", "method": "GET" }]),
        json!([{ "id": "1", "method": "POST", "url": "/users", "body": {} }]),
        json!([{ "id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"] }]),
    ] {
        let (status, answer) = batch(&world, requests.clone()).await;
        assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "BadRequest"), "{requests}");
    }
    assert_eq!(world.get("/$batch").await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_fault_rule_strikes_the_requests_within() {
    let world = World::start().await;
    let rule = json!({ "operation": "azure_ad.users.get", "answer": "throttle", "retry_after_secs": 7 });
    assert_eq!(world.admin(Method::POST, "/faults", Some(rule)).await.0, StatusCode::OK);
    let get = |id: &str| json!({ "id": id, "method": "GET", "url": "/users/a.berg@contoso.test" });
    let (_, answer) = batch(&world, json!([get("1"), get("2")])).await;
    let first = &answer["responses"][0];
    assert_eq!((&first["status"], &first["headers"]["Retry-After"]), (&json!(429), &json!("7")));
    assert_eq!(code(&first["body"]), "TooManyRequests");
    assert_eq!(answer["responses"][1]["status"], 200);
}

/// The connection is the whole batch's: what a rule does to it takes every answer, while each request is
/// carried out or not by itself.
#[tokio::test]
async fn a_rule_that_loses_the_connection_of_a_request_within_loses_the_whole_batch() {
    // Answer of the rule; whether the first request, another, and one that depends on the first took hold.
    for (answer, expected) in [
        ("drop_before_commit", [false, true, false]),
        ("reset", [false, true, false]),
        ("drop_after_commit", [true, true, true]),
    ] {
        let world = World::start().await;
        world.fault(json!({ "operation": "azure_ad.users.update", "answer": answer })).await;
        let users = ["m.boss@contoso.test", "a.berg@contoso.test", "r.falk@contoso.test"];
        let patch = |number: usize, after: Value| {
            json!({ "id": number.to_string(), "method": "PATCH", "url": format!("/users/{}", users[number]),
                "headers": { "Content-Type": "application/json" }, "body": { "city": "Hamar" }, "dependsOn": after })
        };
        let requests = json!([patch(0, json!([])), patch(1, json!([])), patch(2, json!(["0"]))]);
        let sent = world.graph(Method::POST, "/$batch").json(&json!({ "requests": requests })).send().await;
        assert!(sent.is_err(), "{answer}");
        assert_eq!(world.calls().await.last().unwrap()["outcome"], "dropped after commit", "{answer}");
        for (user, expected) in users.iter().zip(expected) {
            let city = &world.get(&format!("/users/{user}?$select=city")).await.1["city"];
            assert_eq!(city == "Hamar", expected, "{answer} {user}");
        }
    }
}

#[tokio::test]
async fn what_stands_between_client_and_platform_does_not_see_into_a_batch() {
    for answer in [json!("html"), json!("html_ok"), json!("truncate"), json!({ "late_apply": "1h" })] {
        let world = World::start().await;
        world.fault(json!({ "operation": "azure_ad.users.get", "answer": answer })).await;
        let get = json!({ "id": "1", "method": "GET", "url": "/users/a.berg@contoso.test" });
        assert_eq!(batch(&world, json!([get])).await.1["responses"][0]["status"], 200, "{answer}");
        assert_eq!(world.admin(Method::GET, "/faults/1", None).await.1["matched"], 0, "{answer}");
        let alone = world.graph(Method::GET, "/users/a.berg@contoso.test").send().await;
        let changed = match alone {
            Ok(response) => response.status() != StatusCode::OK || response.json::<Value>().await.is_err(),
            Err(_) => true,
        };
        assert!(changed, "{answer}: the rule still waits for a call of its own");
    }
}

#[tokio::test]
async fn a_request_waits_for_one_that_stands_behind_it() {
    let world = World::start().await;
    let requests = json!([
        { "id": "1", "method": "GET", "url": "/users/a.new@contoso.test", "dependsOn": ["2"] },
        { "id": "2", "method": "POST", "url": "/users", "headers": { "Content-Type": "application/json" },
          "body": new_user("a.new") },
    ]);
    let (_, answer) = batch(&world, requests).await;
    let statuses: Vec<&Value> =
        answer["responses"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, [&json!(201), &json!(200)]);
}
