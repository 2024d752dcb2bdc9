//! The outbox: which changes are captured, how they are signed, and what becomes of a delivery.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::Client;

/// A program that listens for deliveries and answers as it was told.
#[derive(Clone, Default)]
struct Receiver {
    received: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    async fn listen() -> (Self, String) {
        let receiver = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(Self::take).with_state(receiver.clone());
        tokio::spawn(async move { axum_serve(listener, router).await });
        (receiver, url)
    }

    async fn take(State(receiver): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        receiver.received.lock().unwrap().push((headers, body));
        let mut answers = receiver.answers.lock().unwrap();
        let status = if answers.is_empty() { 202 } else { answers.remove(0) };
        StatusCode::from_u16(status).unwrap()
    }

    fn answer(&self, statuses: &[u16]) {
        *self.answers.lock().unwrap() = statuses.to_vec();
    }

    /// Bodies and whether their signature was right, in the order they came.
    fn taken(&self, key: &str) -> Vec<(Value, bool)> {
        let received = std::mem::take(&mut *self.received.lock().unwrap());
        let read = |(headers, body): &(HeaderMap, Bytes)| {
            let header = |name: &str| headers[name].to_str().unwrap();
            let signed = format!(
                "v1.{}.{}.{}",
                header("x-drawbridge-timestamp"),
                header("x-drawbridge-delivery"),
                std::str::from_utf8(body).unwrap()
            );
            let right = format!("v1={}", mac(key, &signed)) == header("x-drawbridge-signature");
            (serde_json::from_slice(body).unwrap(), right)
        };
        received.iter().map(read).collect()
    }
}

/// Serves plain HTTP with what the sandbox itself is built from.
async fn axum_serve(listener: tokio::net::TcpListener, router: Router) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let service = hyper_util::service::TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let io = hyper_util::rt::TokioIo::new(stream);
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
        });
    }
}

/// HMAC-SHA256 after RFC 2104, written apart from the sandbox's.
fn mac(key: &str, text: &str) -> String {
    let pad =
        |with: u8| (0..64).map(|at| key.as_bytes().get(at).copied().unwrap_or(0) ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), text.as_bytes().to_vec()].concat());
    STANDARD.encode(Sha256::digest([pad(0x5c), inner.to_vec()].concat()))
}

async fn hooked(more: Value) -> (Client, Receiver) {
    let (receiver, url) = Receiver::listen().await;
    let client = Client::start().await;
    let mut webhook = json!({ "url": url, "key": "secret", "tables": [{ "table": "incident" }] });
    webhook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let set = client.admin("/servicenow/webhook", webhook).await;
    assert_eq!(set.status, 200, "{set:?}");
    (client, receiver)
}

async fn deliver(client: &Client) {
    assert_eq!(client.admin("/servicenow/webhook/deliver", json!({})).await.status, 200);
}

async fn rows(client: &Client) -> String {
    let rows = client.administrator().query("x_drwb_outbox", "ORDERBYsys_created_on", &[]).await;
    let rows = rows.result().as_array().unwrap().iter();
    let mut rows: Vec<String> = rows
        .map(|row| {
            let field = |name: &str| row[name].as_str().unwrap();
            format!("{} {} {}", field("state"), field("attempts"), field("last_result").trim())
        })
        .collect();
    rows.sort();
    rows.join(", ")
}

#[tokio::test]
async fn a_change_is_captured_signed_and_sent_with_the_fields_that_differ() {
    let (client, receiver) = hooked(json!({})).await;
    let id = client.create("incident", json!({ "short_description": "Bjørn" })).await;
    let path = format!("/api/now/table/incident/{id}");
    client.patch(&path, json!({ "state": "2", "short_description": "Bjørn 2", "work_notes": "x" })).await;
    client.patch(&path, json!({ "state": "2" })).await;
    client.administrator().delete(&path).await;
    deliver(&client).await;
    let taken = receiver.taken("secret");
    let operations: Vec<&str> = taken.iter().map(|(body, _)| body["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["insert", "update", "delete"]);
    assert!(taken.iter().all(|(_, right)| *right));
    let mut update = taken[1].0.clone();
    let delivery = update["delivery_id"].take();
    assert_eq!(delivery.as_str().unwrap().len(), 32);
    let changed = json!([
        { "field": "state", "to": "2", "from": "1" },
        { "field": "short_description" },
        { "field": "work_notes" },
        { "field": "incident_state" },
    ]);
    let names = |list: &Value| {
        let mut items: Vec<String> = list.as_array().unwrap().iter().map(Value::to_string).collect();
        items.sort();
        items
    };
    assert_eq!(names(&update["changed"].take()), names(&changed));
    assert_eq!(
        update,
        json!({
            "v": 1, "delivery_id": null, "instance": "sandbox", "table": "incident", "class_name": "incident",
            "sys_id": id, "number": "INC0010001", "operation": "update", "mod_count": "1",
            "updated_on": "2026-01-05 08:00:00", "actor": "svc-drawbridge@contoso.test", "changed": null })
    );
    assert_eq!(rows(&client).await, "sent 1 202, sent 1 202, sent 1 202");
}

#[tokio::test]
async fn what_fails_is_sent_again_later_and_what_is_refused_is_dead() {
    let (client, receiver) = hooked(json!({})).await;
    receiver.answer(&[503, 429, 202, 401]);
    client.create("incident", json!({})).await;
    deliver(&client).await;
    assert_eq!(rows(&client).await, "ready 1 503");
    client.advance("9s").await;
    deliver(&client).await;
    assert_eq!(receiver.taken("secret").len(), 1);
    client.advance("1s").await;
    deliver(&client).await;
    assert_eq!(rows(&client).await, "ready 2 429");
    client.advance("20s").await;
    deliver(&client).await;
    assert_eq!(rows(&client).await, "sent 3 202");
    client.create("incident", json!({})).await;
    deliver(&client).await;
    assert_eq!(rows(&client).await, "dead 1 401, sent 3 202");
    client.advance("2h").await;
    deliver(&client).await;
    assert_eq!(receiver.taken("secret").len(), 3);
}

#[tokio::test]
async fn deliveries_are_doubled_forged_and_turned_round_on_demand() {
    let (client, receiver) = hooked(json!({ "mischief": { "duplicates": 1 } })).await;
    client.create("incident", json!({})).await;
    deliver(&client).await;
    let twice = receiver.taken("secret");
    assert_eq!((twice.len(), &twice[0].0["delivery_id"]), (2, &twice[1].0["delivery_id"]));
    assert_eq!(rows(&client).await, "sent 1 202");

    let (client, receiver) = hooked(json!({ "mischief": { "wrong_signatures": 1, "reversed": true } })).await;
    receiver.answer(&[503]);
    client.create("incident", json!({})).await;
    client.advance("1s").await;
    deliver(&client).await;
    client.create("incident", json!({})).await;
    client.advance("10s").await;
    client.create("incident", json!({})).await;
    deliver(&client).await;
    let taken = receiver.taken("secret");
    let right: Vec<bool> = taken.iter().map(|(_, right)| *right).collect();
    assert!(!right[0]);
    assert!(right[1..].iter().all(|right| *right));
}

#[tokio::test]
async fn only_rows_that_meet_the_condition_and_are_not_our_own_are_news() {
    let own = json!({ "integration_user": "svc-drawbridge@contoso.test", "tables": [{ "table": "task", "when": "priority=1", "operations": ["update"] }] });
    let (client, receiver) = hooked(own).await;
    let admin = client.administrator();
    let id = admin.create("incident", json!({ "impact": "1", "urgency": "1" })).await;
    let path = format!("/api/now/table/incident/{id}");
    client.patch(&path, json!({ "description": "ours" })).await;
    admin.patch(&path, json!({ "description": "theirs" })).await;
    admin.patch(&path, json!({ "impact": "3" })).await;
    admin.patch(&path, json!({ "description": "less urgent" })).await;
    deliver(&client).await;
    let taken = receiver.taken("secret");
    let fields: Vec<&Value> = taken.iter().map(|(body, _)| &body["changed"][0]["field"]).collect();
    assert_eq!(fields, [&json!("description")]);
}

#[tokio::test]
async fn nothing_leaves_this_machine_and_a_receiver_that_is_away_is_asked_again() {
    let client = Client::start().await;
    for (webhook, error) in [
        (
            json!({ "url": "https://example.com/hook", "key": "k" }),
            "`https://example.com/hook` is not on this machine; the sandbox sends to loopback addresses only",
        ),
        (json!({ "url": "hook", "key": "k" }), "`hook` is no http address"),
        (json!({ "url": "http://127.0.0.1:1/", "key": "" }), "the key is empty"),
        (
            json!({ "url": "http://127.0.0.1:1/", "key": "k", "tables": [{ "table": "x" }] }),
            "the instance has no table `x`",
        ),
    ] {
        let answer = client.admin("/servicenow/webhook", webhook).await;
        assert_eq!((answer.status, answer.body), (400, json!({ "error": error })));
    }
    // Nobody listens on the port of a listener that is gone.
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let webhook = json!({ "url": format!("http://{gone}/"), "key": "k" });
    assert_eq!(client.admin("/servicenow/webhook", webhook).await.status, 200);
    client.create("incident", json!({})).await;
    deliver(&client).await;
    assert_eq!(rows(&client).await, "ready 1 0 Connection refused");
    let body = client.admin_log().await;
    assert_eq!((&body["attempts"][0]["status"], &body["waiting"][0]["attempts"]), (&Value::Null, &json!(1)));
}
