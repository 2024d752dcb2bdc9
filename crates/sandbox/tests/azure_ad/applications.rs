//! Applications as their registrations show them: credentials and when they end, and secrets that are replaced.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::World;
use crate::steps::{walk, world_of_everything};

const NONE: Value = Value::Null;

async fn one(world: &World, name: &str) -> Value {
    let (_, page) = world.get(&format!("/applications?$filter=displayName eq '{name}'")).await;
    assert_eq!(page["value"].as_array().map(Vec::len), Some(1), "{page}");
    page["value"][0].clone()
}

#[tokio::test]
async fn a_registration_shows_what_it_signs_in_with_and_never_a_secret() {
    let world = world_of_everything().await;
    let script = one(&world, "Forgotten script").await;
    let secret = &script["passwordCredentials"][0];
    assert_eq!((&secret["endDateTime"], &secret["secretText"]), (&json!("2025-12-31T00:00:00Z"), &NONE));
    assert!(!script.to_string().contains("sandbox-lapsed-secret"), "{script}");
    let login = one(&world, "Certificate login").await;
    assert_eq!(login["keyCredentials"][0]["usage"], "Verify");
    assert_eq!(login["requiredResourceAccess"][0]["resourceAccess"].as_array().map(Vec::len), Some(3));
    let (id, app_id) = (script["id"].as_str().unwrap(), script["appId"].as_str().unwrap());
    let pipeline = one(&world, "Build pipeline").await["id"].as_str().unwrap().to_owned();
    walk(
        &world,
        &[
            ("GET", &format!("/applications/{id}"), NONE, 200, "$metadata#applications/$entity"),
            (
                "GET",
                &format!("/applications(appId='{app_id}')?$select=displayName"),
                NONE,
                200,
                "Forgotten script",
            ),
            ("GET", &format!("/applications/{app_id}"), NONE, 404, "ResourceNotFound"),
            ("GET", &format!("/applications/{id}/owners"), NONE, 200, "\"value\":[]"),
            (
                "GET",
                &format!("/applications/{pipeline}/federatedIdentityCredentials"),
                NONE,
                200,
                "\"subject\":",
            ),
            ("GET", &format!("/servicePrincipals(appId='{app_id}')?$select=id"), NONE, 200, "\"id\":"),
        ],
    )
    .await;
    let (_, all) = world.get("/applications?$select=id,appId").await;
    let managed = world.get("/servicePrincipals?$filter=servicePrincipalType eq 'ManagedIdentity'").await.1;
    let managed = managed["value"][0]["appId"].as_str().unwrap().to_owned();
    assert!(all["value"].as_array().unwrap().iter().all(|app| app["appId"] != managed.as_str()), "{all}");
}

#[tokio::test]
async fn a_lapsed_secret_is_replaced() {
    let world = world_of_everything().await;
    let script = one(&world, "Forgotten script").await;
    let path = format!("/applications/{}", script["id"].as_str().unwrap());
    let sent =
        json!({ "passwordCredential": { "displayName": "new", "endDateTime": "2026-06-01T00:00:00Z" } });
    let made =
        walk(&world, &[("POST", &format!("{path}/addPassword"), sent, 200, "2026-06-01T00:00:00Z")]).await;
    let ask = |secret: &Value| {
        [
            ("client_id", script["appId"].as_str().unwrap().to_owned()),
            ("client_secret", secret.as_str().unwrap().to_owned()),
            ("scope", "https://graph.microsoft.com/.default".to_owned()),
            ("grant_type", "client_credentials".to_owned()),
        ]
    };
    let tenant = world.sandbox.endpoints().azure_ad.tenant_id.clone();
    let form = ask(&made["secretText"]);
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(world.token_request(&tenant, &form).await.0, StatusCode::OK);
    let removed = json!({ "keyId": made["keyId"] });
    walk(
        &world,
        &[
            (
                "POST",
                &format!("{path}/addPassword"),
                json!({ "passwordCredential": { "endDateTime": 3 } }),
                400,
                "endDateTime",
            ),
            ("POST", &format!("{path}/removePassword"), removed.clone(), 204, ""),
            ("POST", &format!("{path}/removePassword"), removed, 400, "keyId"),
        ],
    )
    .await;
    assert_eq!(world.token_request(&tenant, &form).await.0, StatusCode::UNAUTHORIZED);
    let mut world = world;
    world.token = world.token_of("reader").await;
    assert_eq!(
        world.send(Method::POST, &format!("{path}/addPassword"), json!({})).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(world.get("/applications").await.0, StatusCode::FORBIDDEN);
}
