//! Delta rounds: baseline, from now on, pages, expiry.

use reqwest::header::LOCATION;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, delta_url, ids, new_user, round};
use crate::client::world::{World, read};

#[tokio::test]
async fn a_full_round_brings_everybody_in_pages_and_the_next_one_nobody() {
    let world = World::start().await;
    let (_, first) = world.follow(&delta_url(&world, "$select=displayName,department")).await;
    assert_eq!(first["value"].as_array().unwrap().len(), 25);
    assert!(first["@odata.nextLink"].is_string() && first.get("@odata.deltaLink").is_none());
    let (items, link) = round(&world, &delta_url(&world, "$select=displayName,department")).await;
    assert_eq!(items.len(), 60);
    let guest = items.iter().find(|item| item["displayName"] == "Lena Holt").unwrap();
    assert_eq!(guest.as_object().unwrap().keys().collect::<Vec<_>>(), ["displayName", "id"]);
    assert_eq!(round(&world, &link).await.0.len(), 0);
}

#[tokio::test]
async fn a_round_from_now_brings_what_is_created_changed_and_deleted_since() {
    let world = World::start().await;
    let query = "$select=displayName,department,manager&$deltatoken=latest";
    let (items, link) = round(&world, &delta_url(&world, query)).await;
    assert_eq!(items.len(), 0);

    let (_, created) = world.send(Method::POST, "/users", new_user("a.new")).await;
    let id = created["id"].as_str().unwrap();
    let (items, link) = round(&world, &link).await;
    assert_eq!(items, [json!({ "displayName": "a.new", "id": id })]);

    world.send(Method::PATCH, &format!("/users/{id}"), json!({ "city": "Oslo" })).await;
    let (items, link) = round(&world, &link).await;
    assert_eq!(items, [] as [Value; 0], "the city is not selected");

    world.send(Method::PATCH, &format!("/users/{id}"), json!({ "department": "Sales" })).await;
    let (_, boss) = world.get("/users/m.boss@contoso.test?$select=id").await;
    let boss = boss["id"].as_str().unwrap();
    let reference = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{boss}") });
    world.send(Method::PUT, &format!("/users/{id}/manager/$ref"), reference).await;
    let (items, link) = round(&world, &link).await;
    let expected = json!({
        "displayName": "a.new", "department": "Sales", "id": id,
        "manager@delta": [{ "@odata.type": "#microsoft.graph.user", "id": boss }],
    });
    assert_eq!(items, [expected]);

    world.send(Method::PATCH, &format!("/users/{id}"), json!({ "department": null })).await;
    let (items, link) = round(&world, &link).await;
    assert_eq!(items, [json!({ "displayName": "a.new", "department": null, "id": id })]);

    world.send(Method::DELETE, &format!("/users/{id}"), json!({})).await;
    let (items, link) = round(&world, &link).await;
    assert_eq!(items, [json!({ "id": id, "@removed": { "reason": "changed" } })]);
    assert_eq!(round(&world, &link).await.0.len(), 0);
}

#[tokio::test]
async fn the_same_link_gives_the_same_round_again() {
    let world = World::start().await;
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest")).await;
    world.send(Method::POST, "/users", new_user("a.new")).await;
    assert_eq!(round(&world, &link).await.0, round(&world, &link).await.0);
}

#[tokio::test]
async fn a_large_round_has_pages_and_later_changes_wait_for_the_next() {
    let world = World::start().await;
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest&$select=id")).await;
    for number in 0..30 {
        world.send(Method::POST, "/users", new_user(&format!("n{number}"))).await;
    }
    let (_, page) = world.follow(&link).await;
    assert_eq!(ids(&page).len(), 25);
    world.send(Method::POST, "/users", new_user("late")).await;
    let (rest, next) = round(&world, page["@odata.nextLink"].as_str().unwrap()).await;
    assert_eq!(rest.len(), 5);
    assert_eq!(round(&world, &next).await.0.len(), 1);
}

#[tokio::test]
async fn minimal_answers_leave_out_what_did_not_change() {
    let world = World::start().await;
    let (_, link) =
        round(&world, &delta_url(&world, "$deltatoken=latest&$select=displayName,department")).await;
    let (_, user) = world.get("/users/a.berg@contoso.test?$select=id").await;
    world.send(Method::PATCH, "/users/a.berg@contoso.test", json!({ "department": "Sales" })).await;
    let request = world.http.get(&link).bearer_auth(&world.token).header("Prefer", "return=minimal");
    let (_, page) = read(request.send().await.unwrap()).await;
    assert_eq!(page["value"], json!([{ "department": "Sales", "id": user["id"] }]));
}

#[tokio::test]
async fn an_expired_link_answers_410_with_the_way_to_start_again() {
    let mut world = World::start().await;
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest&$select=displayName")).await;
    world.advance("7d").await;
    world.token = world.token_of("drawbridge").await;
    assert_eq!(world.follow(&link).await.0, StatusCode::OK);
    world.advance("1m").await;
    let response = world.http.get(&link).bearer_auth(&world.token).send().await.unwrap();
    let location = response.headers()[LOCATION].to_str().unwrap().to_owned();
    let (status, body) = read(response).await;
    assert_eq!((status, code(&body)), (StatusCode::GONE, "syncStateNotFound"));
    assert_eq!(round(&world, &location).await.0.len(), 60);
}

#[tokio::test]
async fn links_of_a_world_that_was_reset_or_made_to_forget_are_gone() {
    let world = World::start().await;
    world.send(Method::POST, "/users", new_user("a.new")).await;
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest")).await;
    world.admin(Method::POST, "/reset", None).await;
    assert_eq!(world.follow(&link).await.0, StatusCode::GONE);
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest")).await;
    world.admin(Method::POST, "/azure_ad/expire_delta_tokens", None).await;
    assert_eq!(world.follow(&link).await.0, StatusCode::GONE);
}

#[tokio::test]
async fn a_delta_query_takes_only_what_the_service_takes() {
    let world = World::start().await;
    for query in [
        "$top=5",
        "$orderby=displayName",
        "$search=\"displayName:x\"",
        "$expand=manager",
        "$filter=city eq 'Oslo'",
        "$select=shoeSize",
        "$deltatoken=nonsense",
    ] {
        assert_eq!(world.follow(&delta_url(&world, query)).await.0, StatusCode::BAD_REQUEST, "{query}");
    }
    let (_, user) = world.get("/users/a.berg@contoso.test?$select=id").await;
    let id = user["id"].as_str().unwrap();
    let (items, _) =
        round(&world, &delta_url(&world, &format!("$select=displayName&$filter=id eq '{id}'"))).await;
    assert_eq!(items, [json!({ "displayName": "Ann Berg", "id": id })]);
}

#[tokio::test]
async fn a_round_can_be_made_to_give_earlier_changes_again() {
    let world = World::start().await;
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest&$select=id")).await;
    world.send(Method::POST, "/users", new_user("a.new")).await;
    let (first, link) = round(&world, &link).await;
    world.admin(Method::POST, "/azure_ad/replay_changes", Some(json!({ "changes": 1 }))).await;
    let (again, link) = round(&world, &link).await;
    assert_eq!((first.len(), &again), (1, &first));
    assert_eq!(round(&world, &link).await.0.len(), 0);
}

#[tokio::test]
async fn a_dump_after_a_change_is_the_same_whenever_it_is_taken() {
    let world = World::start().await;
    world.send(Method::POST, "/users", new_user("a.new")).await;
    let (_, first) = world.admin(Method::GET, "/dump", None).await;
    world.admin(Method::POST, "/azure_ad/notifications/deliver", None).await;
    assert_eq!(world.admin(Method::GET, "/dump", None).await.1, first);
}
