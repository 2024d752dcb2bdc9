//! What a busy service does to its clients: throttling and replicas that lag.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::answers::{code, new_user};
use crate::client::world::World;

#[tokio::test]
async fn the_limits_refuse_say_when_and_forgive_with_time() {
    let world = World::start().await;
    let (status, _) =
        world.admin(Method::PUT, "/azure_ad/throttling", Some(json!({ "on": true, "divisor": 1000 }))).await;
    assert_eq!(status, StatusCode::OK);
    let get = || world.graph(Method::GET, "/users/a.berg@contoso.test?$select=id").send();
    let mut shares = Vec::new();
    for _ in 0..5 {
        let response = get().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        shares.push(response.headers().get("x-ms-throttle-limit-percentage").cloned());
    }
    assert!(shares[3].is_none() && shares[4].as_ref().is_some_and(|share| share == "1.0"), "{shares:?}");
    let response = get().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "4");
    assert_eq!(response.headers()["x-ms-throttle-information"], "ResourceUnitLimitExceeded");
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!((code(&body), &body["error"]["innerError"]["code"]), ("TooManyRequests", &json!("429")));
    world.advance("4s").await;
    assert_eq!(get().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_new_object_is_not_found_and_a_changed_one_is_old_for_a_while() {
    let world = World::start().await;
    let rule = json!({ "created_ms": 5000, "changed_ms": 3000 });
    assert_eq!(world.admin(Method::PUT, "/azure_ad/lag", Some(rule)).await.0, StatusCode::OK);
    let (status, user) = world.send(Method::POST, "/users", new_user("a.new")).await;
    assert_eq!(status, StatusCode::CREATED);
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    assert_eq!(world.get(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(world.send(Method::PATCH, &path, json!({ "city": "Oslo" })).await.0, StatusCode::NOT_FOUND);
    let again = world.send(Method::POST, "/users", new_user("a.new")).await;
    assert_eq!((again.0, code(&again.1)), (StatusCode::BAD_REQUEST, "Request_BadRequest"));
    world.advance("5s").await;
    assert_eq!(world.get(&path).await.0, StatusCode::OK);

    let change = json!({ "department": "Sales" });
    assert_eq!(world.send(Method::PATCH, &path, change).await.0, StatusCode::NO_CONTENT);
    let department = format!("{path}?$select=department");
    assert_eq!(world.get(&department).await.1["department"], json!(null));
    world.advance("3s").await;
    assert_eq!(world.get(&department).await.1["department"], "Sales");
}
