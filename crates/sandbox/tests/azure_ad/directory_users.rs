//! Users: names nobody else has, passwords, protection, deletion and return, sign-in activity, sessions, mail.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::new_user;
use crate::client::world::World;
use crate::steps::{reference, walk, world_of_everything};

const BAD: &str = "Request_BadRequest";
const DENIED: &str = "Authorization_RequestDenied";

fn changed(name: &str, member: &str, value: Value) -> Value {
    let mut body = new_user(name);
    body[member] = value;
    body
}

#[tokio::test]
async fn names_are_unique_and_in_verified_domains() {
    let world = world_of_everything().await;
    let federated = changed("f.new", "userPrincipalName", json!("f.new@partners.contoso.test"));
    let mut linked = federated.clone();
    linked["onPremisesImmutableId"] = json!("QUJD");
    walk(
        &world,
        &[
            (
                "POST",
                "/users",
                changed("l.new", "userPrincipalName", json!("l.new@Contoso-Labs.test")),
                201,
                "",
            ),
            (
                "POST",
                "/users",
                changed("n.new", "userPrincipalName", json!("n.new@contoso-new.test")),
                400,
                "domain portion",
            ),
            ("POST", "/users", federated, 400, "'onPremisesImmutableId'"),
            ("POST", "/users", linked, 201, ""),
            (
                "POST",
                "/users",
                changed("m.new", "mailNickname", json!("A.Berg")),
                400,
                "property mailNickname already",
            ),
            ("POST", "/users", changed("m.new", "mailNickname", json!("has blank")), 400, "'mailNickname'"),
            ("POST", "/users", changed("m.new", "usageLocation", json!("Norway")), 400, "'usageLocation'"),
            (
                "POST",
                "/users",
                changed("m.new", "mail", json!("A.Berg@contoso.test")),
                400,
                "property proxyAddresses already",
            ),
            (
                "POST",
                "/users",
                changed("m.new", "passwordProfile", json!({"password": "P@ssw0rd1!"})),
                400,
                "complexity",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_mail_address_is_kept_among_the_addresses() {
    let world = world_of_everything().await;
    walk(
        &world,
        &[
            ("POST", "/users", changed("m.new", "mail", json!("m.new@contoso.test")), 201, "m.new"),
            (
                "GET",
                "/users/m.new@contoso.test?$select=proxyAddresses",
                Value::Null,
                200,
                "SMTP:m.new@contoso.test",
            ),
            ("PATCH", "/users/m.new@contoso.test", json!({"mail": "mia@contoso.test"}), 204, ""),
            (
                "GET",
                "/users/m.new@contoso.test?$select=proxyAddresses",
                Value::Null,
                200,
                "smtp:m.new@contoso.test",
            ),
            (
                "PATCH",
                "/users/m.new@contoso.test",
                json!({"userPrincipalName": "a.berg@contoso.test"}),
                400,
                "ObjectConflict",
            ),
            ("PATCH", "/users/m.new@contoso.test", json!({"onPremisesSyncEnabled": true}), 400, "read-only"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_password_is_written_with_its_own_permission_and_never_read() {
    let mut world = world_of_everything().await;
    let profile = json!({ "passwordProfile": { "password": "Sommer-2026-Regen", "forceChangePasswordNextSignIn": true } });
    walk(
        &world,
        &[
            ("PATCH", "/users/a.berg@contoso.test", profile.clone(), 204, ""),
            (
                "GET",
                "/users/a.berg@contoso.test?$select=passwordProfile",
                Value::Null,
                200,
                "\"passwordProfile\":null",
            ),
            (
                "GET",
                "/users/a.berg@contoso.test?$select=lastPasswordChangeDateTime",
                Value::Null,
                200,
                "2026-01-05T08:00:00Z",
            ),
            ("PATCH", "/users/x.onprem@contoso.test", profile.clone(), 400, "on-premises mastered"),
            ("PATCH", "/users/x.onprem@contoso.test", json!({"usageLocation": "DE"}), 204, ""),
            (
                "PUT",
                "/users/x.onprem@contoso.test/manager/$ref",
                reference("{user:m.boss}"),
                400,
                "on-premises mastered",
            ),
        ],
    )
    .await;
    let (_, state) = world.admin(Method::GET, "/state", None).await;
    assert!(!state.to_string().contains("Sommer-2026-Regen"));
    world.token = world.token_of("drawbridge").await;
    walk(&world, &[("PATCH", "/users/a.berg@contoso.test", profile, 403, DENIED)]).await;
}

#[tokio::test]
async fn an_administrator_is_protected_until_the_application_outranks_it() {
    let world = world_of_everything().await;
    let off = json!({ "accountEnabled": false });
    let grant = |role: &str| format!("/_sandbox/azure_ad/roles/{role}/members/Everything");
    let (user_admin, global) = (grant("User Administrator"), grant("Global Administrator"));
    walk(
        &world,
        &[
            // A role, a role through a group, an owner of a group that roles are given to.
            ("PATCH", "/users/v.ohlsen@contoso.test", off.clone(), 403, DENIED),
            ("PATCH", "/users/s.dahl@contoso.test", off.clone(), 403, DENIED),
            ("PATCH", "/users/o.krog@contoso.test", off.clone(), 403, DENIED),
            ("DELETE", "/users/d.sharma@contoso.test", Value::Null, 403, DENIED),
            ("PATCH", "/users/v.ohlsen@contoso.test", json!({"city": "Bergen"}), 204, ""),
            ("PATCH", "/users/a.berg@contoso.test", off.clone(), 204, ""),
            ("PUT", &user_admin, Value::Null, 200, "true"),
            ("PATCH", "/users/v.ohlsen@contoso.test", off.clone(), 403, DENIED),
            ("PATCH", "/users/s.dahl@contoso.test", off.clone(), 403, DENIED),
            ("PUT", &global, Value::Null, 200, "true"),
            ("PATCH", "/users/v.ohlsen@contoso.test", off.clone(), 204, ""),
            ("DELETE", "/users/d.sharma@contoso.test", Value::Null, 204, ""),
            ("DELETE", &global, Value::Null, 200, "true"),
            ("PATCH", "/users/s.dahl@contoso.test", off, 403, DENIED),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_deleted_user_comes_back_or_goes_for_good() {
    let world = world_of_everything().await;
    let (_, user) = world.get("/users/l.lonely@contoso.test").await;
    let id = user["id"].as_str().unwrap();
    let item = format!("/directory/deletedItems/{id}");
    let restore = format!("{item}/restore");
    walk(
        &world,
        &[
            ("GET", &item, Value::Null, 404, "Request_ResourceNotFound"),
            ("DELETE", "/users/l.lonely@contoso.test", Value::Null, 204, ""),
            ("GET", &item, Value::Null, 200, "#microsoft.graph.user"),
            (
                "GET",
                "/directory/deletedItems/microsoft.graph.user?$select=id,userPrincipalName",
                Value::Null,
                200,
                "l.lonely@contoso.test",
            ),
            ("POST", "/users", changed("l.lonely", "mail", json!("l.lonely@contoso.test")), 201, ""),
            ("POST", &restore, Value::Null, 400, "userPrincipalName"),
            (
                "PATCH",
                "/users/l.lonely@contoso.test",
                json!({"userPrincipalName": "liv@contoso.test"}),
                204,
                "",
            ),
            ("POST", &restore, Value::Null, 400, "proxyAddresses"),
            ("POST", &restore, json!({"autoReconcileProxyConflict": true}), 200, "\"l.lonely@contoso.test\""),
            (
                "GET",
                "/users/l.lonely@contoso.test?$select=proxyAddresses",
                Value::Null,
                200,
                "\"proxyAddresses\":[]",
            ),
            ("DELETE", "/users/l.lonely@contoso.test", Value::Null, 204, ""),
            ("DELETE", &item, Value::Null, 204, ""),
            ("POST", &restore, Value::Null, 404, "Request_ResourceNotFound"),
        ],
    )
    .await;
    let (_, deleted) = world.get("/directory/deletedItems/graph.user").await;
    assert_eq!(deleted["value"], json!([]));
}

#[tokio::test]
async fn sign_in_activity_needs_permission_and_licence() {
    let mut world = World::start().await;
    let path = "/users?$select=userPrincipalName,signInActivity&$filter=signInActivity/lastSignInDateTime le 2025-10-01T00:00:00Z";
    walk(&world, &[("GET", path, Value::Null, 403, DENIED)]).await;
    world.token = world.token_of("everything").await;
    let (status, page) = world.get(path).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let names = crate::answers::texts(&page, "userPrincipalName");
    assert_eq!(
        names,
        ["g.marsh@contoso.test", "t.vik@contoso.test", "omar.aziz_fabrikam.test#EXT#@contoso.test"]
    );
    walk(
        &world,
        &[
            ("GET", "/users?$select=signInActivity&$top=501", Value::Null, 400, ""),
            ("PATCH", "/_sandbox/azure_ad/settings", json!({"p1": false}), 200, "\"p1\":false"),
            ("GET", path, Value::Null, 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"),
        ],
    )
    .await;
}

#[tokio::test]
async fn sessions_are_revoked_and_mails_kept() {
    let world = world_of_everything().await;
    let mail = |to: &str| json!({ "message": { "subject": "Hello", "toRecipients": [{ "emailAddress": { "address": to } }] } });
    walk(
        &world,
        &[
            ("POST", "/users/a.berg@contoso.test/revokeSignInSessions", Value::Null, 200, "\"value\":true"),
            (
                "GET",
                "/users/a.berg@contoso.test?$select=signInSessionsValidFromDateTime",
                Value::Null,
                200,
                "2026-01-05T08:00:00Z",
            ),
            ("POST", "/users/m.boss@contoso.test/sendMail", mail("a.berg@contoso.test"), 202, ""),
            ("POST", "/users/m.boss@contoso.test/sendMail", mail("nowhere"), 400, "ErrorInvalidRecipients"),
            ("POST", "/users/m.boss@contoso.test/sendMail", json!({}), 400, "ErrorInvalidRequest"),
            (
                "POST",
                "/users/svc-backup@contoso.test/sendMail",
                mail("a.berg@contoso.test"),
                404,
                "MailboxNotEnabledForRESTAPI",
            ),
            ("GET", "/_sandbox/azure_ad/mail", Value::Null, 200, "\"to\":[\"a.berg@contoso.test\"]"),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_belongs_to_a_user_is_listed() {
    let world = world_of_everything().await;
    walk(
        &world,
        &[
            (
                "GET",
                "/users/k.vogel@contoso.test/directReports?$select=displayName",
                Value::Null,
                200,
                "Lukas Hartmann",
            ),
            (
                "GET",
                "/users/a.berg@contoso.test/ownedDevices",
                Value::Null,
                200,
                "\"@odata.type\":\"#microsoft.graph.device\"",
            ),
            (
                "GET",
                "/users/a.berg@contoso.test/registeredDevices?$select=displayName",
                Value::Null,
                200,
                "LT-OSL-0104",
            ),
            (
                "GET",
                "/users/m.boss@contoso.test/ownedObjects?$select=displayName",
                Value::Null,
                200,
                "Engineering Oslo",
            ),
            (
                "GET",
                "/users/a.berg@contoso.test?$expand=manager($levels=max;$select=displayName)",
                Value::Null,
                200,
                "Gunnar Aas",
            ),
            ("GET", "/me", Value::Null, 400, "delegated authentication flow"),
            ("POST", "/me/sendMail", json!({}), 400, "delegated authentication flow"),
            (
                "GET",
                "/directoryObjects/{user:a.berg}?$select=displayName",
                Value::Null,
                200,
                "#microsoft.graph.user",
            ),
            (
                "POST",
                "/directoryObjects/getByIds",
                json!({"ids": ["{user:a.berg}", "{group:VPN users}"], "types": ["group"]}),
                200,
                "VPN users",
            ),
            ("POST", "/directoryObjects/getByIds", json!({"ids": []}), 400, BAD),
        ],
    )
    .await;
}
