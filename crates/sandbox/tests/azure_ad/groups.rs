//! Groups and membership, asked from both sides, and changes of members.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, ids, texts};
use crate::client::world::World;

#[tokio::test]
async fn groups_show_their_kind_and_their_members() {
    let world = World::start().await;
    let (_, page) = world.get("/groups?$filter=displayName eq 'Berlin people'").await;
    let group = &page["value"][0];
    assert_eq!(group["groupTypes"], json!(["DynamicMembership"]));
    assert_eq!((&group["securityEnabled"], &group["mailEnabled"]), (&json!(true), &json!(false)));
    let (_, page) =
        world.get("/groups?$filter=groupTypes/any(c:c eq 'Unified')&$select=id,displayName").await;
    assert_eq!(texts(&page, "displayName"), ["Project Northwind"]);
    let id = ids(&page)[0];
    let (_, members) = world.get(&format!("/groups/{id}/members?$select=id,displayName")).await;
    assert_eq!(members["value"][0]["@odata.type"], "#microsoft.graph.user");
    assert_eq!(texts(&members, "displayName"), ["Ann Berg", "Katrin Vogel", "Zara Ahmed", "Mia Chen"]);
    let (_, owners) = world.get(&format!("/groups/{id}/owners?$select=id,displayName")).await;
    assert_eq!(texts(&owners, "displayName"), ["Katrin Vogel"]);
    assert_eq!(world.get("/groups/00000000-0000-0000-0000-000000000001").await.0, StatusCode::NOT_FOUND);
}

async fn group_id(world: &World, name: &str) -> String {
    let (_, page) = world.get(&format!("/groups?$filter=displayName eq '{name}'&$select=id")).await;
    ids(&page)[0].to_owned()
}

#[tokio::test]
async fn membership_is_asked_directly_and_through_groups() {
    let world = World::start().await;
    let names = |page: &Value| texts(page, "displayName").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (_, direct) = world.get("/users/j.dubois@contoso.test/memberOf?$select=id,displayName").await;
    assert_eq!(names(&direct), ["Consultants", "Engineering Oslo"]);
    let (_, all) = world.get("/users/j.dubois@contoso.test/transitiveMemberOf?$select=id,displayName").await;
    let expected = ["Onboarding exclusions", "Consultants", "Engineering", "Engineering Oslo", "VPN users"];
    assert_eq!(names(&all), expected);

    let exclusions = group_id(&world, "Onboarding exclusions").await;
    let services = group_id(&world, "Service accounts").await;
    let asked = json!({ "groupIds": [services, exclusions, "00000000-0000-0000-0000-000000000009"] });
    let check = async |user: &str| {
        let path = format!("/users/{user}@contoso.test/checkMemberGroups");
        world.send(Method::POST, &path, asked.clone()).await.1["value"].clone()
    };
    assert_eq!(check("j.dubois").await, json!([exclusions]));
    assert_eq!(check("svc-backup").await, json!([services]));
    assert_eq!(check("a.berg").await, json!([]));

    let too_many = json!({ "groupIds": vec![exclusions; 21] });
    let (status, _) =
        world.send(Method::POST, "/users/a.berg@contoso.test/checkMemberGroups", too_many).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn members_come_and_go_only_where_the_directory_is_master() {
    let world = World::start().await;
    let (_, user) = world.get("/users/a.berg@contoso.test?$select=id").await;
    let user = user["id"].as_str().unwrap();
    let reference =
        json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{user}") });
    let vpn = group_id(&world, "VPN users").await;
    let add = format!("/groups/{vpn}/members/$ref");
    assert_eq!(world.send(Method::POST, &add, reference.clone()).await.0, StatusCode::NO_CONTENT);
    let (status, body) = world.send(Method::POST, &add, reference.clone()).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "Request_BadRequest"));
    assert!(body["error"]["message"].as_str().unwrap().contains("already exist"));
    let remove = format!("/groups/{vpn}/members/{user}/$ref");
    assert_eq!(world.send(Method::DELETE, &remove, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.send(Method::DELETE, &remove, json!({})).await.0, StatusCode::NOT_FOUND);
    for name in ["Berlin people", "Ledger operators", "Payroll", "All hands"] {
        let path = format!("/groups/{}/members/$ref", group_id(&world, name).await);
        assert_eq!(
            world.send(Method::POST, &path, reference.clone()).await.0,
            StatusCode::BAD_REQUEST,
            "{name}"
        );
    }
}
