//! Made-up credentials, forms and batches: always an answer of the platform's own, never a failure.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::client::{ADMIN, Answer, Client, send};

/// How many requests of each kind are made up. The same ones in every run.
const CASES: usize = 300;

fn made_up<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..CASES).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// A status a client can have earned, and a body that is JSON wherever there is one.
fn sound(answer: &Answer, of: &impl std::fmt::Debug) {
    assert!((200..500).contains(&answer.status), "{of:?}: {answer:?}");
    let json = answer.header("content-type").starts_with("application/json");
    assert!(json || answer.header("content-length") == "0" || answer.status == 414, "{of:?}: {answer:?}");
    assert!(!json || answer.body.is_object(), "{of:?}: {answer:?}");
}

#[tokio::test]
async fn no_credential_breaks_the_door() {
    let client = Client::start().await;
    let part = prop_oneof![
        Just(b"Basic ".to_vec()),
        Just(b"Bearer ".to_vec()),
        Just(ADMIN.as_bytes().to_vec()),
        Just(b"JSESSIONID=".to_vec()),
        Just(b"; ".to_vec()),
        Just(b"Og==".to_vec()),
        proptest::collection::vec(prop_oneof![0x20_u8..0x7f, 0x80_u8..0xff], 0..12),
    ];
    let value = proptest::collection::vec(part, 0..4).prop_map(|parts| parts.concat());
    let name = prop_oneof![Just("authorization"), Just("cookie"), Just("x-sn-apikey"), Just("x-usertoken")];
    let page = prop_oneof![
        Just("/api/now/table/incident?sysparm_limit=1"),
        Just("/api/now/v1/batch"),
        Just("/angular.do?sysparm_type=get_user"),
    ];
    let http = reqwest::Client::new();
    for (page, headers) in made_up((page, proptest::collection::vec((name, value), 0..4))) {
        let mut request = http.post(format!("{}{page}", client.instance())).body("{}");
        for (name, value) in &headers {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                request = request.header(HeaderName::from_static(name), value);
            }
        }
        sound(&send(request).await, &headers);
    }
}

#[tokio::test]
async fn no_form_breaks_the_token_endpoint_or_the_log_in() {
    let client = Client::start().await;
    let own: Vec<String> = client.credentials().into_iter().map(|(_, value)| value).collect();
    let mut values = own;
    values.extend(
        [
            "password",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "admin",
            "login",
            "get_user",
            "view_form.login",
            "",
            "a.b.c",
        ]
        .map(str::to_owned),
    );
    let name = proptest::sample::select(vec![
        "grant_type",
        "client_id",
        "client_secret",
        "username",
        "password",
        "refresh_token",
        "assertion",
        "sysparm_type",
        "user_name",
        "user_password",
        "",
    ]);
    let value = prop_oneof![proptest::sample::select(values), ".{0,20}"];
    let page = prop_oneof![
        Just("/oauth_token.do"),
        Just("/angular.do"),
        Just("/angular.do?sysparm_type=view_form.login")
    ];
    let http = reqwest::Client::new();
    for (page, form) in made_up((page, proptest::collection::vec((name, value), 0..7))) {
        let request = http.post(format!("{}{page}", client.instance()));
        sound(&send(request.form(&form)).await, &form);
    }
}

#[tokio::test]
async fn no_batch_breaks_the_envelope() {
    let client = Client::start().await;
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        any::<i32>().prop_map(|number| json!(number)),
        ".{0,12}".prop_map(|text| json!(text)),
        Just(json!("GET")),
        Just(json!("POST")),
        Just(json!("e30=")),
        Just(json!("/api/now/table/incident?sysparm_limit=1")),
        Just(json!("/api/now/table/incident/%")),
        Just(json!("/api/now/v1/batch")),
        Just(json!([{ "name": "accept", "value": "application/json" }])),
    ];
    let member =
        proptest::sample::select(vec!["id", "method", "url", "headers", "body", "exclude_response_headers"]);
    let item = proptest::collection::vec((member, leaf), 0..8).prop_map(|members| {
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Value>()
    });
    for requests in made_up(proptest::collection::vec(item, 0..4)) {
        let body = json!({ "batch_request_id": "b", "rest_requests": requests });
        let answer = client.post("/api/now/v1/batch", body).await;
        sound(&answer, &requests);
        let served = answer.body["serviced_requests"].as_array().unwrap();
        assert_eq!(served.len(), requests.len());
        for one in served {
            let status = one["status_code"].as_u64().unwrap();
            assert!(
                (200..500).contains(&status) && one["id"].is_string() && one["body"].is_string(),
                "{one}"
            );
        }
    }
}
