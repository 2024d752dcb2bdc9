//! The documents by which clients find the authority's endpoints and keys.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::{World, read};

#[tokio::test]
async fn both_versions_name_their_endpoints_under_every_name_of_the_tenant() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let (base, id) = (&endpoint.authority, &endpoint.tenant_id);
    let template = format!("{base}/{{tenantid}}/v2.0");
    // Name, version, issuer, token endpoint, keys.
    let cases = [
        (id.as_str(), "/v2.0", format!("{base}/{id}/v2.0"), format!("{base}/{id}/oauth2/v2.0/token")),
        ("Contoso.test", "/v2.0", format!("{base}/{id}/v2.0"), format!("{base}/{id}/oauth2/v2.0/token")),
        ("common", "/v2.0", template.clone(), format!("{base}/common/oauth2/v2.0/token")),
        ("organizations", "/v2.0", template, format!("{base}/organizations/oauth2/v2.0/token")),
        (id.as_str(), "", format!("https://sts.windows.net/{id}/"), format!("{base}/{id}/oauth2/token")),
        (
            "common",
            "",
            "https://sts.windows.net/{tenantid}/".to_owned(),
            format!("{base}/common/oauth2/token"),
        ),
    ];
    for (name, version, issuer, token_endpoint) in cases {
        let url = format!("{base}/{name}{version}/.well-known/openid-configuration");
        let (status, body) = world.follow(&url).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!((&body["issuer"], &body["token_endpoint"]), (&json!(issuer), &json!(token_endpoint)));
        assert!(body["authorization_endpoint"].as_str().unwrap().starts_with(base.as_str()));
        let (status, keys) = world.follow(body["jwks_uri"].as_str().unwrap()).await;
        assert_eq!((status, keys["keys"].as_array().unwrap().len()), (StatusCode::OK, 1));
    }
    for path in ["fabrikam.test/v2.0/.well-known/openid-configuration", "fabrikam.test/discovery/v2.0/keys"] {
        let (status, body) = world.follow(&format!("{base}/{path}")).await;
        assert_eq!((status, &body["error_codes"]), (StatusCode::BAD_REQUEST, &json!([90002])));
    }
    let url = format!("{base}/{id}/v2.0/.well-known/openid-configuration");
    let (status, body) = read(world.http.post(url).send().await.unwrap()).await;
    assert_eq!((status, &body["error_codes"]), (StatusCode::METHOD_NOT_ALLOWED, &json!([900_561])));
}

#[tokio::test]
async fn tokens_verify_against_the_published_key() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let url = format!("{}/{}/discovery/v2.0/keys", endpoint.authority, endpoint.tenant_id);
    let (_, keys) = world.follow(&url).await;
    let key = &keys["keys"][0];
    let header = decode_header(&world.token).unwrap();
    assert_eq!(header.alg, Algorithm::RS256);
    assert_eq!((header.kid.as_deref(), header.x5t.as_deref()), (key["kid"].as_str(), key["x5t"].as_str()));
    assert!(key["x5c"][0].as_str().unwrap().starts_with("MII"));

    let public = DecodingKey::from_rsa_components(key["n"].as_str().unwrap(), key["e"].as_str().unwrap());
    let mut validation = Validation::new(Algorithm::RS256);
    // Virtual time has its own tests.
    validation.validate_exp = false;
    validation.set_audience(&["https://graph.microsoft.com"]);
    validation.set_issuer(&[format!("https://sts.windows.net/{}/", endpoint.tenant_id)]);
    let claims = decode::<Value>(&world.token, &public.unwrap(), &validation).unwrap().claims;
    let app = world.app("drawbridge").await;
    let seen = json!({
        "appid": claims["appid"], "oid": claims["oid"], "roles": claims["roles"], "idtyp": claims["idtyp"],
        "tid": claims["tid"], "ver": claims["ver"], "appidacr": claims["appidacr"],
        "lives": claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(),
    });
    let expected = json!({
        "appid": endpoint.client_id, "oid": app["object_id"], "roles": app["roles"], "idtyp": "app",
        "tid": endpoint.tenant_id, "ver": "1.0", "appidacr": "1", "lives": 3599,
    });
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_same_calls_make_the_same_tokens() {
    let (one, other) = (World::start().await, World::start().await);
    assert_eq!(one.token, other.token);
    assert_eq!(one.token_of("reader").await, other.token_of("reader").await);
    assert_ne!(one.token, one.token_of("drawbridge").await);
}

#[tokio::test]
async fn instances_are_known_by_their_host() {
    let world = World::start().await;
    let base = world.sandbox.endpoints().azure_ad.authority.clone();
    let host = base.strip_prefix("http://").unwrap();
    let cases = [
        (format!("https://{host}/common/oauth2/v2.0/authorize"), StatusCode::OK),
        ("https://login.microsoftonline.com/x/oauth2/v2.0/authorize".to_owned(), StatusCode::OK),
        ("https://login.example.test/x/oauth2/v2.0/authorize".to_owned(), StatusCode::BAD_REQUEST),
    ];
    for (endpoint, expected) in cases {
        let url =
            format!("{base}/common/discovery/instance?api-version=1.1&authorization_endpoint={endpoint}");
        let (status, body) = read(world.http.request(Method::GET, url).send().await.unwrap()).await;
        assert_eq!(status, expected);
        if status == StatusCode::OK {
            assert_eq!(body["metadata"][0]["aliases"], json!([host]));
        } else {
            assert_eq!((&body["error"], &body["error_codes"]), (&json!("invalid_instance"), &json!([50049])));
        }
    }
}
