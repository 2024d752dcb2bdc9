//! The token endpoint: its two versions, its form, what it can be asked for.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::{World, read};
use crate::proof::{GRAPH_SCOPE, START, read_claims, verdict};

fn form(world: &World) -> Vec<(&'static str, String)> {
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    vec![
        ("client_id", endpoint.client_id),
        ("client_secret", endpoint.client_secret),
        ("grant_type", "client_credentials".to_owned()),
    ]
}

async fn ask(world: &World, path: &str, more: &[(&'static str, &str)]) -> (StatusCode, Value) {
    let mut form = form(world);
    form.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let url = format!("{}/{}{path}", endpoint.authority, endpoint.tenant_id);
    read(world.http.post(url).form(&form).send().await.unwrap()).await
}

#[tokio::test]
async fn the_first_version_takes_a_resource_and_writes_numbers_as_texts() {
    let mut world = World::start().await;
    let (status, mut body) =
        ask(&world, "/oauth2/token", &[("resource", "https://graph.microsoft.com/")]).await;
    assert_eq!(status, StatusCode::OK);
    world.token = body["access_token"].take().as_str().unwrap().to_owned();
    let expected = json!({
        "token_type": "Bearer",
        "expires_in": "3599",
        "ext_expires_in": "3599",
        "expires_on": (START + 3599).to_string(),
        "not_before": START.to_string(),
        "resource": "https://graph.microsoft.com/",
        "access_token": null,
    });
    assert_eq!(body, expected);
    assert_eq!(world.get("/organization").await.0, StatusCode::OK);
    for (fields, number) in
        [(vec![("scope", GRAPH_SCOPE)], 900_144), (vec![("resource", "https://vault.azure.net")], 500_011)]
    {
        assert_eq!(verdict(&ask(&world, "/oauth2/token", &fields).await).2, number);
    }
}

#[tokio::test]
async fn graph_has_several_names_and_other_resources_are_no_use_there() {
    let mut world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let port = endpoint.graph.rsplit(':').next().unwrap().to_owned();
    let own = format!("api://{}/.default", endpoint.client_id);
    // Scope, audience, whether Graph takes it.
    let cases = [
        (GRAPH_SCOPE.to_owned(), "https://graph.microsoft.com", true),
        ("https://graph.microsoft.com//.default".to_owned(), "https://graph.microsoft.com/", true),
        (
            "00000003-0000-0000-c000-000000000000/.default".to_owned(),
            "00000003-0000-0000-c000-000000000000",
            true,
        ),
        (format!("{}/.default", endpoint.graph), "https://graph.microsoft.com", true),
        (format!("https://localhost:{port}/.default"), "https://graph.microsoft.com", true),
        ("https://127.0.0.1/.default".to_owned(), "https://graph.microsoft.com", true),
        (own.clone(), own.strip_suffix("/.default").unwrap(), false),
    ];
    for (scope, audience, taken) in &cases {
        let (status, body) = ask(&world, "/oauth2/v2.0/token", &[("scope", scope)]).await;
        assert_eq!(status, StatusCode::OK, "{scope}");
        world.token = body["access_token"].as_str().unwrap().to_owned();
        assert_eq!(read_claims(&world.token)["aud"], *audience);
        let (status, body) = world.get("/organization").await;
        if *taken {
            assert_eq!(status, StatusCode::OK);
        } else {
            assert_eq!(status, StatusCode::UNAUTHORIZED);
            assert_eq!(body["error"]["message"], "Access token validation failure. Invalid audience.");
        }
    }
    for scope in ["https://graph.microsoft.us/.default", "https://graph.microsoft.com.evil.test/.default"] {
        let got = verdict(&ask(&world, "/oauth2/v2.0/token", &[("scope", scope)]).await);
        assert_eq!(got, (400, "invalid_resource".to_owned(), 500_011));
    }
}

#[tokio::test]
async fn fields_and_headers_it_has_no_use_for_are_passed_over() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let mut form = form(&world);
    form.push(("scope", GRAPH_SCOPE.to_owned()));
    form.push(("client_info", "1".to_owned()));
    form.push(("claims", r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#.to_owned()));
    let url = format!("{}/{}/oauth2/v2.0/token", endpoint.authority, endpoint.tenant_id);
    let request = world.http.post(url).header("x-client-sku", "MSAL.Python").header("x-client-ver", "1.39.0");
    assert_eq!(request.form(&form).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let good = format!(
        "client_id={}&client_secret={}&grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default",
        endpoint.client_id, endpoint.client_secret
    );
    let kind = "application/x-www-form-urlencoded";
    let large = format!("{good}&padding={}", "x".repeat(300_000));
    // Method, content type, body, status, number.
    let cases: Vec<(Method, &str, String, u16, u64)> = vec![
        (Method::POST, kind, good.clone(), 200, 0),
        (Method::POST, "Application/X-WWW-Form-Urlencoded; charset=utf-8", good.clone(), 200, 0),
        (Method::POST, "application/json", r#"{"grant_type":"client_credentials"}"#.to_owned(), 400, 900_144),
        (Method::POST, "text/plain", good.clone(), 400, 900_144),
        (Method::POST, "", good.clone(), 400, 900_144),
        (Method::POST, kind, String::new(), 400, 900_144),
        (Method::POST, kind, "\u{0}&&=&%zz=%".to_owned(), 400, 900_144),
        (Method::POST, kind, format!("{good}&scope=x"), 400, 9_000_411),
        (Method::POST, kind, format!("{good}&client%5Fid=x"), 400, 9_000_411),
        (Method::POST, kind, large, 413, 90013),
        (Method::GET, kind, String::new(), 400, 900_561),
        (Method::PUT, kind, good.clone(), 400, 900_561),
        (Method::DELETE, kind, String::new(), 400, 900_561),
    ];
    let url = format!("{}/{}/oauth2/v2.0/token", endpoint.authority, endpoint.tenant_id);
    for (method, kind, body, status, number) in cases {
        let mut request = world.http.request(method.clone(), &url);
        if !kind.is_empty() {
            request = request.header(CONTENT_TYPE, kind);
        }
        let answer = read(request.body(body).send().await.unwrap()).await;
        assert_eq!((verdict(&answer).0, verdict(&answer).2), (status, number), "{method} {kind}");
    }
    let head = world.http.head(&url).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::BAD_REQUEST);
    assert_eq!(head.text().await.unwrap(), "");
}

#[tokio::test]
async fn failures_are_switched_on_for_an_application_and_for_a_while() {
    let world = World::start().await;
    let rows = [
        (53003, 400, "invalid_grant"),
        (530_032, 400, "invalid_grant"),
        (50196, 400, "invalid_grant"),
        (90033, 503, "temporarily_unavailable"),
        (90006, 503, "temporarily_unavailable"),
        (50033, 503, "temporarily_unavailable"),
        (90024, 503, "temporarily_unavailable"),
        (90055, 429, "temporarily_unavailable"),
    ];
    let scope = [("scope", GRAPH_SCOPE)];
    for (code, status, error) in rows {
        world.act(Method::POST, "/token_failures", json!({"code": code, "app": "reader"})).await;
        world.act(Method::POST, "/token_failures", json!({"code": code, "times": 1})).await;
        let got = verdict(&ask(&world, "/oauth2/v2.0/token", &scope).await);
        assert_eq!(got, (status, error.to_owned(), code));
        assert_eq!(ask(&world, "/oauth2/v2.0/token", &scope).await.0, StatusCode::OK);
        world.act(Method::DELETE, "/token_failures", json!(null)).await;
    }
    let (status, body) =
        world.admin(Method::POST, "/azure_ad/token_failures", Some(json!({"code": 1}))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["error"].as_str().unwrap().contains("53003"));
}

#[tokio::test]
async fn a_throttled_client_is_told_how_long_to_wait() {
    let world = World::start().await;
    world.act(Method::POST, "/token_failures", json!({"code": 90055, "app": "drawbridge"})).await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let url = format!("{}/{}/oauth2/token", endpoint.authority, endpoint.tenant_id);
    let mut form = form(&world);
    form.push(("resource", "https://graph.microsoft.com".to_owned()));
    let response = world.http.post(url).form(&form).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "60");
}

#[tokio::test]
async fn secrets_come_and_go_and_an_application_may_have_several() {
    let world = World::start().await;
    let made = world
        .act(Method::POST, "/apps", json!({"key": "new", "roles": ["User.Read.All"], "secret": "first"}))
        .await;
    let id = made["client_id"].as_str().unwrap().to_owned();
    let second =
        world.act(Method::POST, "/apps/new/secrets", json!({"expires": "2026-01-05T09:00:00Z"})).await;
    let second_value = second["secret"].as_str().unwrap().to_owned();
    let outcome = async |secret: &str| {
        let form = [
            ("client_id", id.as_str()),
            ("client_secret", secret),
            ("scope", GRAPH_SCOPE),
            ("grant_type", "client_credentials"),
        ];
        verdict(&world.token_request(&world.tenant_id(), &form).await).2
    };
    assert_eq!((outcome("first").await, outcome(&second_value).await, outcome("x").await), (0, 0, 7_000_215));
    world.advance("1h").await;
    assert_eq!((outcome("first").await, outcome(&second_value).await), (0, 7_000_222));
    let first = world.app("new").await["credentials"][0]["key_id"].as_str().unwrap().to_owned();
    world.act(Method::DELETE, &format!("/apps/new/credentials/{first}"), json!(null)).await;
    assert_eq!(outcome("first").await, 7_000_215);
    world.act(Method::PATCH, "/apps/new", json!({"enabled": false})).await;
    assert_eq!(outcome("first").await, 7_000_112);
    let (status, _) = world.admin(Method::POST, "/azure_ad/apps", Some(json!({"key": "new"}))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    for path in ["/azure_ad/apps/nobody/secrets", "/azure_ad/apps/nobody/revoke_tokens"] {
        assert_eq!(world.admin(Method::POST, path, Some(json!({}))).await.0, StatusCode::NOT_FOUND);
    }
}
