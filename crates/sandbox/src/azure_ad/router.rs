//! The door of the Azure AD server: login authority and Graph behind one handler.
//!
//! Owns the headers every answer carries. Paths are matched by hand, because the service takes
//! them in any case and in several spellings.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure_ad::annotations::{Level, Origin};
use crate::azure_ad::batch;
use crate::azure_ad::errors::{inner_date, request_id};
use crate::azure_ad::graph::{self, Answered, GraphRequest};
use crate::azure_ad::kernel::request::{Outcome, Reply};
use crate::azure_ad::oauth::endpoint;
use crate::azure_ad::oauth::request::LoginRequest;
use crate::azure_ad::postman;
use crate::calls::CallSeq;
use crate::clock;
use crate::faults::within::Whole;
use crate::origin::origin;
use crate::world::World;

/// The tenant's routes.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new().fallback(answer).with_state(world)
}

async fn answer(State(world): State<Arc<World>>, request: Request) -> Response {
    let (Parts { method, uri, headers, extensions, .. }, body) = request.into_parts();
    // The front has read the body already; reading it again cannot fail.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let seq = extensions.get::<CallSeq>().map_or(0, |seq| seq.0);
    let now = world.clock.now();
    let base = origin(&extensions, &uri, &headers);
    let mut response = match version(uri.path()) {
        Some((version, path)) => {
            let request = GraphRequest {
                method: &method,
                uri: &uri,
                version,
                path,
                headers: &headers,
                body: &body,
                base: &base,
                now,
            };
            of_graph(&world, &request, seq).await
        }
        None => {
            let request = LoginRequest {
                method: &method,
                path: uri.path(),
                query: uri.query(),
                headers: &headers,
                body: &body,
                base: &base,
                now,
                client_now: clock::real_timestamp(),
                seq,
            };
            let answered = endpoint::answer(&mut world.tenant(), &request);
            answered.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
        }
    };
    stamp(response.headers_mut(), &headers, now, seq);
    response
}

async fn of_graph(world: &World, request: &GraphRequest<'_>, seq: u64) -> Response {
    let inner = inner_error(request.headers, request.now, seq);
    let mut whole = Whole::default();
    let answered = match batch::concerns(request.path) {
        true => {
            let faults = (&world.faults, &mut whole);
            let outcome = batch::answer(&mut world.tenant(), request, &inner, faults);
            Answered { outcome, cost: 1, throttle_share: None }
        }
        false => graph::answer(&mut world.tenant(), request),
    };
    let mut outcome = postman::prove(world, answered.outcome, seq).await;
    let level = Level::asked(request.headers);
    if level != Level::Minimal
        && let Ok(Reply::Json(_, body) | Reply::JsonWith(_, body, _)) = &mut outcome
    {
        let root = format!("{}/{}", request.base, request.version);
        level.shape(body, &Origin { root, base: request.base, tenant: &world.tenant().id });
    }
    let mut response = dressed(outcome, inner, level);
    response.extensions_mut().insert(whole);
    response.headers_mut().insert("x-ms-resource-unit", answered.cost.into());
    let share = answered.throttle_share.map(|share| format!("{share:.1}"));
    if let Some(share) = share.and_then(|share| HeaderValue::try_from(share).ok()) {
        response.headers_mut().insert("x-ms-throttle-limit-percentage", share);
    }
    response
}

/// The Graph version a path begins with, in lower case, and the path behind it.
fn version(path: &str) -> Option<(&'static str, &str)> {
    let path = path.strip_prefix('/')?;
    let end = path.find('/').unwrap_or(path.len());
    let version = ["v1.0", "beta"].into_iter().find(|known| path[..end].eq_ignore_ascii_case(known))?;
    Some((version, &path[end..]))
}

fn inner_error(headers: &HeaderMap, now: Timestamp, seq: u64) -> Value {
    let id = request_id(seq);
    let client_id = headers.get("client-request-id").and_then(|id| id.to_str().ok()).unwrap_or(&id);
    json!({ "date": inner_date(now), "request-id": id, "client-request-id": client_id })
}

fn dressed(outcome: Outcome, inner: Value, level: Level) -> Response {
    let mut response = match outcome {
        Ok(Reply::Json(status, body)) => (status, Json(body)).into_response(),
        Ok(Reply::JsonWith(status, body, headers)) => {
            with_headers((status, Json(body)).into_response(), headers)
        }
        Ok(Reply::Text(text)) => return ([(header::CONTENT_TYPE, "text/plain")], text).into_response(),
        Ok(Reply::NoContent) => return StatusCode::NO_CONTENT.into_response(),
        Ok(Reply::Accepted(headers)) => return with_headers(StatusCode::ACCEPTED.into_response(), headers),
        Err(error) => {
            let response = (error.status, Json(error.body(inner))).into_response();
            with_headers(response, error.headers)
        }
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(level.content_type()));
    response.headers_mut().insert("odata-version", HeaderValue::from_static("4.0"));
    response
}

fn with_headers(mut response: Response, headers: Vec<(&'static str, String)>) -> Response {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Adds what every answer carries; time is the virtual one.
fn stamp(answer: &mut HeaderMap, sent: &HeaderMap, now: Timestamp, seq: u64) {
    let mut put = |name: &'static str, value: Option<HeaderValue>| {
        if let Some(value) = value {
            answer.entry(HeaderName::from_static(name)).or_insert(value);
        }
    };
    let id = HeaderValue::try_from(request_id(seq)).ok();
    put("request-id", id.clone());
    put("client-request-id", sent.get("client-request-id").cloned().or(id));
    let date = clock::http_date(now);
    put("date", date.and_then(|date| HeaderValue::try_from(date).ok()));
    put("cache-control", Some(HeaderValue::from_static("no-cache")));
    let diagnostic = r#"{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"0","ScaleUnit":"000"}}"#;
    put("x-ms-ags-diagnostic", Some(HeaderValue::from_static(diagnostic)));
}
