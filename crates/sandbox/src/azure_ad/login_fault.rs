//! The answer of a fault rule in the shape of the login authority.
//!
//! Source: microsoft-graph.md section 1.4.

use axum::Json;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse;
use jiff::Timestamp;

use crate::azure_ad::errors::request_id;
use crate::azure_ad::oauth::refusal::{Occasion, Refusal};
use crate::calls::Platform;

/// Whether a path is the authority's: everything of the tenant that is not Graph.
pub(crate) fn is_authority(platform: Platform, path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    platform == Platform::AzureAd && !path.starts_with("/v1.0") && !path.starts_with("/beta")
}

/// A status with a passing error of the authority.
pub(crate) fn fault(
    status: StatusCode,
    retry_after_secs: Option<u32>,
    now: Timestamp,
    seq: u64,
) -> Response<Body> {
    let (error, code, text) = match status.as_u16() {
        401 => ("invalid_client", 7_000_215, "Invalid client secret provided."),
        400..=499 if status != StatusCode::TOO_MANY_REQUESTS => {
            ("invalid_request", 900_144, "The request was refused.")
        }
        429 => ("temporarily_unavailable", 90_055, "The request was throttled; try again later."),
        _ => ("temporarily_unavailable", 90_033, "A transient error has occurred. Please try again."),
    };
    let refusal = Refusal::new(status, error, code, text);
    let trace = request_id(seq);
    let occasion = Occasion {
        base: "https://login.microsoftonline.com",
        now,
        trace: trace.clone(),
        correlation: &trace,
    };
    let mut response = (status, Json(refusal.body(&occasion))).into_response();
    if let Some(secs) = retry_after_secs {
        response.headers_mut().insert(header::RETRY_AFTER, secs.into());
    }
    response
}
