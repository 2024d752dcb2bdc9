//! Error bodies of the instance.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;

/// The answer of a fault rule: 429 and every other status in the platform's own shape.
pub(crate) fn fault(status: StatusCode, _retry_after_secs: Option<u32>) -> Response<Body> {
    status.into_response()
}
