//! Which resource answers a request.
//!
//! Owns the addresses. Everything but the token endpoint wants a caller first.

use axum::body::Body;
use axum::http::{Method, Response};
use axum::response::{Html, IntoResponse};
use jiff::Timestamp;

use crate::servicenow::errors::refused;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{attachment, auth, catalog, change, oauth, stats, table};

const FRONT_PAGE: &str = "<html><head><title>ServiceNow-compatible sandbox</title></head><body>\
    <h1>ServiceNow-compatible sandbox</h1><p>Table API, service catalog and OAuth over invented records. \
    It has no scripting, no pages and no flow designer.</p></body></html>";

/// Answers one request.
pub(crate) fn answer(instance: &mut Instance, call: &Call, now: Timestamp) -> Response<Body> {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let response = match segments.as_slice() {
        [] => Html(FRONT_PAGE).into_response(),
        ["oauth_token.do"] => oauth::answer(instance, call, now),
        _ => resource(instance, call, &segments, now).unwrap_or_else(|refusal| refused(&refusal)),
    };
    // A HEAD is the GET without its body.
    if call.method == Method::HEAD { response.map(|_| Body::empty()) } else { response }
}

fn resource(
    instance: &mut Instance,
    call: &Call,
    segments: &[&str],
    now: Timestamp,
) -> Result<Response<Body>, Refusal> {
    let actor = auth::caller(instance, call, now)?;
    let visit = |first_version| Visit { call, actor: &actor, now, first_version };
    match segments {
        ["api", "now", "table", rest @ ..] => table::answer(instance, &visit(false), rest),
        ["api", "now", version @ ("v1" | "v2"), "table", rest @ ..] => {
            table::answer(instance, &visit(*version == "v1"), rest)
        }
        ["api", "now", "stats", rest @ ..] | ["api", "now", "v1" | "v2", "stats", rest @ ..] => {
            stats::answer(instance, &visit(false), rest)
        }
        ["api", "now", "attachment", rest @ ..] | ["api", "now", "v1" | "v2", "attachment", rest @ ..] => {
            attachment::answer(instance, &visit(false), rest)
        }
        ["api", "sn_sc", "servicecatalog", rest @ ..]
        | ["api", "sn_sc", "v1" | "v2", "servicecatalog", rest @ ..] => {
            catalog::answer(instance, &visit(false), rest)
        }
        ["api", "sn_chg_rest", "change", rest @ ..]
        | ["api", "sn_chg_rest", "v1" | "v2", "change", rest @ ..] => {
            change::answer(instance, &visit(false), rest)
        }
        _ => Err(Refusal::NoResource(call.path.clone())),
    }
}
