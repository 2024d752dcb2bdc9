//! The way in: semaphores, credentials, rate rules and closed tables, before a resource is asked.
//!
//! Owns the order of these and the headers they leave on the answer. Answers no resource.
//! Source: reference sections 5.1, 6.1 and 6.2.

use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use jiff::Timestamp;

use crate::servicenow::actor::Actor;
use crate::servicenow::brakes::Held;
use crate::servicenow::errors::refused;
use crate::servicenow::instance::Instance;
use crate::servicenow::rates::{Asked, Charge};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::auth::{self, cookie};
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::form_login::give_cookies;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
const RULE: HeaderName = HeaderName::from_static("x-ratelimit-rule");
const LOGGED_IN: HeaderName = HeaderName::from_static("x-is-logged-in");

/// Lets an API call in and gives the account it acts as, or the answer that keeps it out.
pub(crate) fn admit(instance: &mut Instance, call: &Call, now: Timestamp) -> Result<Actor, Response<Body>> {
    match instance.brakes.hold() {
        Some(Held::Crowded) => return Err(StatusCode::TOO_MANY_REQUESTS.into_response()),
        Some(Held::NotProcessed) => return Err(StatusCode::ACCEPTED.into_response()),
        None => {}
    }
    auth::caller(instance, call, now).map_err(|refusal| {
        let mut response = refused(&refusal);
        response.headers_mut().insert(LOGGED_IN, HeaderValue::from_static("false"));
        response
    })
}

/// What an answer to a signed-in call carries: a client without a session is given a cookie for one.
pub(crate) fn farewell(instance: &mut Instance, call: &Call, response: &mut Response<Body>) {
    response.headers_mut().insert(LOGGED_IN, HeaderValue::from_static("true"));
    if cookie(call).is_none() {
        let id = instance.browsers.fresh();
        give_cookies(response, &id);
    }
}

/// Charges one request under the rule that concerns it, or gives the answer that keeps it out.
pub(crate) fn charge(
    instance: &mut Instance,
    call: &Call,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<Charge>, Response<Body>> {
    let (api, table, path) = resource(call);
    let asked = Asked { api, path: &path, method: call.method.as_str() };
    let charge = instance.rates.charge(instance.desk.base(), actor, asked, now);
    let refusal = match &charge {
        Some(charge) if charge.exceeded => Refusal::RateLimit { limit: charge.limit, api },
        _ if table.is_some_and(|table| actor.shut_out(table)) => Refusal::ApiAcl,
        _ => return Ok(charge),
    };
    let mut response = refused(&refusal);
    if let Some(charge) = charge.as_ref().filter(|charge| charge.exceeded) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(charge.wait));
    }
    dress(&mut response, charge.as_ref());
    Err(response)
}

/// The headers of a rule that matched; none where there is no rule.
pub(crate) fn dress(response: &mut Response<Body>, charge: Option<&Charge>) {
    let Some(charge) = charge else { return };
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(charge.limit));
    headers.insert(RESET, HeaderValue::from(charge.reset));
    if let Ok(rule) = HeaderValue::try_from(&charge.rule) {
        headers.insert(RULE, rule);
    }
}

/// Which API an address belongs to, the table it names, and its path without `/api` and version.
fn resource(call: &Call) -> (&'static str, Option<&str>, String) {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let (space, rest) = match segments.as_slice() {
        ["api", space, "v1" | "v2", rest @ ..] | ["api", space, rest @ ..] => (*space, rest),
        _ => ("", segments.as_slice()),
    };
    let (api, table) = match (space, rest) {
        ("now", ["table", table, ..]) => ("Table API", Some(*table)),
        ("now", ["stats", table, ..]) => ("Aggregate API", Some(*table)),
        ("now", ["import", table, ..]) => ("Import Set API", Some(*table)),
        ("now", ["attachment", ..]) => ("Attachment API", None),
        ("now", ["batch", ..]) => ("Batch API", None),
        ("now", ["cmdb", "instance", class, ..]) => ("CMDB Instance API", Some(*class)),
        ("now", ["cmdb", "meta", class, ..]) => ("CMDB Meta API", Some(*class)),
        ("now", ["identifyreconcile", ..]) => ("Identification and Reconciliation API", None),
        ("global", ["em", ..]) => ("Event Management API", Some("em_event")),
        ("sn_sc", _) => ("Service Catalog API", None),
        ("sn_km_api", _) => ("Knowledge Management API", Some("kb_knowledge")),
        ("sn_chg_rest", _) => ("Change Management API", None),
        _ if call.json_table().is_some() => ("JSONv2", call.json_table()),
        _ => ("REST API", None),
    };
    (api, table, format!("/{space}/{}", rest.join("/")))
}
