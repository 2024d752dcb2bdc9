//! Creating, changing and deleting users, and their managers.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::answers::{code, ids, new_user};
use crate::client::world::World;

#[tokio::test]
async fn a_created_user_is_there_at_once_and_a_second_one_conflicts() {
    let world = World::start().await;
    let (status, created) = world.send(Method::POST, "/users", new_user("a.new")).await;
    assert_eq!(status, StatusCode::CREATED);
    let path = format!(
        "/users/{}?$select=id,accountEnabled,createdDateTime,userType",
        created["id"].as_str().unwrap()
    );
    let (_, read) = world.get(&path).await;
    assert_eq!(read["createdDateTime"], "2026-01-05T08:00:00Z");
    assert_eq!((&read["accountEnabled"], &read["userType"]), (&json!(true), &json!("Member")));
    let (status, body) = world.send(Method::POST, "/users", new_user("A.New")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error"]["details"][0]["code"], "ObjectConflict");
    assert_eq!(body["error"]["details"][0]["target"], "userPrincipalName");
}

#[tokio::test]
async fn a_user_that_lacks_or_breaks_something_is_refused() {
    let world = World::start().await;
    // Member, its wrong value (null: left out), a piece of the message.
    let cases = [
        ("accountEnabled", json!(null), "A value is required for property 'accountEnabled'"),
        ("displayName", json!(null), "A value is required for property 'displayName'"),
        ("mailNickname", json!(null), "A value is required for property 'mailNickname'"),
        ("passwordProfile", json!(null), "A value is required for property 'passwordProfile'"),
        ("passwordProfile", json!({"password": "short"}), "password complexity"),
        ("userPrincipalName", json!("x.new@fabrikam.test"), "domain portion"),
        ("userPrincipalName", json!("x new"), "Property userPrincipalName is invalid"),
        ("accountEnabled", json!("yes"), "Edm.Boolean"),
        ("displayName", json!(""), "Invalid value specified for property 'displayName'"),
        ("shoeSize", json!(43), "Invalid property 'shoeSize'"),
        ("createdDateTime", json!("2026-01-01T00:00:00Z"), "read-only"),
    ];
    for (member, value, message) in cases {
        let mut body = new_user("x.new");
        body[member] = value.clone();
        if value.is_null() {
            body.as_object_mut().unwrap().remove(member);
        }
        let (status, body) = world.send(Method::POST, "/users", body).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "Request_BadRequest"), "{member}");
        assert!(body["error"]["message"].as_str().unwrap().contains(message), "{member}: {body}");
    }
    let request = world.graph(Method::POST, "/users").body("{}");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    let request = world.graph(Method::POST, "/users").header("content-type", "application/json").body("{");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_change_sets_clears_and_keeps_and_a_synced_user_is_refused() {
    let world = World::start().await;
    let change = json!({ "city": "Bergen", "jobTitle": null });
    let (status, _) = world.send(Method::PATCH, "/users/a.berg@contoso.test", change).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (_, user) = world.get("/users/a.berg@contoso.test?$select=city,jobTitle,department").await;
    assert_eq!(
        (&user["city"], &user["jobTitle"], &user["department"]),
        (&json!("Bergen"), &json!(null), &json!("Engineering"))
    );
    let (status, body) =
        world.send(Method::PATCH, "/users/x.onprem@contoso.test", json!({ "city": "Bonn" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["error"]["message"].as_str().unwrap().contains("on-premises mastered"));
}

#[tokio::test]
async fn a_manager_is_set_and_removed_by_reference() {
    let world = World::start().await;
    let path = "/users/l.lonely@contoso.test/manager/$ref";
    let graph = &world.sandbox.endpoints().azure_ad.graph;
    let reference = json!({ "@odata.id": format!("{graph}/v1.0/users/m.boss@contoso.test") });
    assert_eq!(world.send(Method::PUT, path, reference).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.get("/users/l.lonely@contoso.test/manager").await.1["displayName"], "Maria Boss");
    assert_eq!(world.send(Method::DELETE, path, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.get("/users/l.lonely@contoso.test/manager").await.0, StatusCode::NOT_FOUND);
    let nobody = json!({ "@odata.id": format!("{graph}/v1.0/users/nobody") });
    assert_eq!(world.send(Method::PUT, path, nobody).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_deleted_user_is_gone_from_everywhere() {
    let world = World::start().await;
    assert_eq!(
        world.send(Method::DELETE, "/users/m.boss@contoso.test", json!({})).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(world.get("/users/m.boss@contoso.test").await.0, StatusCode::NOT_FOUND);
    assert_eq!(world.get("/users/a.berg@contoso.test/manager").await.0, StatusCode::NOT_FOUND);
    let (_, page) = world.get("/users?$filter=startswith(userPrincipalName,'m.boss')").await;
    assert_eq!(ids(&page).len(), 0);
}
