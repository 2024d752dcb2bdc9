//! Tokens that Graph takes no longer, or never: revoked, forged, foreign, out of their time.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use reqwest::header::WWW_AUTHENTICATE;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::code;
use crate::client::world::World;
use crate::proof::{SIGNING_KEY, START, STRANGER_PEM, claims, read_claims, sign};

#[tokio::test]
async fn a_revoked_token_meets_a_challenge_and_a_new_one_does_not() {
    let mut world = World::start().await;
    let reader = world.token_of("reader").await;
    world.act(Method::POST, "/apps/drawbridge/revoke_tokens", json!(null)).await;
    let response = world.graph(Method::GET, "/organization").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let challenge = response.headers()[WWW_AUTHENTICATE].to_str().unwrap().to_owned();
    assert!(challenge.contains("error=\"insufficient_claims\""), "{challenge}");
    let encoded = challenge.split("claims=\"").nth(1).unwrap().trim_end_matches('"');
    let decoded: Value = serde_json::from_slice(&STANDARD.decode(encoded).unwrap()).unwrap();
    let expected = json!({"access_token": {"nbf": {"essential": true, "value": START.to_string()}}});
    assert_eq!(decoded, expected);
    let body: Value = response.json().await.unwrap();
    assert_eq!(code(&body), "InvalidAuthenticationToken");

    // Time stands still: what counts is which came first.
    world.token = world.token_of("drawbridge").await;
    assert_eq!(world.get("/organization").await.0, StatusCode::OK);
    world.token = reader;
    assert_eq!(world.get("/users?$top=1").await.0, StatusCode::OK, "another application's token");
}

#[tokio::test]
async fn a_revocation_can_go_without_a_challenge() {
    let world = World::start().await;
    world.act(Method::POST, "/apps/drawbridge/revoke_tokens", json!({"challenge": false})).await;
    let response = world.graph(Method::GET, "/organization").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(!response.headers()[WWW_AUTHENTICATE].to_str().unwrap().contains("insufficient_claims"));
}

#[tokio::test]
async fn roles_count_as_they_were_when_the_token_was_made() {
    let mut world = World::start().await;
    world.token = world.token_of("unconsented").await;
    assert_eq!(world.get("/organization").await.0, StatusCode::FORBIDDEN);
    let path = "/apps/unconsented/roles/Organization.Read.All";
    assert_eq!(world.act(Method::PUT, path, json!(null)).await["changed"], true);
    assert_eq!(world.act(Method::PUT, path, json!(null)).await["changed"], false);
    assert_eq!(world.get("/organization").await.0, StatusCode::FORBIDDEN, "the old token");
    world.token = world.token_of("unconsented").await;
    assert_eq!(world.get("/organization").await.0, StatusCode::OK);
    assert_eq!(world.act(Method::DELETE, path, json!(null)).await["roles"], json!([]));
    assert_eq!(world.get("/organization").await.0, StatusCode::OK, "the old token");
    world.token = world.token_of("unconsented").await;
    assert_eq!(world.get("/organization").await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn how_long_tokens_live_can_be_said() {
    let mut world = World::start().await;
    world.act(Method::PUT, "/token_life", json!({"secs": 60})).await;
    world.token = world.token_of("drawbridge").await;
    let claims = read_claims(&world.token);
    assert_eq!(claims["exp"], START + 60);
    world.advance("59s").await;
    assert_eq!(world.get("/organization").await.0, StatusCode::OK);
    world.advance("1s").await;
    assert_eq!(world.get("/organization").await.0, StatusCode::UNAUTHORIZED);
    world.act(Method::PUT, "/token_life", json!({"secs": null})).await;
    let claims = read_claims(&world.token_of("drawbridge").await);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3599);
    let seed = include_str!("../../seeds/small-company.yaml");
    let seed = seed.replace("  delta_page_size: 25\n", "  delta_page_size: 25\n  token_life_secs: 7\n");
    let world = World::start_with(drawbridge_sandbox::Seed::Text(seed)).await;
    assert_eq!(read_claims(&world.token)["exp"], START + 7);
}

#[tokio::test]
async fn forged_foreign_and_untimely_tokens_are_refused_each_in_its_words() {
    let mut world = World::start().await;
    let good = read_claims(&world.token);
    let own =
        |changes: Value| sign(SIGNING_KEY, Algorithm::RS256, &json!({}), &claims(good.clone(), &changes));
    let parts: Vec<String> = world.token.split('.').map(str::to_owned).collect();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let none = part(&json!({"alg": "none", "typ": "JWT"}));
    let hmac = part(&json!({"alg": "HS256", "typ": "JWT"}));
    let more_roles = part(&claims(good.clone(), &json!({"roles": ["Directory.ReadWrite.All"]})));
    let forged = "Access token validation failure.";
    let malformed = "CompactToken parsing failed with error code: 80049217";
    let cases = [
        ("the same claims signed anew", own(json!({})), ""),
        ("without a signature", format!("{none}.{}.", parts[1]), forged),
        ("an algorithm none with a signature", format!("{none}.{}.{}", parts[1], parts[2]), forged),
        ("a shared key", format!("{hmac}.{}.{}", parts[1], parts[2]), forged),
        ("changed claims", format!("{}.{more_roles}.{}", parts[0], parts[2]), forged),
        ("a cut signature", format!("{}.{}.{}", parts[0], parts[1], &parts[2][1..]), forged),
        ("another key", sign(STRANGER_PEM, Algorithm::RS256, &json!({}), &good), forged),
        ("another algorithm", sign(SIGNING_KEY, Algorithm::PS256, &json!({}), &good), forged),
        ("another tenant", own(json!({"tid": "72f988bf-86f1-41af-91ab-2d7cd011db47"})), forged),
        ("another issuer", own(json!({"iss": "https://sts.windows.net/x/"})), forged),
        (
            "another audience",
            own(json!({"aud": "https://vault.azure.net"})),
            "Access token validation failure. Invalid audience.",
        ),
        ("expired", own(json!({"exp": START})), "Lifetime validation failed, the token is expired."),
        ("not yet valid", own(json!({"nbf": START + 1})), "Access token has expired or is not yet valid."),
        ("without roles that are texts", own(json!({"roles": 5})), malformed),
        ("without an end", own(json!({"exp": null})), malformed),
        ("no token", "abc".to_owned(), malformed),
        ("three empty parts", "..".to_owned(), malformed),
    ];
    for (what, token, message) in cases {
        world.token = token;
        let (status, body) = world.get("/organization").await;
        if message.is_empty() {
            assert_eq!(status, StatusCode::OK, "{what}");
        } else {
            assert_eq!(
                (status, code(&body)),
                (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"),
                "{what}"
            );
            assert_eq!(body["error"]["message"], message, "{what}");
        }
    }
}

/// A token for a client that says what it can do.
async fn token_with(world: &World, claims: &str, scope: &str) -> (String, u64) {
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let form = [
        ("client_id", endpoint.client_id.as_str()),
        ("client_secret", endpoint.client_secret.as_str()),
        ("scope", scope),
        ("grant_type", "client_credentials"),
        ("claims", claims),
    ];
    let (status, body) = world.token_request(&endpoint.tenant_id, &form).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["expires_in"], body["ext_expires_in"]);
    (body["access_token"].as_str().unwrap().to_owned(), body["expires_in"].as_u64().unwrap())
}

#[tokio::test]
async fn a_client_that_can_be_challenged_has_its_token_for_a_day() {
    let mut world = World::start().await;
    let graph = "https://graph.microsoft.com/.default";
    let capable = r#"{"access_token":{"xms_cc":{"values":["CP1"]}}}"#;
    for (claims, life) in [
        (capable, 86_399),
        (r#"{"access_token":{"nbf":{"essential":true,"value":"1"},"xms_cc":{"values":["cp1"]}}}"#, 86_399),
        (r#"{"access_token":{"xms_cc":{"values":["cp2"]}}}"#, 3599),
        (r#"{"id_token":{"xms_cc":{"values":["cp1"]}}}"#, 3599),
        ("nonsense", 3599),
        ("", 3599),
    ] {
        let (token, lives) = token_with(&world, claims, graph).await;
        let read = read_claims(&token);
        assert_eq!(lives, life, "{claims}");
        assert_eq!(
            read["exp"].as_i64().unwrap() - read["iat"].as_i64().unwrap(),
            i64::try_from(life).unwrap()
        );
        assert_eq!(read.get("xms_cc").is_some(), life > 3599, "{claims}");
    }
    world.token = token_with(&world, capable, graph).await.0;
    world.advance("23h59m").await;
    assert_eq!(world.get("/organization").await.0, StatusCode::OK);
    world.act(Method::PUT, "/token_life", json!({"secs": 60})).await;
    assert_eq!(token_with(&world, capable, graph).await.1, 60);
}

#[tokio::test]
async fn what_happens_to_an_application_counts_at_once_where_the_client_can_be_told() {
    let mut world = World::start().await;
    let capable = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
    let told = token_with(&world, capable, "https://graph.microsoft.com/.default").await.0;
    let plain = world.token.clone();
    world.act(Method::PATCH, "/apps/drawbridge", json!({"enabled": false})).await;
    assert_eq!(world.get("/organization").await.0, StatusCode::OK, "a token lives on");
    world.token = told;
    let response = world.graph(Method::GET, "/organization").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let challenge = response.headers()[WWW_AUTHENTICATE].to_str().unwrap().to_owned();
    assert!(challenge.contains("error=\"insufficient_claims\""), "{challenge}");
    world.token = plain;
    assert_eq!(world.get("/organization").await.0, StatusCode::OK, "who cannot be told is let in");
}
