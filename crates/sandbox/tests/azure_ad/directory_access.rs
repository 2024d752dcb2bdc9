//! Directory roles, service principals, and who is assigned to which application; the tenant and its domains.

use serde_json::{Value, json};

use crate::client::world::World;
use crate::steps::{reference, walk, world_of_everything};

const NO_ROLE: &str = "00000000-0000-0000-0000-000000000000";
const AUDIT_READ: &str = "b0afded3-3588-46d8-8b3d-9842eff778da";
const USER_ADMIN: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";
const GROUPS_ADMIN: &str = "fdd7a751-b60b-444a-984c-02652fe8fa1c";

#[tokio::test]
async fn roles_are_held_by_those_who_were_given_them() {
    let world = world_of_everything().await;
    let by_template = format!("/directoryRoles(roleTemplateId='{USER_ADMIN}')/members");
    let add = format!("{by_template}/$ref");
    let vik = format!("{by_template}/{{user:t.vik}}/$ref");
    let danger = format!("{by_template}/{{user:t.vik}}");
    let groups_admin = format!("/directoryRoles/roleTemplateId='{GROUPS_ADMIN}'");
    walk(
        &world,
        &[
            ("GET", "/directoryRoles", Value::Null, 200, "Global Administrator"),
            ("GET", "/directoryRoles/{role:User Administrator}/members", Value::Null, 200, "Dev Sharma"),
            ("GET", &by_template, Value::Null, 200, "#microsoft.graph.user"),
            ("POST", &add, reference("{user:t.vik}"), 204, ""),
            ("POST", &add, reference("{user:t.vik}"), 400, "'members'"),
            ("POST", &add, reference("nobody"), 404, ""),
            ("POST", &add, reference("{group:VPN users}"), 400, "role-assignable"),
            ("POST", &add, reference("{group:Helpdesk administrators}"), 204, ""),
            (
                "GET",
                "/users/t.vik@contoso.test/memberOf/microsoft.graph.directoryRole",
                Value::Null,
                200,
                "User Administrator",
            ),
            ("DELETE", &danger, Value::Null, 403, "Authorization_RequestDenied"),
            ("DELETE", &vik, Value::Null, 204, ""),
            ("DELETE", &vik, Value::Null, 404, ""),
            ("GET", &groups_admin, Value::Null, 404, ""),
            ("POST", "/directoryRoles", json!({"roleTemplateId": GROUPS_ADMIN}), 201, "Groups Administrator"),
            ("POST", "/directoryRoles", json!({"roleTemplateId": GROUPS_ADMIN}), 400, "ConflictingObjects"),
            ("POST", "/directoryRoles", json!({"roleTemplateId": "x"}), 404, ""),
            ("POST", "/directoryRoles", json!({}), 400, "'roleTemplateId'"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_granted_permission_is_in_the_next_token() {
    let mut world = World::start().await;
    assert_eq!(world.get("/auditLogs/signIns").await.0.as_u16() / 100, 4);
    let read = "/users?$select=signInActivity&$top=1";
    walk(&world, &[("GET", read, Value::Null, 403, "Authorization_RequestDenied")]).await;
    world.token = world.token_of("everything").await;
    let graph = "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')";
    let to = format!("{graph}/appRoleAssignedTo");
    let own = "/servicePrincipals/{app:Drawbridge}/appRoleAssignments";
    let grant = |role: &str| {
        json!({
            "principalId": "{app:Drawbridge}", "resourceId": "{app:Microsoft Graph}", "appRoleId": role,
        })
    };
    let made = walk(
        &world,
        &[
            ("GET", graph, Value::Null, 200, AUDIT_READ),
            ("GET", own, Value::Null, 200, "\"resourceDisplayName\":\"Microsoft Graph\""),
            ("POST", &to, grant("11111111-0000-0000-0000-000000000000"), 400, "not found on application"),
            ("POST", &to, json!({"principalId": "x"}), 400, "'resourceId'"),
            ("POST", &to, grant(AUDIT_READ), 201, "\"principalType\":\"ServicePrincipal\""),
        ],
    )
    .await;
    let assignment = format!("{to}/{}", made["id"].as_str().unwrap());
    walk(&world, &[("POST", &to, grant(AUDIT_READ), 400, "already exists on the object")]).await;
    let admin = world.token.clone();
    world.token = world.token_of("drawbridge").await;
    walk(&world, &[("GET", read, Value::Null, 200, "signInActivity")]).await;
    world.token = admin;
    walk(
        &world,
        &[("DELETE", &assignment, Value::Null, 204, ""), ("DELETE", &assignment, Value::Null, 404, "")],
    )
    .await;
    world.token = world.token_of("drawbridge").await;
    walk(&world, &[("GET", read, Value::Null, 403, "Authorization_RequestDenied")]).await;
}

#[tokio::test]
async fn people_are_assigned_to_applications() {
    let world = world_of_everything().await;
    let own = "/users/a.berg@contoso.test/appRoleAssignments";
    let body =
        json!({ "principalId": "{user:a.berg}", "resourceId": "{app:Address book}", "appRoleId": NO_ROLE });
    let other =
        json!({ "principalId": "{user:t.vik}", "resourceId": "{app:Address book}", "appRoleId": NO_ROLE });
    let made = walk(
        &world,
        &[
            ("GET", own, Value::Null, 200, "\"value\":[]"),
            ("POST", own, other.clone(), 400, "does not match"),
            ("POST", own, body.clone(), 201, "\"principalDisplayName\":\"Ann Berg\""),
        ],
    )
    .await;
    let one = format!("{own}/{}", made["id"].as_str().unwrap());
    walk(
        &world,
        &[
            ("POST", own, body, 400, "already exists on the object"),
            ("POST", "/servicePrincipals/{app:Address book}/appRoleAssignedTo", other, 201, "Tor Vik"),
            ("GET", "/servicePrincipals/{app:Address book}/appRoleAssignedTo", Value::Null, 200, "Ann Berg"),
            ("DELETE", &one, Value::Null, 204, ""),
            ("GET", own, Value::Null, 200, "\"value\":[]"),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_tenant_shows_itself() {
    let world = world_of_everything().await;
    let (_, tenant) = world.get("/organization").await;
    let names: Vec<&str> = tenant["value"][0]["verifiedDomains"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["contoso.test", "contoso-labs.test", "partners.contoso.test"]);
    let one =
        format!("/organization/{}?$select=onPremisesSyncEnabled", tenant["value"][0]["id"].as_str().unwrap());
    walk(
        &world,
        &[
            ("GET", "/domains", Value::Null, 200, "\"isVerified\":false"),
            (
                "GET",
                "/domains/partners.contoso.test",
                Value::Null,
                200,
                "\"authenticationType\":\"Federated\"",
            ),
            ("GET", "/domains/nowhere.test", Value::Null, 404, ""),
            ("GET", &one, Value::Null, 200, "\"onPremisesSyncEnabled\":null"),
            ("PATCH", "/_sandbox/azure_ad/settings", json!({"synced": true}), 200, ""),
            ("GET", &one, Value::Null, 200, "\"onPremisesSyncEnabled\":true"),
            ("GET", "/devices?$filter=isCompliant eq false", Value::Null, 200, "MB-LON-0109"),
            ("PUT", "/_sandbox/azure_ad/users/t.vik@contoso.test/synced", Value::Null, 200, ""),
            ("PATCH", "/users/t.vik@contoso.test", json!({"city": "Bonn"}), 400, "on-premises mastered"),
            ("DELETE", "/_sandbox/azure_ad/users/t.vik@contoso.test/synced", Value::Null, 200, ""),
            ("PATCH", "/users/t.vik@contoso.test", json!({"city": "Bonn"}), 204, ""),
            ("PATCH", "/_sandbox/azure_ad/settings", json!({"p4": true}), 400, "p4"),
            ("PUT", "/_sandbox/azure_ad/skus/nothing", json!({"seats": 1}), 404, "nothing"),
            (
                "PUT",
                "/_sandbox/azure_ad/roles/Global Administrator/members/nobody",
                Value::Null,
                404,
                "nobody",
            ),
        ],
    )
    .await;
}
