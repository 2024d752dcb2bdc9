//! Delta rounds over groups: members that come and go, large groups, what is selected.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{ids, new_user, round};
use crate::client::world::World;

fn url(world: &World, query: &str) -> String {
    format!("{}/v1.0/groups/delta?{query}", world.sandbox.endpoints().azure_ad.graph)
}

async fn group_id(world: &World, name: &str) -> String {
    let (_, page) = world.get(&format!("/groups?$filter=displayName eq '{name}'&$select=id")).await;
    ids(&page)[0].to_owned()
}

async fn user_id(world: &World, name: &str) -> String {
    let (_, user) = world.get(&format!("/users/{name}@contoso.test?$select=id")).await;
    user["id"].as_str().unwrap().to_owned()
}

fn member_ids<'a>(items: &'a [Value], group: &str) -> Vec<&'a str> {
    let slices = items.iter().filter(|item| item["id"] == group);
    let members = slices.flat_map(|item| item["members@delta"].as_array().into_iter().flatten());
    members.map(|member| member["id"].as_str().unwrap()).collect()
}

async fn add(world: &World, group: &str, user: &str) {
    let reference =
        json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{user}") });
    let (status, body) = world.send(Method::POST, &format!("/groups/{group}/members/$ref"), reference).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
}

#[tokio::test]
async fn a_full_round_brings_every_group_with_its_members() {
    let world = World::start().await;
    let (items, _) = round(&world, &url(&world, "")).await;
    let (_, groups) = world.get("/groups?$select=id").await;
    assert_eq!(items.len(), ids(&groups).len());
    let group = group_id(&world, "Sales CRM").await;
    let (_, members) = world.get(&format!("/groups/{group}/members?$select=id")).await;
    let mut expected = ids(&members);
    expected.sort_unstable();
    assert_eq!(member_ids(&items, &group), expected);
    let without = round(&world, &url(&world, "$select=displayName")).await.0;
    assert!(without.iter().all(|item| item.get("members@delta").is_none()));
}

#[tokio::test]
async fn members_that_come_and_go_are_told_and_a_deleted_user_is_not() {
    let world = World::start().await;
    let (_, link) = round(&world, &url(&world, "$select=displayName,members&$deltatoken=latest")).await;
    let (group, user) = (group_id(&world, "Sales CRM").await, user_id(&world, "a.berg").await);
    add(&world, &group, &user).await;
    let (items, link) = round(&world, &link).await;
    let expected = json!({
        "displayName": "Sales CRM", "id": group,
        "members@delta": [{ "@odata.type": "#microsoft.graph.user", "id": user }],
    });
    assert_eq!(items, [expected]);

    let path = format!("/groups/{group}/members/{user}/$ref");
    world.send(Method::DELETE, &path, json!({})).await;
    let (items, link) = round(&world, &link).await;
    let removed =
        json!([{ "@odata.type": "#microsoft.graph.user", "id": user, "@removed": { "reason": "deleted" } }]);
    assert_eq!(items[0]["members@delta"], removed);

    add(&world, &group, &user).await;
    let (_, link) = round(&world, &link).await;
    let (status, body) = world.admin(Method::DELETE, "/azure_ad/users/a.berg@contoso.test", None).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (items, _) = round(&world, &link).await;
    assert_eq!(items, [] as [Value; 0], "a soft-deleted user stays a member in silence");
}

#[tokio::test]
async fn a_large_group_comes_in_slices_that_add_up() {
    let world = World::start().await;
    let group = group_id(&world, "Sales CRM").await;
    let (_, link) = round(&world, &url(&world, "$select=members&$deltatoken=latest")).await;
    let mut expected = Vec::new();
    for number in 0..60 {
        let (_, user) = world.send(Method::POST, "/users", new_user(&format!("n{number}"))).await;
        let id = user["id"].as_str().unwrap().to_owned();
        add(&world, &group, &id).await;
        expected.push(id);
    }
    expected.sort_unstable();
    let (items, _) = round(&world, &link).await;
    let slices: Vec<usize> =
        items.iter().map(|item| item["members@delta"].as_array().map_or(0, Vec::len)).collect();
    assert_eq!(slices, [25, 25, 10]);
    assert_eq!(member_ids(&items, &group), expected);
    let (full, _) = round(&world, &url(&world, "$select=members")).await;
    assert_eq!(member_ids(&full, &group).len(), 67);
}
