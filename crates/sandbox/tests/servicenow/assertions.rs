//! The JWT bearer grant: assertions signed by a registered key.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::client::{Answer, Client};

/// Keys made for this test; they open nothing.
const KEY: &str = include_str!("data/assertion-key.pem");
const PUBLIC: &str = include_str!("data/assertion-key.pub.pem");
const CERTIFICATE: &str = include_str!("data/assertion-certificate.pem");
const CURVE: &str = include_str!("data/curve-key.pem");
const CURVE_PUBLIC: &str = include_str!("data/curve-key.pub.pem");
const STRANGER: &str = include_str!("data/stranger-key.pem");
/// The first moment of the sandbox: 2026-01-05T08:00:00Z.
const START: i64 = 1_767_600_000;
const PERSON: &str = "a.berg@contoso.test";

fn sign(algorithm: Algorithm, key: &str, claims: &Value) -> String {
    let key = match algorithm {
        Algorithm::HS256 => EncodingKey::from_secret(key.as_bytes()),
        Algorithm::ES256 => EncodingKey::from_ec_pem(key.as_bytes()).unwrap(),
        _ => EncodingKey::from_rsa_pem(key.as_bytes()).unwrap(),
    };
    encode(&Header::new(algorithm), claims, &key).unwrap()
}

async fn ask(client: &Client, assertion: &str) -> Answer {
    let mut form = client.credentials();
    form[0].1 = "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned();
    form.push(("assertion", assertion.to_owned()));
    client.token(&form).await
}

async fn register(client: &Client, field: &str) -> Answer {
    register_key(client, PUBLIC, field).await
}

async fn register_key(client: &Client, key: &str, field: &str) -> Answer {
    let id = client.credentials()[1].1.clone();
    let body = json!({ "client": id, "public_key": key, "user_field": field });
    client.admin("/servicenow/jwt_keys", body).await
}

fn claims(client: &Client, changes: &Value) -> Value {
    let id = client.credentials()[1].1.clone();
    let mut claims =
        json!({ "iss": id, "aud": id, "sub": PERSON, "iat": START, "exp": START + 600, "jti": "1" });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().shift_remove(name);
        }
    }
    claims
}

#[tokio::test]
async fn an_assertion_gives_a_token_of_its_subject_once() {
    let mut client = Client::start().await;
    assert_eq!(register(&client, "user_name").await.status, 200);
    let assertion = sign(Algorithm::RS256, KEY, &claims(&client, &json!({})));
    let answer = ask(&client, &assertion).await;
    let token = answer.body["access_token"].clone();
    let expected =
        json!({ "access_token": token, "scope": "useraccount", "token_type": "Bearer", "expires_in": 1800 });
    assert_eq!((answer.status, &answer.body), (200, &expected));
    client.authorize(&format!("Bearer {}", token.as_str().unwrap()));
    let me = client.query("sys_user", "sys_id=javascript:gs.getUserID()", &[]).await;
    assert_eq!(me.column("user_name"), PERSON);
    let again = ask(&client, &assertion).await;
    assert_eq!((again.status, &again.body["error"]), (401, &json!("invalid_grant")));
    let another = sign(Algorithm::RS256, KEY, &claims(&client, &json!({ "jti": "2" })));
    assert_eq!(ask(&client, &another).await.body["access_token"], token);
}

#[tokio::test]
async fn an_assertion_is_believed_only_when_everything_in_it_is_right() {
    let client = Client::start().await;
    let good = sign(Algorithm::RS256, KEY, &claims(&client, &json!({})));
    assert_eq!(ask(&client, &good).await.body["error"], "invalid_grant");
    register(&client, "email").await;
    let mut number = 0;
    let mut check = async |algorithm: Algorithm, key: &str, changes: Value, status: u16, error: &str| {
        number += 1;
        let mut changes = changes;
        if changes.get("jti").is_none() {
            changes["jti"] = json!(format!("n{number}"));
        }
        let answer = ask(&client, &sign(algorithm, key, &claims(&client, &changes))).await;
        let found = answer.body["error"].as_str().unwrap_or_default();
        assert_eq!((answer.status, found), (status, error), "{algorithm:?} {changes}");
    };
    let (rs256, wrong) = (Algorithm::RS256, "invalid_grant");
    check(rs256, KEY, json!({}), 200, "").await;
    check(Algorithm::RS384, KEY, json!({}), 200, "").await;
    check(Algorithm::RS512, KEY, json!({}), 200, "").await;
    check(Algorithm::ES256, CURVE, json!({}), 401, wrong).await;
    check(Algorithm::PS256, KEY, json!({}), 401, wrong).await;
    check(Algorithm::HS256, PUBLIC, json!({}), 401, wrong).await;
    check(rs256, STRANGER, json!({}), 401, wrong).await;
    check(rs256, KEY, json!({ "iss": "another" }), 401, wrong).await;
    check(rs256, KEY, json!({ "aud": "another" }), 401, wrong).await;
    check(rs256, KEY, json!({ "aud": null }), 401, wrong).await;
    check(rs256, KEY, json!({ "jti": null }), 401, wrong).await;
    check(rs256, KEY, json!({ "exp": null }), 401, wrong).await;
    check(rs256, KEY, json!({ "exp": "soon" }), 401, wrong).await;
    check(rs256, KEY, json!({ "iat": null }), 200, "").await;
    // The clocks may differ by five minutes.
    check(rs256, KEY, json!({ "exp": START - 299 }), 200, "").await;
    check(rs256, KEY, json!({ "exp": START - 300 }), 401, wrong).await;
    check(rs256, KEY, json!({ "iat": START + 300 }), 200, "").await;
    check(rs256, KEY, json!({ "iat": START + 301 }), 401, wrong).await;
    // An unchanged client dates by the real clock, which is ahead of the first moment of the sandbox.
    let (april, far) = (1_775_000_000, 4_000_000_000_i64);
    check(rs256, KEY, json!({ "iat": april, "exp": far }), 200, "").await;
    check(rs256, KEY, json!({ "iat": far, "exp": far }), 401, wrong).await;
    check(rs256, KEY, json!({ "sub": "nobody@contoso.test" }), 401, "access_denied").await;
    check(rs256, KEY, json!({ "sub": "" }), 401, "access_denied").await;
    for assertion in ["x", "a.b.c", "..", &good[..good.len() - 4]] {
        assert_eq!(ask(&client, assertion).await.status, 401, "{assertion}");
    }
    let empty = ask(&client, "").await;
    assert_eq!((empty.status, &empty.body["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn a_certificate_and_a_curve_prove_assertions_too() {
    let client = Client::start().await;
    for (key, algorithm, private) in
        [(CERTIFICATE, Algorithm::RS256, KEY), (CURVE_PUBLIC, Algorithm::ES256, CURVE)]
    {
        assert_eq!(register_key(&client, key, "user_name").await.status, 200);
        let claims = claims(&client, &json!({ "jti": format!("{algorithm:?}") }));
        assert_eq!(ask(&client, &sign(algorithm, private, &claims)).await.status, 200, "{algorithm:?}");
    }
    let assertion = sign(Algorithm::RS256, KEY, &claims(&client, &json!({ "jti": "old key" })));
    assert_eq!(ask(&client, &assertion).await.status, 401);
}

#[tokio::test]
async fn a_public_client_asserts_without_a_secret_and_nothing_else() {
    let client = Client::start().await;
    register(&client, "user_name").await;
    let id = client.credentials()[1].1.clone();
    let ask = async |grant: &str, jti: &str| {
        let assertion = sign(Algorithm::RS256, KEY, &claims(&client, &json!({ "jti": jti })));
        let form = [("grant_type", grant.to_owned()), ("client_id", id.clone()), ("assertion", assertion)];
        client.token(&form).await.status
    };
    let bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    assert_eq!(ask(bearer, "1").await, 401);
    let public = json!({ "as": "admin", "table": "oauth_entity", "where": { "client_id": id }, "set": { "public_client": "true" } });
    assert_eq!(client.admin("/servicenow/update", public).await.body, json!({ "count": 1 }));
    assert_eq!(ask(bearer, "2").await, 200);
    assert_eq!(ask("client_credentials", "3").await, 401);
}

#[tokio::test]
async fn a_key_for_nobody_or_of_no_kind_is_refused() {
    let client = Client::start().await;
    let id = client.credentials()[1].1.clone();
    for (body, error) in [
        (json!({ "client": "nobody", "public_key": PUBLIC }), "the instance knows no client `nobody`"),
        (
            json!({ "client": id, "public_key": "no key" }),
            "the key is no certificate and no public key in PEM",
        ),
        (
            json!({ "client": id, "public_key": PUBLIC, "user_field": "shoe" }),
            "`sys_user` has no field `shoe`",
        ),
    ] {
        let answer = client.admin("/servicenow/jwt_keys", body).await;
        assert_eq!((answer.status, &answer.body["error"]), (400, &json!(error)));
    }
}
