//! The router of the pretend instance.
//!
//! Owns what every answer carries. Which resource answers is decided in `routes::dispatch`.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{DATE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::response::{Html, IntoResponse};
use jiff::Timestamp;

use crate::calls::CallSeq;
use crate::clock;
use crate::ids;
use crate::servicenow::acting;
use crate::servicenow::errors::{self, BODY_BYTES_MAX};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::{batch, dispatch, quota};
use crate::world::World;

/// Longest address answered, in bytes. Source: reference section 6.4.
const URI_BYTES_MAX: usize = 8_192;
const TRANSACTION: HeaderName = HeaderName::from_static("x-transaction-id");
const TOO_LONG: &str = "<html><head><title>414 Request-URI Too Large</title></head>\
    <body><h1>414 Request-URI Too Large</h1></body></html>";

/// A developer instance asleep. Source: reference section 5.1.
const ASLEEP: &str = "<html><head><title>Instance Hibernating page</title></head>\
    <body><h1>Your instance is hibernating</h1><p>Sign in to the developer site to wake it up.</p></body></html>";

/// All routes of the instance.
pub(crate) fn router(world: Arc<World>) -> Router {
    // The platform answers every unknown address itself and has its own idea of methods, so
    // addresses are matched by hand in one place.
    Router::new().fallback(answer).with_state(world)
}

async fn answer(State(world): State<Arc<World>>, request: Request) -> Response<Body> {
    let now = world.clock.now();
    let seq = request.extensions().get::<CallSeq>().map_or(0, |seq| seq.0);
    let mut response = carry_out(&world, request, now).await;
    let headers = response.headers_mut();
    if let Ok(date) = HeaderValue::try_from(clock::http_date(now).unwrap_or_default()) {
        headers.insert(DATE, date);
    }
    if let Ok(id) = HeaderValue::try_from(ids::hex32("transaction", &seq.to_string())) {
        headers.insert(TRANSACTION, id);
    }
    response
}

async fn carry_out(world: &World, request: Request, now: Timestamp) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let brakes = world.instance().brakes.clone();
    if brakes.hibernate {
        return Html(ASLEEP).into_response();
    }
    if !brakes.long_urls && parts.uri.path_and_query().is_some_and(|one| one.as_str().len() > URI_BYTES_MAX) {
        return (StatusCode::URI_TOO_LONG, Html(TOO_LONG)).into_response();
    }
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return errors::refused(&Refusal::Unreadable("the body ended early".to_owned()));
    };
    let mut call = Call::read(&parts, body);
    if call.body.len() > BODY_BYTES_MAX && !call.segments.iter().any(|part| part == "attachment") {
        return errors::too_large(call.body.len());
    }
    acting::catch_up(&mut world.instance(), now);
    call.expand(|key| world.instance().tiny_urls.query(key).map(str::to_owned));
    if batch::concerns(&call) {
        return batch::answer(world, &call, now).await;
    }
    let response = dispatch::answer(&mut world.instance(), &call, now);
    quota::cut(&call, response, brakes.transaction_ms).await
}
