//! The Batch API: `POST /api/now/[v1/]batch`, several requests in one.
//!
//! Owns the envelope. Each request is answered like one of its own, in order and without a
//! transaction around them. Source: reference section 9.1.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::servicenow::errors::{json_answer, refused};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::{Call, Target};
use crate::servicenow::routes::{auth, dispatch};
use crate::world::World;

/// Largest answer to one of the requests, in bytes: the platform's default.
const ANSWER_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Most requests served in one batch; the rest come back unserviced, as when time runs out.
const SERVED_MAX: usize = 1_000;

#[derive(Debug, Deserialize)]
struct Batch {
    /// Text or number; comes back as text.
    #[serde(default)]
    batch_request_id: Value,
    rest_requests: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    method: Option<String>,
    /// Relative, with its query.
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    /// Base64.
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    exclude_response_headers: bool,
}

#[derive(Debug, Deserialize)]
struct Header {
    name: String,
    value: String,
}

/// Whether the request is for this resource.
pub(crate) fn concerns(call: &Call) -> bool {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    matches!(segments.as_slice(), ["api", "now", "batch"] | ["api", "now", "v1", "batch"])
}

pub(crate) async fn answer(world: &World, call: &Call, now: Timestamp) -> Response<Body> {
    if let Err(refusal) = auth::caller(&world.instance(), call, now) {
        return refused(&refusal);
    }
    if call.method != Method::POST {
        return refused(&Refusal::Method);
    }
    let batch: Batch = match serde_json::from_slice(&call.body) {
        Ok(batch) => batch,
        Err(error) => return refused(&Refusal::Unreadable(error.to_string())),
    };
    let mut serviced = Vec::new();
    for item in batch.rest_requests.iter().take(SERVED_MAX) {
        let response = dispatch::answer(&mut world.instance(), &inner(call, item), now);
        serviced.push(envelope(item, response).await);
    }
    let unserviced: Vec<Value> =
        batch.rest_requests.iter().skip(SERVED_MAX).map(|item| text(&item.id)).collect();
    let body = json!({
        "batch_request_id": text(&batch.batch_request_id),
        "serviced_requests": serviced,
        "unserviced_requests": unserviced,
    });
    json_answer(StatusCode::OK, &body)
}

/// Ids come back as text, whatever they were sent as.
fn text(id: &Value) -> Value {
    match id {
        Value::String(_) => id.clone(),
        Value::Null => json!(""),
        other => json!(other.to_string()),
    }
}

/// The request inside, with the credentials and the host of the one around it.
fn inner(outer: &Call, item: &Item) -> Call {
    let mut headers = HeaderMap::new();
    for header in &item.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&header.value)) {
            headers.insert(name, value);
        }
    }
    for name in ["authorization", "host"] {
        if let Some(value) = outer.headers.get(name) {
            headers.insert(name, value.clone());
        }
    }
    let method = item.method.as_deref().unwrap_or("GET").to_ascii_uppercase();
    let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
    let (path, query) = item.url.split_once('?').unwrap_or((&item.url, ""));
    let body = item.body.as_deref().and_then(|body| STANDARD.decode(body).ok()).unwrap_or_default();
    let call = Call::new(Target { method: &method, path, query }, headers, Bytes::from(body));
    Call { origin: outer.origin.clone(), ..call }
}

async fn envelope(item: &Item, response: Response<Body>) -> Value {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, ANSWER_BYTES_MAX).await.unwrap_or_default();
    let headers = parts.headers.iter().filter(|_| !item.exclude_response_headers);
    let headers: Vec<Value> = headers
        .map(|(name, value)| json!({ "name": name.as_str(), "value": String::from_utf8_lossy(value.as_bytes()) }))
        .collect();
    json!({
        "id": text(&item.id),
        "status_code": parts.status.as_u16(),
        "status_text": parts.status.canonical_reason().unwrap_or_default(),
        "execution_time": 1,
        "headers": headers,
        "body": STANDARD.encode(bytes),
    })
}
