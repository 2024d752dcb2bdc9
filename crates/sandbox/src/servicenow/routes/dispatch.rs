//! Which resource answers a request.
//!
//! Owns the addresses. Everything but pages and the token endpoint wants a caller first.

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{Method, Response, StatusCode};
use hyper::body::Body as _;
use jiff::Timestamp;
use serde_json::json;

use crate::servicenow::actor::Actor;
use crate::servicenow::errors::{json_answer, refused};
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{
    attachment, catalog, change, cmdb, entry, events, form_login, formats, import, json_pages, knowledge,
    oauth, reconcile, scim, stats, table, tiny,
};

/// A HEAD is the GET without its body, and says how long that would be.
fn without_body(mut response: Response<Body>) -> Response<Body> {
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    response.map(|_| Body::empty())
}

/// Answers one request.
pub(crate) fn answer(instance: &mut Instance, call: &Call, now: Timestamp) -> Response<Body> {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let open = match segments.as_slice() {
        ["oauth_token.do"] => Some(oauth::answer(instance, call, now)),
        // Access tokens are opaque here, so there is no key to check them with.
        ["api", "now", "oauth", "jwks"] => Some(json_answer(StatusCode::OK, &json!({ "keys": [] }))),
        [page] => form_login::answer(instance, call, page, now),
        _ => None,
    };
    let response = open.unwrap_or_else(|| match entry::admit(instance, call, now) {
        Ok(actor) => {
            let mut response = serve(instance, call, &actor, now);
            entry::farewell(instance, call, &mut response);
            response
        }
        Err(response) => response,
    });
    let response = formats::translated(call, response);
    if call.method == Method::HEAD { without_body(response) } else { response }
}

/// Answers one API call of an account that is signed in.
pub(crate) fn serve(instance: &mut Instance, call: &Call, actor: &Actor, now: Timestamp) -> Response<Body> {
    let charge = match entry::charge(instance, call, actor, now) {
        Ok(charge) => charge,
        Err(response) => return response,
    };
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let answer = resource(instance, (call, actor), &segments, now);
    let mut response = answer.unwrap_or_else(|refusal| refused(&refusal));
    entry::dress(&mut response, charge.as_ref());
    formats::translated(call, response)
}

fn resource(
    instance: &mut Instance,
    (call, actor): (&Call, &Actor),
    segments: &[&str],
    now: Timestamp,
) -> Result<Response<Body>, Refusal> {
    let visit = |first_version| Visit { call, actor, now, first_version };
    match segments {
        ["api", "now", "table", rest @ ..] => table::answer(instance, &visit(false), rest),
        ["api", "now", version @ ("v1" | "v2"), "table", rest @ ..] => {
            table::answer(instance, &visit(*version == "v1"), rest)
        }
        ["api", "now", "stats", rest @ ..] | ["api", "now", "v1" | "v2", "stats", rest @ ..] => {
            instance.as_others_see(|seen| stats::answer(seen, &visit(false), rest))
        }
        ["api", "now", "attachment", rest @ ..] | ["api", "now", "v1" | "v2", "attachment", rest @ ..] => {
            attachment::answer(instance, &visit(false), rest)
        }
        // The address of a file that pages and mails show; nothing else of that page is pretended.
        ["sys_attachment.do"] if call.parameter("sys_id").is_some() => attachment::answer(
            instance,
            &visit(false),
            &[call.parameter("sys_id").unwrap_or_default(), "file"],
        ),
        ["api", "now", "import", rest @ ..] | ["api", "now", "v1" | "v2", "import", rest @ ..] => {
            import::answer(instance, &visit(false), rest)
        }
        ["api", "now", "scim", rest @ ..] | ["api", "now", "v1" | "v2", "scim", rest @ ..] => {
            Ok(scim::answer(instance, &visit(false), rest))
        }
        ["api", "now", "cmdb", rest @ ..] | ["api", "now", "v1" | "v2", "cmdb", rest @ ..] => {
            cmdb::answer(instance, &visit(false), rest)
        }
        ["api", "now", "identifyreconcile", rest @ ..]
        | ["api", "now", "v1" | "v2", "identifyreconcile", rest @ ..] => {
            reconcile::answer(instance, &visit(false), rest)
        }
        ["api", "global", "em", "jsonv2"] => events::answer(instance, &visit(false)),
        ["api", "now", "tinyurl"] | ["api", "now", "v1", "tinyurl"] => tiny::answer(instance, &visit(false)),
        ["api", "sn_sc", "servicecatalog", rest @ ..]
        | ["api", "sn_sc", "v1" | "v2", "servicecatalog", rest @ ..] => {
            catalog::answer(instance, &visit(false), rest)
        }
        ["api", "sn_km_api", "knowledge", rest @ ..]
        | ["api", "sn_km_api", "v1" | "v2", "knowledge", rest @ ..] => {
            knowledge::answer(instance, &visit(false), rest)
        }
        ["api", "sn_chg_rest", "change", rest @ ..]
        | ["api", "sn_chg_rest", "v1" | "v2", "change", rest @ ..] => {
            change::answer(instance, &visit(false), rest)
        }
        _ => match call.json_table() {
            Some(table) => json_pages::answer(instance, &visit(false), table),
            None => Err(Refusal::NoResource(call.path.clone())),
        },
    }
}
