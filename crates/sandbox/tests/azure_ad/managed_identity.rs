//! Tokens for the machine a client runs on.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::{World, read};
use crate::proof::{START, read_claims};

const MACHINE: &str = "/metadata/identity/oauth2/token";
const SERVICE: &str = "/MSI/token";
const RESOURCE: &str = "resource=https://graph.microsoft.com";

async fn ask(world: &World, method: Method, path: &str, header: (&'static str, &str)) -> (StatusCode, Value) {
    let url = format!("{}{path}", world.sandbox.endpoints().azure_ad.authority);
    let mut request = world.http.request(method, url);
    if !header.0.is_empty() {
        request = request.header(header.0, header.1);
    }
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn both_forms_give_a_token_with_numbers_as_texts() {
    let mut world = World::start().await;
    let machine = world.client_id("machine").await;
    let cases = [
        (format!("{MACHINE}?api-version=2018-02-01&{RESOURCE}"), ("Metadata", "true")),
        (format!("{MACHINE}?{RESOURCE}%2F&api-version=2018-02-01&client_id={machine}"), ("metadata", "True")),
        (
            format!("{SERVICE}?api-version=2019-08-01&{RESOURCE}"),
            ("X-IDENTITY-HEADER", "sandbox-identity-header"),
        ),
    ];
    for (path, header) in cases {
        let (status, mut body) = ask(&world, Method::GET, &path, header).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let token = body["access_token"].take();
        let resource = body["resource"].take();
        assert_eq!(resource.as_str().unwrap().trim_end_matches('/'), "https://graph.microsoft.com");
        let expected = json!({
            "access_token": null,
            "client_id": machine,
            "expires_in": "86399",
            "expires_on": (START + 86399).to_string(),
            "ext_expires_in": "86399",
            "not_before": START.to_string(),
            "resource": null,
            "token_type": "Bearer",
        });
        assert_eq!(body, expected);
        world.token = token.as_str().unwrap().to_owned();
        assert_eq!(world.get("/organization").await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_client_chooses_among_identities() {
    let world = World::start().await;
    let (machine, worker) = (world.app("machine").await, world.app("worker").await);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cases = [
        (String::new(), text(&machine["client_id"])),
        (format!("&client_id={}", text(&worker["client_id"]).to_uppercase()), text(&worker["client_id"])),
        (format!("&object_id={}", text(&worker["object_id"])), text(&worker["client_id"])),
    ];
    for (choice, expected) in cases {
        let path = format!("{MACHINE}?api-version=2018-02-01&{RESOURCE}{choice}");
        let (_, body) = ask(&world, Method::GET, &path, ("Metadata", "true")).await;
        assert_eq!(body["client_id"], expected);
        let claims = read_claims(body["access_token"].as_str().unwrap());
        assert_eq!(claims["appid"], expected);
    }
    let drawbridge = world.sandbox.endpoints().azure_ad.client_id.clone();
    for choice in [format!("client_id={drawbridge}"), "client_id=x".to_owned(), "msi_res_id=/x".to_owned()] {
        let path = format!("{MACHINE}?api-version=2018-02-01&{RESOURCE}&{choice}");
        let answer = ask(&world, Method::GET, &path, ("Metadata", "true")).await;
        let expected = json!({"error": "invalid_request", "error_description": "Identity not found"});
        assert_eq!(answer, (StatusCode::BAD_REQUEST, expected));
    }
}

#[tokio::test]
async fn what_is_missing_is_said_in_each_forms_own_shape() {
    let world = World::start().await;
    let get = Method::GET;
    let metadata = ("Metadata", "true");
    let cases = [
        (get.clone(), format!("api-version=2018-02-01&{RESOURCE}"), ("", ""), 400, "invalid_request"),
        (
            get.clone(),
            format!("api-version=2018-02-01&{RESOURCE}"),
            ("Metadata", "no"),
            400,
            "invalid_request",
        ),
        (get.clone(), RESOURCE.to_owned(), metadata, 400, "invalid_request"),
        (get.clone(), "api-version=2018-02-01".to_owned(), metadata, 400, "invalid_request"),
        (
            get.clone(),
            "api-version=2018-02-01&resource=https://vault.azure.net".to_owned(),
            metadata,
            400,
            "invalid_resource",
        ),
        (Method::POST, format!("api-version=2018-02-01&{RESOURCE}"), metadata, 405, "invalid_request"),
    ];
    for (method, query, header, status, error) in cases {
        let (got, body) = ask(&world, method, &format!("{MACHINE}?{query}"), header).await;
        assert_eq!((got.as_u16(), body["error"].as_str().unwrap()), (status, error), "{query}");
        assert!(body["error_description"].is_string());
    }
    let good = format!("{SERVICE}?api-version=2019-08-01&{RESOURCE}");
    let key = ("X-IDENTITY-HEADER", "sandbox-identity-header");
    let cases = [
        (good.clone(), ("", ""), 401),
        (good, ("X-IDENTITY-HEADER", "wrong"), 401),
        (format!("{SERVICE}?api-version=2019-08-01"), key, 400),
        (format!("{SERVICE}?api-version=2019-08-01&resource=x"), key, 400),
        (format!("{SERVICE}?api-version=2019-08-01&{RESOURCE}&client_id=x"), key, 400),
    ];
    for (path, header, status) in cases {
        let (got, body) = ask(&world, Method::GET, &path, header).await;
        assert_eq!((got.as_u16(), body["statusCode"].as_u64()), (status, Some(u64::from(status))), "{path}");
        assert!(body["message"].is_string() && body["correlationId"].is_string());
    }
}

#[tokio::test]
async fn without_an_identity_of_the_system_several_must_be_told_apart() {
    let seed = include_str!("../../seeds/small-company.yaml");
    let world = World::start_with(drawbridge_sandbox::Seed::Text(
        seed.replace("managed_identity: system", "managed_identity: user"),
    ))
    .await;
    let path = format!("{MACHINE}?api-version=2018-02-01&{RESOURCE}");
    let (status, body) = ask(&world, Method::GET, &path, ("Metadata", "true")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        body["error_description"].as_str().unwrap().starts_with("Multiple user assigned identities exist")
    );
}
