//! Tokens and permissions: who is let in, and how the others are refused.

use reqwest::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{Fields, code, new_user};
use crate::client::world::{World, app_id, read};

#[tokio::test]
async fn a_token_says_when_it_ends_and_is_not_refreshable() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let form = [
        ("client_id", endpoint.client_id.as_str()),
        ("client_secret", endpoint.client_secret.as_str()),
        ("scope", "https://graph.microsoft.com/.default"),
        ("grant_type", "client_credentials"),
    ];
    let (status, mut body) = world.token_request("contoso.test", &form).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body["access_token"].take().as_str().unwrap().len() > 40);
    assert_eq!(
        body,
        json!({ "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": null })
    );
}

#[tokio::test]
async fn credentials_in_the_authorization_header_work_too() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let url = format!("{}/{}/oauth2/v2.0/token", endpoint.authority, endpoint.tenant_id);
    let form = [("scope", "https://graph.microsoft.com/.default"), ("grant_type", "client_credentials")];
    let request =
        world.http.post(url).basic_auth(&endpoint.client_id, Some(&endpoint.client_secret)).form(&form);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn every_fault_in_a_token_request_has_its_own_number() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let tenant = endpoint.tenant_id.as_str();
    let good = |field: &str| match field {
        "client_id" => endpoint.client_id.clone(),
        "client_secret" => endpoint.client_secret.clone(),
        "scope" => "https://graph.microsoft.com/.default".to_owned(),
        _ => "client_credentials".to_owned(),
    };
    let (retired, lapsed) = (app_id("retired"), app_id("lapsed"));
    let retired = [("client_id", retired.as_str())];
    let lapsed = [("client_id", lapsed.as_str()), ("client_secret", "sandbox-lapsed-secret")];
    // Tenant, fields that differ from a good request (empty: left out), status, error, number.
    let cases: [(&str, Fields<'_>, u16, &str, u32); 14] = [
        (tenant, &[("client_secret", "wrong")], 401, "invalid_client", 7000215),
        (tenant, &[("client_secret", "")], 401, "invalid_client", 7000218),
        (tenant, &lapsed, 401, "invalid_client", 7000222),
        (tenant, &retired, 400, "unauthorized_client", 7000112),
        (
            tenant,
            &[("client_id", "00000000-0000-0000-0000-000000000001")],
            400,
            "unauthorized_client",
            700016,
        ),
        (tenant, &[("client_id", "")], 400, "invalid_request", 900144),
        (tenant, &[("scope", "")], 400, "invalid_request", 900144),
        (tenant, &[("scope", "User.Read.All")], 400, "invalid_scope", 1002012),
        (tenant, &[("scope", "a/.default b/.default")], 400, "invalid_scope", 70011),
        (tenant, &[("scope", "https://vault.azure.net/.default")], 400, "invalid_resource", 500011),
        (tenant, &[("grant_type", "")], 400, "invalid_request", 900144),
        (tenant, &[("grant_type", "password")], 400, "unsupported_grant_type", 70003),
        ("fabrikam.test", &[], 400, "invalid_request", 90002),
        ("common", &[], 400, "invalid_request", 9001023),
    ];
    for (tenant, different, status, error, number) in cases {
        let mut form = Vec::new();
        for field in ["client_id", "client_secret", "scope", "grant_type"] {
            let changed =
                different.iter().find(|(name, _)| *name == field).map(|(_, value)| (*value).to_owned());
            let value = changed.unwrap_or_else(|| good(field));
            if !value.is_empty() {
                form.push((field, value));
            }
        }
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (got, body) = world.token_request(tenant, &form).await;
        let seen = (got.as_u16(), body["error"].as_str().unwrap(), body["error_codes"][0].as_u64().unwrap());
        assert_eq!(seen, (status, error, u64::from(number)), "{different:?}");
        assert!(body["error_description"].as_str().unwrap().starts_with(&format!("AADSTS{number}: ")));
        assert_eq!(body["timestamp"], "2026-01-05 08:00:00Z");
        assert!(body["trace_id"].is_string() && body["correlation_id"].is_string());
    }
}

#[tokio::test]
async fn the_discovery_document_names_the_token_endpoint() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let base = format!("{}/{}", endpoint.authority, endpoint.tenant_id);
    let (status, body) = world.follow(&format!("{base}/v2.0/.well-known/openid-configuration")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["token_endpoint"], format!("{base}/oauth2/v2.0/token"));
    assert_eq!(body["issuer"], format!("{base}/v2.0"));
    let (status, _) = world.follow(body["jwks_uri"].as_str().unwrap()).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_living_token_graph_answers_401_with_a_challenge() {
    let world = World::start().await;
    let url = format!("{}/v1.0/users", world.sandbox.endpoints().azure_ad.graph);
    for authorization in ["", "Bearer abc", "Bearer a.b.c", "Basic eDp5"] {
        let response = world.http.get(&url).header(AUTHORIZATION, authorization).send().await.unwrap();
        assert!(response.headers()[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer "));
        let (status, body) = read(response).await;
        assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"));
    }
    assert_eq!(world.get("/organization").await.0, StatusCode::OK);
    world.advance("1h").await;
    let (status, body) = world.get("/organization").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body["error"]["message"], "Lifetime validation failed, the token is expired.");
}

#[tokio::test]
async fn each_operation_asks_for_its_permission() {
    let mut world = World::start().await;
    // Application, method, path, body, whether it may.
    let cases: Vec<(&str, Method, &str, Value, bool)> = vec![
        ("reader", Method::GET, "/users/m.boss@contoso.test?$select=department", json!(null), true),
        ("reader", Method::GET, "/users/delta?$deltatoken=latest", json!(null), true),
        (
            "reader",
            Method::POST,
            "/users/m.boss@contoso.test/checkMemberGroups",
            json!({"groupIds": []}),
            true,
        ),
        ("reader", Method::PATCH, "/users/m.boss@contoso.test", json!({"city": "Bergen"}), false),
        ("reader", Method::POST, "/users", new_user("x.new"), false),
        ("basic", Method::GET, "/users/m.boss@contoso.test", json!(null), true),
        ("basic", Method::GET, "/users/m.boss@contoso.test?$select=department", json!(null), false),
        ("basic", Method::GET, "/users/delta", json!(null), false),
        ("basic", Method::GET, "/users/m.boss@contoso.test/memberOf", json!(null), false),
        ("unconsented", Method::GET, "/organization", json!(null), false),
        ("drawbridge", Method::PATCH, "/users/m.boss@contoso.test", json!({"city": "Bergen"}), true),
        (
            "drawbridge",
            Method::PATCH,
            "/users/m.boss@contoso.test",
            json!({"accountEnabled": false, "passwordProfile": {"password": "Ex4mple-pass"}}),
            false,
        ),
    ];
    for (app, method, path, body, may) in cases {
        world.token = world.token_of(app).await;
        let (status, answer) = match &body {
            Value::Null => world.get(path).await,
            body => world.send(method.clone(), path, body.clone()).await,
        };
        if may {
            assert!(status.is_success(), "{app} {method} {path}: {status} {answer}");
        } else {
            assert_eq!(
                (status, code(&answer)),
                (StatusCode::FORBIDDEN, "Authorization_RequestDenied"),
                "{app} {path}"
            );
        }
    }
}
