//! The paths of the authority and what each of them answers.
//!
//! Source: microsoft-graph.md sections 1.2 to 1.4.

use axum::Json;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::azure_ad::errors::request_id;
use crate::azure_ad::oauth::grant::Version;
use crate::azure_ad::oauth::refusal::{Occasion, Refusal};
use crate::azure_ad::oauth::request::LoginRequest;
use crate::azure_ad::oauth::{discovery, grant, managed_identity};
use crate::azure_ad::state::tenant::Tenant;
use crate::percent::decode;

/// The grant of a person who signs in on another device.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Answers a path of the authority; nothing for a path it does not have.
pub(crate) fn answer(tenant: &mut Tenant, request: &LoginRequest<'_>) -> Option<Response> {
    let path = decode(request.path).to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let base = request.base;
    let answered = match segments.as_slice() {
        [name, "oauth2", "v2.0", "token"] => grant::answer(tenant, request, name, Version::V2),
        [name, "oauth2", "token"] if *name != "identity" => grant::answer(tenant, request, name, Version::V1),
        ["metadata", "identity", "oauth2", "token"] => {
            return Some(plain(managed_identity::machine(tenant, request)));
        }
        ["msi", "token"] => return Some(plain(managed_identity::app_service(tenant, request))),
        // Nobody signs in here; clients read the refusal of what they would have asked for in the end.
        [_, "oauth2", "v2.0", "devicecode"] | [_, "oauth2", "devicecode"] => {
            Err(grant::unsupported(DEVICE_CODE))
        }
        [_, "oauth2", "v2.0", "authorize"] | [_, "oauth2", "authorize"] => {
            Err(grant::unsupported("authorization_code"))
        }
        [name, "v2.0", ".well-known", "openid-configuration"] => {
            read_only(request, || discovery::configuration(tenant, name, base))
        }
        [name, ".well-known", "openid-configuration"] => {
            read_only(request, || discovery::configuration_v1(tenant, name, base))
        }
        [name, "discovery", "v2.0", "keys"] | [name, "discovery", "keys"] => {
            read_only(request, || discovery::keys(tenant, name, base))
        }
        ["common", "discovery", "instance"] => read_only(request, || discovery::instance(tenant, request)),
        _ => return None,
    };
    Some(match answered {
        Ok(body) => plain((StatusCode::OK, body)),
        Err(refusal) => refused(&refusal, request),
    })
}

fn read_only(
    request: &LoginRequest<'_>,
    document: impl FnOnce() -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    match *request.method {
        Method::GET | Method::HEAD => document(),
        _ => {
            let text =
                format!("The endpoint only accepts GET requests. Received a {} request.", request.method);
            Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", 900_561, text))
        }
    }
}

fn refused(refusal: &Refusal, request: &LoginRequest<'_>) -> Response {
    let trace = request_id(request.seq);
    let sent = request.header("client-request-id");
    let occasion = Occasion {
        base: request.base,
        now: request.now,
        correlation: sent.unwrap_or(&trace),
        trace: trace.clone(),
    };
    let mut response = plain((refusal.status, refusal.body(&occasion)));
    if let Some(secs) = refusal.retry_after_secs {
        response.headers_mut().insert(header::RETRY_AFTER, secs.into());
    }
    response
}

fn plain((status, body): (StatusCode, Value)) -> Response {
    const HEADERS: [(HeaderName, &str); 2] =
        [(header::CACHE_CONTROL, "no-store, no-cache"), (header::PRAGMA, "no-cache")];
    (status, HEADERS, Json(body)).into_response()
}
