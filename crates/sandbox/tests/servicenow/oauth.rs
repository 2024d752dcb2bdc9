//! Tokens and the refusal of everybody without one.

use reqwest::Method;
use serde_json::json;

use crate::client::{ADMIN, Client, send};

#[tokio::test]
async fn client_credentials_give_a_token_without_a_refresh_token() {
    let client = Client::start().await;
    let answer = client.token(&client.credentials()).await;
    let token = answer.body["access_token"].clone();
    let expected =
        json!({ "access_token": token, "scope": "useraccount", "token_type": "Bearer", "expires_in": 1800 });
    assert_eq!((answer.status, answer.body), (200, expected));
}

#[tokio::test]
async fn a_live_token_is_given_again_and_ends_with_the_virtual_clock() {
    let mut client = Client::start().await;
    let first = client.token(&client.credentials()).await.body;
    client.advance("10m").await;
    let second = client.token(&client.credentials()).await.body;
    assert_eq!((&second["access_token"], &second["expires_in"]), (&first["access_token"], &json!(1200)));
    client.advance("20m").await;
    let answer = client.get("/api/now/table/incident").await;
    assert_eq!(answer.refusal(), (401, "User Not Authenticated", "Required to provide Auth information"));
    assert_eq!(answer.header("www-authenticate"), "BASIC realm=\"Service-now\"");
    client.sign_in().await;
    assert_eq!(client.get("/api/now/table/incident").await.status, 200);
}

#[tokio::test]
async fn wrong_credentials_are_told_apart() {
    let client = Client::start().await;
    let check = async |changes: &[(&'static str, &str)], status: u16, error: &str| {
        let mut form = client.credentials();
        for (name, value) in changes {
            form.retain(|(key, _)| key != name);
            form.push((name, (*value).to_owned()));
        }
        let answer = client.token(&form).await;
        assert_eq!((answer.status, answer.body["error"].as_str().unwrap()), (status, error), "{changes:?}");
    };
    check(&[("client_secret", "wrong")], 401, "invalid_client").await;
    check(&[("client_id", "nobody")], 401, "invalid_client").await;
    check(&[("grant_type", "telepathy")], 400, "unsupported_grant_type").await;
    check(&[("grant_type", "")], 400, "invalid_request").await;
    check(&[("grant_type", "password"), ("username", "admin"), ("password", "no")], 401, "access_denied")
        .await;
    check(&[("grant_type", "refresh_token"), ("refresh_token", "no")], 401, "access_denied").await;
    let json =
        client.request(Method::POST, "/oauth_token.do").json(&json!({ "grant_type": "client_credentials" }));
    assert_eq!(send(json).await.status, 400);
}

#[tokio::test]
async fn the_address_may_hold_what_the_form_holds() {
    let client = Client::start().await;
    let request = client.request(Method::POST, "/oauth_token.do").query(&client.credentials());
    assert_eq!(send(request).await.status, 200);
    let typed = client.request(Method::POST, "/oauth_token.do").query(&client.credentials());
    let typed = typed.header("content-type", "application/x-www-form-urlencoded").body("client_secret=wrong");
    assert_eq!(send(typed).await.status, 401, "the form comes first");
}

#[tokio::test]
async fn a_password_grant_can_be_refreshed_and_the_client_may_use_basic() {
    let client = Client::start().await;
    let mut form = client.credentials();
    form[0].1 = "password".to_owned();
    form.extend([("username", "admin".to_owned()), ("password", "admin".to_owned())]);
    let first = client.token(&form).await.body;
    let (id, secret) = (form[1].1.clone(), form[2].1.clone());
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())];
    let url = format!("{}/oauth_token.do", client.instance());
    let answer = send(reqwest::Client::new().post(url).basic_auth(id, Some(secret)).form(&refresh)).await;
    assert_eq!((answer.status, &answer.body["access_token"]), (200, &first["access_token"]));
}

#[tokio::test]
async fn a_password_or_nothing_or_nonsense_in_the_header() {
    let mut client = Client::start().await;
    for (authorization, status) in [
        (ADMIN, 200),
        ("Basic YWRtaW46bm8=", 401),
        ("Basic ???", 401),
        ("Bearer nonsense", 401),
        ("Bearer", 401),
        ("", 401),
        ("Digest x", 401),
    ] {
        client.authorize(authorization);
        assert_eq!(client.get("/api/now/table/incident").await.status, status, "{authorization}");
    }
}

#[tokio::test]
async fn an_account_that_is_switched_off_has_no_token_and_its_token_no_worth() {
    let client = Client::start().await;
    let off = json!({ "as": "admin", "table": "sys_user", "where": { "user_name": "svc-drawbridge@contoso.test" }, "set": { "active": false } });
    assert_eq!(client.admin("/servicenow/update", off).await.body, json!({ "count": 1 }));
    assert_eq!(client.get("/api/now/table/incident").await.status, 401);
    let answer = client.token(&client.credentials()).await;
    assert_eq!((answer.status, answer.body["error"].as_str().unwrap()), (401, "access_denied"));
}

#[tokio::test]
async fn the_registry_and_a_property_close_grants() {
    let client = Client::start().await;
    let id = client.credentials()[1].1.clone();
    let entry = async |set: serde_json::Value| {
        let change =
            json!({ "as": "admin", "table": "oauth_entity", "where": { "client_id": id }, "set": set });
        assert_eq!(client.admin("/servicenow/update", change).await.body, json!({ "count": 1 }));
    };
    let ask = async || {
        let answer = client.token(&client.credentials()).await;
        (
            answer.status,
            answer.body["error"].as_str().unwrap_or_default().to_owned(),
            answer.body["expires_in"].clone(),
        )
    };
    entry(json!({ "access_token_lifespan": "60" })).await;
    client.advance("30m").await;
    assert_eq!(ask().await, (200, String::new(), json!(60)));
    // No application user.
    entry(json!({ "user": "" })).await;
    assert_eq!(ask().await, (401, "access_denied".to_owned(), json!(null)));
    entry(json!({ "active": false })).await;
    assert_eq!(ask().await, (401, "invalid_client".to_owned(), json!(null)));
    entry(json!({ "active": true })).await;
    let property =
        json!({ "name": "glide.oauth.inbound.client.credential.grant_type.enabled", "value": "false" });
    assert_eq!(client.administrator().post("/api/now/table/sys_properties", property).await.status, 201);
    assert_eq!(ask().await, (401, "server_error".to_owned(), json!(null)));
}

#[tokio::test]
async fn a_refresh_token_outlives_the_access_token_by_far() {
    let client = Client::start().await;
    let mut form = client.credentials();
    form[0].1 = "password".to_owned();
    form.extend([("username", "admin".to_owned()), ("password", "admin".to_owned())]);
    let first = client.token(&form).await.body;
    let mut refresh = client.credentials();
    refresh[0].1 = "refresh_token".to_owned();
    refresh.push(("refresh_token", first["refresh_token"].as_str().unwrap().to_owned()));
    client.advance("99d").await;
    let second = client.token(&refresh).await.body;
    assert_ne!(second["access_token"], first["access_token"]);
    assert_eq!(second["refresh_token"], first["refresh_token"]);
    client.advance("1d").await;
    let late = client.token(&refresh).await;
    assert_eq!((late.status, &late.body["error"]), (401, &json!("access_denied")));
    let revoked = client.token(&form).await.body;
    refresh[3].1 = revoked["refresh_token"].as_str().unwrap().to_owned();
    let all = client.admin("/servicenow/revoke", json!({ "refresh": true })).await;
    assert_eq!(all.body, json!({ "count": 2 }));
    assert_eq!(client.token(&refresh).await.status, 401);
}
