//! Error bodies of Microsoft Graph.
//!
//! Owns status, code and wording of every refusal of the Graph side. The login authority has
//! its own shape in `oauth`.
//!
//! Source: microsoft-graph.md section 2.

use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::ids;

/// A refusal, before it is dressed with date and request id.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GraphError {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) message: String,
    /// Entries of `details`: code, target, message.
    pub(crate) details: Vec<(String, String, String)>,
    /// Further headers, such as `Location` or `WWW-Authenticate`.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl GraphError {
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        Self { status, code, message, details: Vec::new(), headers: Vec::new() }
    }

    /// 400 `Request_BadRequest`: a value the directory does not take.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    }

    /// 400 `BadRequest`: refused before the directory saw it.
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// 400 `Request_UnsupportedQuery`.
    pub(crate) fn unsupported_query(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    /// 404 for an id, name or relation that leads nowhere.
    pub(crate) fn not_found(what: &str) -> Self {
        let message = format!(
            "Resource '{what}' does not exist or one of its queried reference-property objects are not present."
        );
        Self::new(StatusCode::NOT_FOUND, "Request_ResourceNotFound", message)
    }

    /// 403 for a token whose roles do not suffice.
    pub(crate) fn denied() -> Self {
        let message = "Insufficient privileges to complete the operation.";
        Self::new(StatusCode::FORBIDDEN, "Authorization_RequestDenied", message)
    }

    /// 401 with the challenge header.
    pub(crate) fn unauthenticated(message: &str, authority: &str) -> Self {
        let challenge = format!(
            "Bearer realm=\"\", authorization_uri=\"{authority}/common/oauth2/authorize\", \
             client_id=\"00000003-0000-0000-c000-000000000000\""
        );
        Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
            .with_header("WWW-Authenticate", challenge)
    }

    /// 429 in the words of the service.
    pub(crate) fn throttled() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", "Please retry again later.")
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn with_detail(mut self, code: &str, target: &str, message: &str) -> Self {
        self.details.push((code.to_owned(), target.to_owned(), message.to_owned()));
        self
    }

    /// The body; `inner` says when and under which ids it happened.
    pub(crate) fn body(&self, mut inner: Value) -> Value {
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            inner["code"] = json!("429");
            inner["message"] = json!("Please retry after");
            inner["status"] = json!("429");
        }
        let mut error = json!({ "code": self.code, "message": self.message, "innerError": inner });
        if !self.details.is_empty() {
            let detail = |(code, target, message): &(String, String, String)| json!({ "code": code, "target": target, "message": message });
            error["details"] = self.details.iter().map(detail).collect();
        }
        json!({ "error": error })
    }
}

/// GUID of a request, the same for the same place in the call log.
pub(crate) fn request_id(seq: u64) -> String {
    ids::guid("request", &seq.to_string())
}

/// Virtual time as `innerError.date` has it: UTC without a zone, whole seconds.
pub(crate) fn inner_date(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// The answer of a fault rule, in the shape the service uses for that status.
pub(crate) fn fault(
    status: StatusCode,
    retry_after_secs: Option<u32>,
    now: Timestamp,
    seq: u64,
) -> Response<Body> {
    let id = request_id(seq);
    let inner = json!({ "date": inner_date(now), "request-id": id, "client-request-id": id });
    let mut response = (status, axum::Json(fault_error(status).body(inner))).into_response();
    let headers = response.headers_mut();
    if let Ok(id) = id.parse() {
        headers.insert("request-id", id);
    }
    if let Some(secs) = retry_after_secs {
        headers.insert(header::RETRY_AFTER, secs.into());
    }
    response
}

/// The refusal the service uses for a status.
pub(crate) fn fault_error(status: StatusCode) -> GraphError {
    let (code, message) = match status.as_u16() {
        400 => ("BadRequest", "The request could not be read."),
        401 => ("InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
        403 => ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
        404 => ("Request_ResourceNotFound", "Resource not found."),
        409 => ("Directory_ConcurrencyViolation", "A conflicting change is being processed."),
        408 => ("RequestTimeout", "The request took too long to arrive."),
        413 => ("RequestEntityTooLarge", "The request body is too large."),
        414 => ("RequestUriTooLong", "The request URI is too long."),
        431 => ("RequestHeaderFieldsTooLarge", "The request head is too large."),
        410 => ("resyncRequired", "Resync required."),
        423 => ("locked", "The resource is locked."),
        429 => ("TooManyRequests", "Please retry again later."),
        503 => ("serviceNotAvailable", "Service unavailable."),
        504 => ("UnknownError", "Gateway timeout."),
        500..600 => ("generalException", "General exception while processing."),
        _ => ("UnknownError", "The request was refused."),
    };
    GraphError::new(status, code, message)
}
