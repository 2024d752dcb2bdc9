//! Error bodies of Microsoft Graph.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use jiff::Timestamp;

/// The answer of a fault rule.
pub(crate) fn fault(
    status: StatusCode,
    _retry_after_secs: Option<u32>,
    _now: Timestamp,
    _seq: u64,
) -> Response<Body> {
    status.into_response()
}
