//! Directory audits: what changes leave behind, who did it, filters, late and old records.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, new_user, texts};
use crate::client::world::World;

const AUDITS: &str = "/auditLogs/directoryAudits";

async fn start() -> World {
    let mut world = World::start().await;
    world.token = world.token_of("everything").await;
    world
}

async fn audits(world: &World, query: &str) -> Value {
    let (status, page) = world.get(&format!("{AUDITS}?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query}: {page}");
    page
}

async fn user_id(world: &World, name: &str) -> String {
    let (_, user) = world.get(&format!("/users/{name}@contoso.test")).await;
    user["id"].as_str().unwrap().to_owned()
}

/// Method, path, body, and what is audited: name, category, kind of operation.
type Step = (Method, String, Value, (&'static str, &'static str, &'static str));

/// What is done to a user.
fn steps(id: &str, group: &str, boss: &str) -> Vec<Step> {
    let reference = |id: &str| json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{id}") });
    let (path, member) = (format!("/users/{id}"), format!("/groups/{group}/members"));
    vec![
        (
            Method::PATCH,
            path.clone(),
            json!({ "department": "Sales" }),
            ("Update user", "UserManagement", "Update"),
        ),
        (
            Method::PATCH,
            path.clone(),
            json!({ "accountEnabled": false }),
            ("Disable account", "UserManagement", "Update"),
        ),
        (
            Method::PATCH,
            path.clone(),
            json!({ "accountEnabled": true }),
            ("Enable account", "UserManagement", "Update"),
        ),
        (
            Method::PATCH,
            path.clone(),
            json!({ "passwordProfile": { "password": "An0ther-pass!" } }),
            ("Reset password", "UserManagement", "Reset"),
        ),
        (
            Method::PUT,
            format!("{path}/manager/$ref"),
            reference(boss),
            ("Set user manager", "UserManagement", "Update"),
        ),
        (
            Method::POST,
            format!("{member}/$ref"),
            reference(id),
            ("Add member to group", "GroupManagement", "Assign"),
        ),
        (
            Method::DELETE,
            format!("{member}/{id}/$ref"),
            Value::Null,
            ("Remove member from group", "GroupManagement", "Unassign"),
        ),
        (Method::DELETE, path.clone(), Value::Null, ("Delete user", "UserManagement", "Delete")),
    ]
}

#[tokio::test]
async fn every_change_is_audited_under_its_exact_name_newest_first() {
    let world = start().await;
    let (_, user) = world.send(Method::POST, "/users", new_user("a.new")).await;
    let id = user["id"].as_str().unwrap();
    let boss = user_id(&world, "m.boss").await;
    let (_, groups) = world.get("/groups?$filter=displayName eq 'Finance reports'").await;
    let group = groups["value"][0]["id"].as_str().unwrap();
    let steps = steps(id, group, &boss);
    let mut expected = vec!["Add user"];
    for (method, path, body, (name, category, operation)) in &steps {
        world.advance("1m").await;
        let (status, answer) = world.send(method.clone(), path, body.clone()).await;
        assert!(status.is_success(), "{name}: {status} {answer}");
        let page = audits(&world, "$top=1").await;
        let newest = &page["value"][0];
        let got =
            ["activityDisplayName", "category", "operationType"].map(|part| newest[part].as_str().unwrap());
        assert_eq!(got, [*name, *category, *operation]);
        assert_eq!(
            (&newest["result"], &newest["loggedByService"]),
            (&json!("success"), &json!("Core Directory"))
        );
        // A new password also ends the sessions.
        expected.extend((*name == "Reset password").then_some("Update StsRefreshTokenValidFrom Timestamp"));
        expected.push(name);
    }
    expected.reverse();
    let page = audits(&world, &format!("$filter=targetResources/any(t:t/id eq '{id}')")).await;
    assert_eq!(texts(&page, "activityDisplayName"), expected);
}

#[tokio::test]
async fn group_data_stand_in_the_new_value_and_after_a_removal_in_the_old_one() {
    let world = start().await;
    let user = user_id(&world, "b.holm").await;
    let (_, groups) = world.get("/groups?$filter=displayName eq 'Engineering Oslo'").await;
    let group = groups["value"][0]["id"].as_str().unwrap();
    let body = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{user}") });
    world.send(Method::POST, &format!("/groups/{group}/members/$ref"), body).await;
    world.send(Method::DELETE, &format!("/groups/{group}/members/{user}/$ref"), Value::Null).await;
    let page = audits(&world, "$filter=category eq 'GroupManagement'").await;
    let inside = |text: &Value| text.as_str().map(|text| serde_json::from_str::<Value>(text).unwrap());
    let data = |record: &Value| {
        let modified = record["targetResources"][0]["modifiedProperties"].as_array().unwrap().clone();
        modified
            .iter()
            .map(|one| {
                (
                    one["displayName"].as_str().unwrap().to_owned(),
                    inside(&one["oldValue"]),
                    inside(&one["newValue"]),
                )
            })
            .collect::<Vec<_>>()
    };
    let (id, name) = (Some(json!(group)), Some(json!("Engineering Oslo")));
    let (gone, come) = (&page["value"][0], &page["value"][1]);
    let both = |old: bool| {
        let place = |value: &Option<Value>| if old { (value.clone(), None) } else { (None, value.clone()) };
        [("Group.ObjectID", place(&id)), ("Group.DisplayName", place(&name))]
            .map(|(what, (old, new))| (what.to_owned(), old, new))
            .to_vec()
    };
    assert_eq!((data(come), data(gone)), (both(false), both(true)));
    let targets = &come["targetResources"];
    assert_eq!((&targets[0]["type"], &targets[0]["id"]), (&json!("User"), &json!(user)));
    assert_eq!((&targets[1]["type"], &targets[1]["id"]), (&json!("Group"), &json!(group)));
    assert_eq!(targets[0]["userPrincipalName"], "b.holm@contoso.test");
}

#[tokio::test]
async fn an_application_and_a_person_are_told_apart() {
    let world = start().await;
    let boss = user_id(&world, "m.boss").await;
    world.send(Method::PATCH, "/users/a.berg@contoso.test", json!({ "city": "Bergen" })).await;
    let app = audits(&world, "$top=1").await["value"][0]["initiatedBy"].clone();
    assert_eq!((&app["user"], &app["app"]["displayName"]), (&Value::Null, &json!("Everything")));
    let client_id = world.client_id("everything").await;
    assert_eq!(app["app"]["servicePrincipalId"], world.app("everything").await["object_id"]);
    world
        .act(Method::PATCH, "/users/a.berg@contoso.test?by=m.boss@contoso.test", json!({ "city": "Oslo" }))
        .await;
    let person = audits(&world, "$top=1").await["value"][0]["initiatedBy"].clone();
    assert_eq!((&person["app"], &person["user"]["id"]), (&Value::Null, &json!(boss)));
    world.act(Method::PATCH, "/users/a.berg@contoso.test", json!({ "city": "Moss" })).await;
    let service = audits(&world, "$top=1").await["value"][0]["initiatedBy"].clone();
    assert_eq!((&service["user"], &service["app"]["appId"]), (&Value::Null, &Value::Null));
    let cases = [
        (format!("initiatedBy/user/id eq '{boss}'"), 1),
        ("initiatedBy/user/userPrincipalName eq 'm.boss@contoso.test'".to_owned(), 1),
        (format!("initiatedBy/app/appId eq '{client_id}'"), 1),
        ("initiatedBy/app/displayName eq 'Everything'".to_owned(), 1),
        ("activityDisplayName eq 'Update user' and activityDateTime ge 2026-01-05T08:00:00Z".to_owned(), 3),
        ("startswith(activityDisplayName,'Update')".to_owned(), 3),
        ("activityDateTime ge 2026-01-05T08:00:01Z".to_owned(), 0),
        ("loggedByService eq 'Core Directory'".to_owned(), 3),
        ("targetResources/any(t:startswith(t/displayName,'Ann'))".to_owned(), 3),
    ];
    for (filter, count) in cases {
        let page = audits(&world, &format!("$filter={filter}")).await;
        assert_eq!(page["value"].as_array().unwrap().len(), count, "{filter}");
    }
    for filter in ["activityDisplayName ne 'x'", "resultReason eq 'x'"] {
        let (status, body) = world.get(&format!("{AUDITS}?$filter={filter}")).await;
        assert_eq!((status.as_u16(), code(&body)), (400, "Request_UnsupportedQuery"), "{filter}");
    }
}

#[tokio::test]
async fn a_record_keeps_its_id_and_the_names_of_its_time() {
    let mut world = start().await;
    let id = user_id(&world, "p.lie").await;
    let path = format!("/users/{id}");
    world.send(Method::PATCH, &path, json!({ "city": "Bergen" })).await;
    let first = audits(&world, "$top=1").await["value"][0].clone();
    assert!(
        first["id"]
            .as_str()
            .unwrap()
            .starts_with(&format!("Directory_{}_", first["correlationId"].as_str().unwrap()))
    );
    world
        .send(
            Method::PATCH,
            &path,
            json!({ "displayName": "Per Strand", "userPrincipalName": "p.strand@contoso.test" }),
        )
        .await;
    world.send(Method::DELETE, &path, Value::Null).await;
    let (status, again) = world.get(&format!("{AUDITS}/{}", first["id"].as_str().unwrap())).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        again["@odata.context"].as_str().unwrap().split('#').nth(1),
        Some("auditLogs/directoryAudits/$entity")
    );
    assert_eq!(again["targetResources"], first["targetResources"]);
    world.advance("29d").await;
    world.token = world.token_of("everything").await;
    let page = audits(&world, &format!("$filter=targetResources/any(t:t/id eq '{id}')")).await;
    assert_eq!(texts(&page, "activityDisplayName"), ["Delete user", "Update user", "Update user"]);
    assert_eq!(page["value"][2]["targetResources"], first["targetResources"]);
    assert_eq!(world.get(&format!("{AUDITS}/Directory_x")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_purged_user_is_still_named() {
    let mut world = start().await;
    let id = user_id(&world, "p.lie").await;
    world.send(Method::DELETE, &format!("/users/{id}"), Value::Null).await;
    world.advance("31d").await;
    world.token = world.token_of("everything").await;
    let page = audits(&world, "$filter=activityDisplayName eq 'Hard Delete user'").await;
    let target = &page["value"][0]["targetResources"][0];
    assert_eq!((&target["id"], &target["displayName"]), (&json!(id), &json!("Per Lie")));
}

#[tokio::test]
async fn records_arrive_late_and_are_kept_thirty_days() {
    let mut world = start().await;
    let delays = json!({ "audits_minutes": 5 });
    assert_eq!(world.admin(Method::PUT, "/azure_ad/log_delays", Some(delays)).await.0, StatusCode::OK);
    world.send(Method::PATCH, "/users/a.berg@contoso.test", json!({ "city": "Bergen" })).await;
    let count = async |world: &World| audits(world, "").await["value"].as_array().unwrap().len();
    assert_eq!(count(&world).await, 0);
    world.advance("4m").await;
    assert_eq!(count(&world).await, 0);
    world.advance("1m").await;
    assert_eq!(count(&world).await, 1);
    world.advance("29d").await;
    world.token = world.token_of("everything").await;
    assert_eq!(count(&world).await, 1);
    world.advance("1d").await;
    world.token = world.token_of("everything").await;
    assert_eq!(count(&world).await, 0);
}

#[tokio::test]
async fn injected_audits_can_be_failures_and_are_filled_in() {
    let world = start().await;
    let body = json!({
        "activity": "Add member to group", "by": { "user": "k.moen@contoso.test" }, "result": "failure",
        "resultReason": "Insufficient privileges", "targets": ["a.berg@contoso.test", "Engineering Oslo"],
        "modified": [{ "name": "Group.DisplayName", "new": "Engineering Oslo" }], "ago": "10m",
    });
    let (status, _) = world.admin(Method::POST, "/azure_ad/audits", Some(body)).await;
    assert_eq!(status, StatusCode::CREATED);
    world.act(Method::POST, "/audits", json!([{ "activity": "User registered security info" }, {}])).await;
    let page = audits(&world, "$filter=result eq 'failure'").await;
    let record = &page["value"][0];
    assert_eq!(record["activityDateTime"], "2026-01-05T07:50:00Z");
    assert_eq!(
        (&record["category"], &record["resultReason"]),
        (&json!("GroupManagement"), &json!("Insufficient privileges"))
    );
    assert_eq!(record["initiatedBy"]["user"]["userPrincipalName"], "k.moen@contoso.test");
    assert_eq!(record["targetResources"][0]["modifiedProperties"][0]["newValue"], "\"Engineering Oslo\"");
    assert_eq!(record["targetResources"][1]["type"], "Group");
    let page = audits(&world, "$filter=loggedByService eq 'Authentication Methods'").await;
    assert_eq!(texts(&page, "activityDisplayName"), ["User registered security info"]);
    for refused in [
        json!({ "frobs": 1 }),
        json!({ "result": "maybe" }),
        json!({ "by": { "user": "nobody" } }),
        json!({ "targets": ["nobody"] }),
    ] {
        let (status, answer) = world.admin(Method::POST, "/azure_ad/audits", Some(refused)).await;
        assert!(status.is_client_error() && answer["error"].is_string(), "{answer}");
    }
}
