//! Who is let in: basic authentication and its restriction, locks, second factors, API keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::client::{ADMIN, Answer, Client, send};

const SERVICE: &str = "svc-drawbridge@contoso.test";
const SERVICE_PASSWORD: &str = "sandbox-servicenow-secret";
const PERSON: &str = "a.berg@contoso.test";
const KEY: &str = "sandbox-servicenow-api-key";
const INCIDENTS: &str = "/api/now/table/incident";

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// A call with exactly these headers.
async fn with(client: &Client, headers: &[(&'static str, &str)]) -> Answer {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    let url = format!("{}{INCIDENTS}", client.instance());
    send(reqwest::Client::new().get(url).headers(map)).await
}

async fn status(client: &Client, user: &str, password: &str) -> u16 {
    with(client, &[("authorization", &basic(user, password))]).await.status
}

async fn switch(client: &Client, change: Value) {
    let answer = client.admin("/servicenow/access", change).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn password(client: &Client, user: &str) {
    let body = json!({ "as": user, "password": "right" });
    assert_eq!(client.admin("/servicenow/passwords", body).await.status, 200);
}

#[tokio::test]
async fn one_credential_is_looked_at_and_a_wrong_one_is_not_made_good_by_another() {
    let client = Client::start().await;
    let good = basic("admin", "admin");
    let bearer = format!(
        "Bearer {}",
        client.token(&client.credentials()).await.body["access_token"].as_str().unwrap()
    );
    let lower = good.replace("Basic", "basic");
    let spaced = good.replace(' ', "   ");
    let nameless = format!("Basic {}", STANDARD.encode("admin"));
    let binary = format!("Basic {}", STANDARD.encode([0xff, 0xfe, b':', 0x80]));
    let colons = basic("admin", "admin:");
    let cases: &[(&[(&'static str, &str)], u16)] = &[
        (&[], 401),
        (&[("authorization", &good)], 200),
        (&[("authorization", &lower)], 200),
        (&[("authorization", &spaced)], 200),
        (&[("authorization", &bearer)], 200),
        (&[("authorization", "Basic")], 401),
        (&[("authorization", "Basic ")], 401),
        (&[("authorization", "Basic !!!")], 401),
        (&[("authorization", &nameless)], 401),
        (&[("authorization", &binary)], 401),
        (&[("authorization", &colons)], 401),
        (&[("authorization", "Bearer ")], 401),
        (&[("authorization", "Bearer a b")], 401),
        (&[("authorization", "Negotiate abc")], 401),
        (&[("x-sn-apikey", KEY)], 200),
        (&[("x-sn-apikey", "no such key")], 401),
        (&[("x-sn-apikey", "")], 401),
        // The Authorization header decides, whatever stands beside it.
        (&[("authorization", &good), ("x-sn-apikey", "no such key")], 200),
        (&[("authorization", "Bearer no"), ("x-sn-apikey", KEY)], 401),
        (&[("authorization", &good), ("authorization", "Bearer no")], 200),
        (&[("cookie", "JSESSIONID=0123456789ABCDEF0123456789ABCDEF")], 401),
        (&[("cookie", "garbage; JSESSIONID")], 401),
        (&[("x-sn-apikey", KEY), ("cookie", "JSESSIONID=../../x")], 200),
    ];
    for (headers, status) in cases {
        let answer = with(&client, headers).await;
        assert_eq!(answer.status, *status, "{headers:?}");
        if *status == 401 {
            assert_eq!(
                answer.refusal(),
                (401, "User Not Authenticated", "Required to provide Auth information")
            );
            assert_eq!(answer.header("www-authenticate"), "BASIC realm=\"Service-now\"", "{headers:?}");
            assert_eq!(answer.header("x-is-logged-in"), "false");
        }
    }
    let bytes = HeaderValue::from_bytes(b"Basic \xff").unwrap();
    let request = client.request(Method::GET, INCIDENTS).header("x-sn-apikey", KEY);
    let mut request = request.build().unwrap();
    request.headers_mut().insert("authorization", bytes);
    assert_eq!(reqwest::Client::new().execute(request).await.unwrap().status(), 401);
}

#[tokio::test]
async fn six_wrong_passwords_in_a_row_lock_the_account_and_a_right_one_forgives_them() {
    let client = Client::start().await;
    password(&client, PERSON).await;
    for _ in 0..2 {
        for _ in 0..5 {
            assert_eq!(status(&client, PERSON, "wrong").await, 401);
        }
        assert_eq!(status(&client, PERSON, "right").await, 200);
    }
    for _ in 0..6 {
        assert_eq!(status(&client, PERSON, "wrong").await, 401);
    }
    assert_eq!(status(&client, PERSON, "right").await, 401);
    let query = format!("user_name={PERSON}");
    let id = client.find("sys_user", &query).await;
    assert_eq!(client.field("sys_user", &id, "locked_out").await, "true");
    let open = json!({ "locked_out": "false", "failed_attempts": "0" });
    assert_eq!(client.patch(&format!("/api/now/table/sys_user/{id}"), open).await.status, 200);
    assert_eq!(status(&client, PERSON, "right").await, 200);
}

#[tokio::test]
async fn the_gate_lets_services_and_holders_of_the_role_pass_and_nobody_else() {
    let client = Client::start().await;
    password(&client, PERSON).await;
    let both = async |client: &Client| {
        (status(client, "admin", "admin").await, status(client, SERVICE, SERVICE_PASSWORD).await)
    };
    let set = async |name: &str, value: &str| {
        let (name, value) = (format!("glide.authenticate.basic_auth.restriction.{name}"), value.to_owned());
        let bearer = client.clone();
        let change = json!({ "as": "admin", "table": "sys_properties", "where": { "name": name }, "set": { "value": value } });
        if bearer.admin("/servicenow/update", change).await.body == json!({ "count": 0 }) {
            let id = client
                .administrator()
                .post("/api/now/table/sys_properties", json!({ "name": name, "value": value }))
                .await;
            assert_eq!(id.status, 201, "{name}");
        }
    };
    assert_eq!(both(&client).await, (200, 200));
    set("allow_wsao", "true").await;
    set("allowed_users", "somebody").await;
    set("allowed_roles", "snc_basic_auth_api_access,itil").await;
    set("enforcement_date", "2026-01-06 00:00:00").await;
    set("active", "true").await;
    // Announced, and enforced from the date on.
    assert_eq!(both(&client).await, (200, 200));
    client.advance("1d").await;
    assert_eq!(both(&client).await, (401, 200));
    set("enforcement_date", "").await;
    assert_eq!(both(&client).await, (200, 200));
    switch(&client, json!({ "basic_gate": true })).await;
    let refused = with(&client, &[("authorization", ADMIN)]).await;
    assert_eq!(refused.refusal(), (401, "User Not Authenticated", "Required to provide Auth information"));
    // A role that is named admits; an administrator holds it only when it was given.
    assert_eq!(status(&client, PERSON, "right").await, 401);
    let grant = json!({ "as": "admin", "table": "sys_properties",
        "where": { "name": "glide.authenticate.basic_auth.restriction.allowed_users" }, "set": { "value": format!("x, {PERSON}") } });
    client.admin("/servicenow/update", grant).await;
    assert_eq!(status(&client, PERSON, "right").await, 200);
    let no_services = json!({ "as": "admin", "table": "sys_properties",
        "where": { "name": "glide.authenticate.basic_auth.restriction.allow_wsao" }, "set": { "value": "false" } });
    client.admin("/servicenow/update", no_services).await;
    // The service account holds `itil`, which is among the allowed roles.
    assert_eq!(both(&client).await, (401, 200));
    assert_eq!(with(&client, &[("x-sn-apikey", KEY)]).await.status, 200);
    switch(&client, json!({ "basic_gate": false })).await;
    assert_eq!(both(&client).await, (200, 200));
}

#[tokio::test]
async fn a_second_factor_tells_a_missing_code_from_a_wrong_password() {
    let client = Client::start().await;
    switch(&client, json!({ "second_factors": { "admin": "123456" } })).await;
    let answer = async |password: &str| with(&client, &[("authorization", &basic("admin", password))]).await;
    for (password, status, header) in [
        ("admin", 401, "invalid"),
        ("admin654321", 401, "invalid"),
        ("wrong", 401, ""),
        ("admin123456", 200, ""),
    ] {
        let answer = answer(password).await;
        assert_eq!((answer.status, answer.header("x-mfa_token")), (status, header), "{password}");
    }
    let mut form = client.credentials();
    form[0].1 = "password".to_owned();
    form.extend([("username", "admin".to_owned()), ("password", "admin".to_owned())]);
    let refused = client.token(&form).await;
    assert_eq!((refused.status, &refused.body["error"]), (401, &json!("access_denied")));
    switch(&client, json!({ "second_factors": { "admin": null } })).await;
    assert_eq!(answer("admin").await.status, 200);
}

#[tokio::test]
async fn an_api_key_ends_with_its_time_its_scope_and_its_account() {
    let client = Client::start().await;
    let body = json!({ "token": "k1", "as": SERVICE, "expires_in": 60,
        "scopes": [{ "methods": ["GET"], "path": "/api/now/table/" }, { "path": "/api/now/v1/batch" }] });
    assert_eq!(client.admin("/servicenow/api_keys", body).await.status, 200);
    let call = async |method: Method, path: &str| {
        let url = format!("{}{path}", client.instance());
        send(reqwest::Client::new().request(method, url).header("x-sn-apikey", "k1").body("{}")).await.status
    };
    assert_eq!(call(Method::GET, INCIDENTS).await, 200);
    assert_eq!(call(Method::POST, INCIDENTS).await, 401);
    assert_eq!(call(Method::GET, "/api/now/stats/incident?sysparm_count=true").await, 401);
    assert_eq!(call(Method::POST, "/api/now/v1/batch").await, 400);
    let url = format!("{}{INCIDENTS}?x-sn-apikey=k1&sysparm_limit=1", client.instance());
    assert_eq!(send(reqwest::Client::new().get(url)).await.status, 200);
    client.advance("60s").await;
    assert_eq!(call(Method::GET, INCIDENTS).await, 401);
    assert_eq!(
        client.admin("/servicenow/api_keys", json!({ "token": "k", "as": "nobody" })).await.status,
        400
    );
    // The account of the key is switched off.
    let off = json!({ "as": "admin", "table": "sys_user", "where": { "user_name": SERVICE }, "set": { "active": false } });
    client.admin("/servicenow/update", off).await;
    assert_eq!(with(&client, &[("x-sn-apikey", KEY)]).await.status, 401);
}

#[tokio::test]
async fn secrets_do_not_stand_in_the_call_log() {
    let client = Client::start().await;
    let url = format!("{}{INCIDENTS}?x-sn-apikey={KEY}", client.instance());
    send(reqwest::Client::new().get(url)).await;
    let form = [("user_name", "admin"), ("user_password", "sesame")];
    let login = format!("{}/angular.do?sysparm_type=view_form.login", client.instance());
    send(reqwest::Client::new().post(login).form(&form)).await;
    let calls = send(reqwest::Client::new().get(format!("{}/_sandbox/calls", client.instance()))).await;
    let text = calls.body.to_string();
    assert!(text.contains("x-sn-apikey=***") && !text.contains(KEY) && !text.contains("sesame"), "{text}");
}
