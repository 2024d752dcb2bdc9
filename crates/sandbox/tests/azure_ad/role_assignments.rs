//! Role definitions and role assignments.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::World;
use crate::governance::{REPORTS_READER, SECURITY_READER, governed, with};

const PATH: &str = "/roleManagement/directory/roleAssignments";

async fn role(world: &World, principal: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
        "principalId": world.user_id(principal).await, "roleDefinitionId": SECURITY_READER,
        "directoryScopeId": "/",
    })
}

#[tokio::test]
async fn a_built_in_role_has_the_id_of_its_template() {
    let world = governed().await;
    let path = "/roleManagement/directory/roleDefinitions";
    let role = world
        .named(&format!("{path}?$filter=displayName eq 'Global Administrator'"), "Global Administrator")
        .await;
    assert_eq!((&role["id"], &role["isBuiltIn"]), (&role["templateId"], &json!(true)));
    let (status, one) = world.get(&format!("{path}/62e90394-69f5-4237-9190-012177145e10")).await;
    assert_eq!((status, &one["displayName"]), (StatusCode::OK, &json!("Global Administrator")));
    assert_eq!(
        world.get(&format!("{path}/00000000-0000-0000-0000-000000000000")).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_assigned_role_is_listed_expanded_and_taken_away() {
    let world = governed().await;
    let user = world.user_id("t.vik").await;
    let made = world.make(PATH, role(&world, "t.vik").await).await;
    let filter = format!("$filter=principalId eq '{user}' and roleDefinitionId eq '{SECURITY_READER}'");
    let (_, page) = world.get(&format!("{PATH}?{filter}&$expand=roleDefinition")).await;
    let found = &page["value"][0];
    assert_eq!((&found["id"], &found["directoryScopeId"]), (&made["id"], &json!("/")));
    assert_eq!(found["roleDefinition"]["displayName"], "Security Reader");
    let (_, page) = world.get(&format!("{PATH}?{filter}&$expand=principal($select=id,displayName)")).await;
    assert_eq!(page["value"][0]["principal"]["displayName"], "Tor Vik");
    assert_eq!(
        world.get(&format!("{PATH}?$expand=principal,roleDefinition")).await.0,
        StatusCode::BAD_REQUEST
    );
    let (_, holders) = world.get(&format!("/users/{user}/memberOf/microsoft.graph.directoryRole")).await;
    assert_eq!(holders["value"][0]["displayName"], "Security Reader");
    let one = format!("{PATH}/{}", made["id"].as_str().unwrap());
    assert_eq!(world.get(&one).await.1["principalId"], json!(user));
    assert_eq!(world.send(Method::DELETE, &one, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.send(Method::DELETE, &one, json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&format!("{PATH}?{filter}")).await.1["value"], json!([]));
    let (_, holders) = world.get(&format!("/users/{user}/memberOf/microsoft.graph.directoryRole")).await;
    assert_eq!(holders["value"], json!([]));
}

#[tokio::test]
async fn what_does_not_fit_is_no_assignment() {
    let world = governed().await;
    let good = role(&world, "t.vik").await;
    let group = world.named("/groups", "Consultants").await["id"].clone();
    let cases = [
        (json!({ "principalId": null }), 400),
        (json!({ "roleDefinitionId": null }), 400),
        (json!({ "directoryScopeId": null }), 400),
        (json!({ "directoryScopeId": "everywhere" }), 400),
        (json!({ "directoryScopeId": "/groups/x" }), 400),
        (json!({ "directoryScopeId": "/administrativeUnits/nowhere" }), 404),
        (json!({ "directoryScopeId": "/no-application" }), 404),
        (json!({ "appScopeId": "/x" }), 400),
        (json!({ "principalId": "nobody" }), 404),
        (json!({ "principalId": group }), 400),
        (json!({ "roleDefinitionId": "no-role" }), 404),
        (json!({ "shoeSize": 43 }), 400),
    ];
    for (changes, status) in cases {
        assert_eq!(world.verdict(PATH, with(good.clone(), &changes)).await.0, status, "{changes}");
    }
    world.make(PATH, good.clone()).await;
    assert_eq!(world.verdict(PATH, good.clone()).await, (400, "Request_BadRequest".to_owned()));
    world.make(PATH, with(good, &json!({ "roleDefinitionId": REPORTS_READER }))).await;
}

#[tokio::test]
async fn roles_need_their_permission() {
    let mut world = governed().await;
    let body = role(&world, "t.vik").await;
    world.token = world.token_of("drawbridge").await;
    // The application reads the directory and with it the roles.
    assert_eq!(world.get(PATH).await.0, StatusCode::OK);
    assert_eq!(world.verdict(PATH, body).await, (403, "Authorization_RequestDenied".to_owned()));
    world.token = world.token_of("reader").await;
    assert_eq!(world.get(PATH).await.0, StatusCode::FORBIDDEN);
}
