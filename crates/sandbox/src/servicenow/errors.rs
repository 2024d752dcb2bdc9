//! Refusals and faults as HTTP answers.
//!
//! Owns the error body of the platform. Source: reference section 5.1.

use axum::Json;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::response::{Html, IntoResponse};
use serde_json::{Value, json};

use crate::servicenow::refusal::Refusal;

/// How the platform spells the type of its JSON.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// Where a session without its token finds it.
const USER_TOKEN: HeaderName = HeaderName::from_static("x-usertoken-response");
/// What tells a wrong second factor from a wrong password. Source: reference section 2.2.
const SECOND_FACTOR: HeaderName = HeaderName::from_static("x-mfa_token");

/// Largest body of anything but a file, in bytes: the platform's default. Source: reference section 6.4.
pub(crate) const BODY_BYTES_MAX: usize = 10_485_760;

/// What a proxy in front of the platform says.
const AWAY: &str = "<html><head><title>Service unavailable</title></head>\
    <body><h1>The instance is not available</h1></body></html>";

/// What the server in front of the platform says of a head it does not read.
const HEAD_TOO_LARGE: &str = "<html><head><title>431 Request Header Fields Too Large</title></head>\
    <body><h1>431 Request Header Fields Too Large</h1></body></html>";

/// A JSON answer.
pub(crate) fn json_answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// The answer to a request that is refused.
pub(crate) fn refused(refusal: &Refusal) -> Response<Body> {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = body(status, &refusal.message(), refusal.detail().as_deref());
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("BASIC realm=\"Service-now\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    match refusal {
        Refusal::NoUserToken(token) => {
            if let Ok(token) = HeaderValue::try_from(token) {
                response.headers_mut().insert(USER_TOKEN, token);
            }
        }
        Refusal::SecondFactor => {
            response.headers_mut().insert(SECOND_FACTOR, HeaderValue::from_static("invalid"));
        }
        _ => {}
    }
    response
}

/// The answer to a body of so many bytes.
pub(crate) fn too_large(bytes: usize) -> Response<Body> {
    refused(&Refusal::Unreadable(format!(
        "Rejected large REST payload with content-length = {bytes} bytes. Max allowed: {BODY_BYTES_MAX} bytes."
    )))
}

/// The answer a fault rule asks for. 502 to 504 come from a proxy and are pages.
pub(crate) fn fault(status: StatusCode, retry_after_secs: Option<u32>) -> Response<Body> {
    let mut response = match status.as_u16() {
        202 => status.into_response(),
        400 => body(status, "Exception while reading request", None),
        408 => body(status, "Exception while reading request", Some("The request took too long to arrive")),
        413 => body(status, "Exception while reading request", Some("Rejected large REST payload")),
        431 => (status, Html(HEAD_TOO_LARGE)).into_response(),
        401 => return refused(&Refusal::NotAuthenticated),
        403 => {
            body(status, "Operation Failed", Some("ACL Exception Update Failed due to security constraints"))
        }
        404 => return refused(&Refusal::NoRecord),
        429 => body(
            status,
            "Rate limit exceeded",
            Some("Rate limit of 100 requests per hour for Table API exceeded"),
        ),
        502..=504 => (status, Html(AWAY)).into_response(),
        _ => body(status, "java.lang.NullPointerException", None),
    };
    if let Some(seconds) = retry_after_secs {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn body(status: StatusCode, message: &str, detail: Option<&str>) -> Response<Body> {
    json_answer(status, &json!({ "error": { "message": message, "detail": detail }, "status": "failure" }))
}
