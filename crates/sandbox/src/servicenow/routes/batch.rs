//! The Batch API: `POST /api/now/[v1/]batch`, several requests in one.
//!
//! Owns the envelope. Each request is answered like one of its own, in order and without a
//! transaction around them, until the time of the batch is used up. Source: reference sections 6.3,
//! 6.4 and 9.1; how a request that cannot be read is told is not said there.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::Platform;
use crate::faults::within::{Fate, Whole};
use crate::servicenow::actor::Actor;
use crate::servicenow::errors::{self, json_answer, refused};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::{Call, Target};
use crate::servicenow::routes::{dispatch, entry};
use crate::world::World;

/// Largest request in a batch, in bytes of its text: the platform's default.
const REQUEST_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Largest answer to one of the requests, in bytes: the platform's default.
const ANSWER_BYTES_MAX: usize = 10 * 1024 * 1024;
/// How long one batch may take, in milliseconds.
const QUOTA_MS: u64 = 30_000;
/// Most requests served in one batch, however little time they take.
const SERVED_MAX: usize = 1_000;

#[derive(Debug, Deserialize)]
struct Batch {
    /// Text or number; comes back as text.
    #[serde(default)]
    batch_request_id: Value,
    rest_requests: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Item {
    method: String,
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

pub(crate) fn concerns(call: &Call) -> bool {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    matches!(segments.as_slice(), ["api", "now", "batch"] | ["api", "now", "v1" | "v2", "batch"])
}

pub(crate) async fn answer(world: &World, call: &Call, now: Timestamp) -> Response<Body> {
    let admitted = {
        let mut instance = world.instance();
        entry::admit(&mut instance, call, now)
            .and_then(|actor| Ok((entry::charge(&mut instance, call, &actor, now)?, actor)))
    };
    let (charge, actor) = match admitted {
        Ok(admitted) => admitted,
        Err(response) => return response,
    };
    let mut response = match read(call) {
        Ok(batch) => serve(world, (call, &actor), &batch, now).await,
        Err(refusal) => refused(&refusal),
    };
    entry::dress(&mut response, charge.as_ref());
    entry::farewell(&mut world.instance(), call, &mut response);
    response
}

/// The answer to a request within. Fault rules that can concern a single one strike it; what they make of the
/// batch is noted in `whole`.
fn one(world: &World, (call, actor): (&Call, &Actor), whole: &mut Whole, now: Timestamp) -> Response<Body> {
    let fault = world.faults.strike_within(Platform::ServiceNow, call.method.as_str(), &call.path);
    let times = match whole.befall(fault.as_ref()) {
        Fate::CarriedOut(times) => times,
        Fate::Invented(status, wait) => return errors::fault(status, wait),
    };
    let response = dispatch::serve(&mut world.instance(), call, actor, now);
    for _ in 1..times {
        dispatch::serve(&mut world.instance(), call, actor, now);
    }
    response
}

fn read(call: &Call) -> Result<Batch, Refusal> {
    if call.method != Method::POST {
        return Err(Refusal::Method);
    }
    serde_json::from_slice(&call.body).map_err(|error| Refusal::Unreadable(error.to_string()))
}

async fn serve(
    world: &World,
    (outer, actor): (&Call, &Actor),
    batch: &Batch,
    now: Timestamp,
) -> Response<Body> {
    let each = u64::from(world.instance().brakes.transaction_ms);
    // The one that begins in time is finished.
    let in_time = usize::try_from(QUOTA_MS.div_ceil(each.max(1))).unwrap_or(SERVED_MAX);
    let (served, left) = batch.rest_requests.split_at(batch.rest_requests.len().min(in_time).min(SERVED_MAX));
    let mut serviced = Vec::with_capacity(served.len());
    let mut whole = Whole::default();
    for written in served {
        let answer = match inner(outer, written) {
            Ok((call, item)) => {
                let response = one(world, (&call, actor), &mut whole, now);
                envelope(&call, response, item.exclude_response_headers).await
            }
            Err(reason) => unreadable(&reason).await,
        };
        serviced.push(labelled(written, answer, each));
    }
    let unserviced: Vec<Value> = left.iter().map(|written| text(&written["id"])).collect();
    let body = json!({
        "batch_request_id": text(&batch.batch_request_id),
        "serviced_requests": serviced,
        "unserviced_requests": unserviced,
    });
    let mut response = json_answer(StatusCode::OK, &body);
    response.extensions_mut().insert(whole);
    response
}

/// Ids come back as text, whatever they were sent as.
fn text(id: &Value) -> Value {
    match id {
        Value::String(_) => id.clone(),
        Value::Null => json!(""),
        other => json!(other.to_string()),
    }
}

/// The request inside, with the host of the one around it; that one's credentials stand for both.
fn inner(outer: &Call, written: &Value) -> Result<(Call, Item), String> {
    let item = Item::deserialize(written).map_err(|error| error.to_string())?;
    let size = item.url.len() + item.body.as_deref().map_or(0, str::len);
    if size > REQUEST_BYTES_MAX {
        return Err(format!("The request is larger than {REQUEST_BYTES_MAX} bytes"));
    }
    if item.url.contains("://") {
        return Err("The url must be relative".to_owned());
    }
    let mut headers = HeaderMap::new();
    for header in &item.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&header.value)) {
            headers.insert(name, value);
        }
    }
    if let Some(host) = outer.headers.get("host") {
        headers.insert("host", host.clone());
    }
    let method = Method::from_bytes(item.method.to_ascii_uppercase().as_bytes());
    let method = method.map_err(|_| "The method is unknown".to_owned())?;
    let body = item.body.as_deref().unwrap_or_default();
    let body = STANDARD.decode(body).map_err(|_| "The body is not in base64".to_owned())?;
    let (path, query) = item.url.split_once('?').unwrap_or((&item.url, ""));
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let mut call = Call::new(Target { method: &method, path: &path, query }, headers, Bytes::from(body));
    call.origin.clone_from(&outer.origin);
    if concerns(&call) {
        return Err("A batch request cannot hold another one".to_owned());
    }
    Ok((call, item))
}

async fn envelope(call: &Call, response: Response<Body>, bare: bool) -> Value {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ANSWER_BYTES_MAX).await else {
        return failed(StatusCode::INTERNAL_SERVER_ERROR, "The response is larger than the instance allows");
    };
    let headers = parts.headers.iter().filter(|_| !bare);
    let headers: Vec<Value> = headers
        .map(|(name, value)| json!({ "name": name.as_str(), "value": String::from_utf8_lossy(value.as_bytes()) }))
        .collect();
    let bytes = if call.method == Method::HEAD { Bytes::new() } else { bytes };
    json!({
        "status_code": parts.status.as_u16(),
        "status_text": parts.status.canonical_reason().unwrap_or_default(),
        "headers": headers,
        "body": STANDARD.encode(bytes),
    })
}

/// The answer to a request that cannot be carried out as it is written.
async fn unreadable(reason: &str) -> Value {
    let response = refused(&Refusal::Unreadable(reason.to_owned()));
    let bytes = to_bytes(response.into_body(), ANSWER_BYTES_MAX).await.unwrap_or_default();
    let mut answer = failed(StatusCode::BAD_REQUEST, reason);
    answer["body"] = json!(STANDARD.encode(bytes));
    answer
}

fn failed(status: StatusCode, reason: &str) -> Value {
    json!({
        "status_code": status.as_u16(),
        "status_text": status.canonical_reason().unwrap_or_default(),
        "error_message": reason,
        "headers": [],
        "body": "",
    })
}

/// The answer with the id of its request and the time it took.
fn labelled(written: &Value, mut answer: Value, took_ms: u64) -> Value {
    answer["id"] = text(&written["id"]);
    answer["execution_time"] = json!(took_ms);
    answer
}
