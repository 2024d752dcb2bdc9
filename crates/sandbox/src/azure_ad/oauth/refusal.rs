//! What the authority says when it refuses: its own shape, which is not Graph's.
//!
//! Source: microsoft-graph.md section 1.4.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

/// A refusal before it is dressed with time and ids.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// The OAuth error.
    pub(crate) error: &'static str,
    /// The number behind `AADSTS`.
    pub(crate) code: u32,
    pub(crate) text: String,
    pub(crate) retry_after_secs: Option<u32>,
}

/// When and under which ids a refusal happened.
#[derive(Debug)]
pub(crate) struct Occasion<'a> {
    /// Scheme and host the client used.
    pub(crate) base: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) trace: String,
    pub(crate) correlation: &'a str,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, error: &'static str, code: u32, text: impl Into<String>) -> Self {
        Self { status, error, code, text: text.into(), retry_after_secs: None }
    }

    /// 400 with another OAuth error than the two below.
    pub(crate) fn bad(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, code, text)
    }

    /// 400 `invalid_request`.
    pub(crate) fn request(code: u32, text: impl Into<String>) -> Self {
        Self::bad("invalid_request", code, text)
    }

    /// 401 `invalid_client`.
    pub(crate) fn client(code: u32, text: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", code, text)
    }

    /// The description without time and ids, as the managed identity endpoints give it.
    pub(crate) fn sentence(&self) -> String {
        format!("AADSTS{}: {}", self.code, self.text)
    }

    /// The body of the answer.
    pub(crate) fn body(&self, occasion: &Occasion<'_>) -> Value {
        let at = occasion.now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let Occasion { base, trace, correlation, .. } = occasion;
        let sentence = self.sentence();
        json!({
            "error": self.error,
            "error_description":
                format!("{sentence} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}"),
            "error_codes": [self.code],
            "timestamp": at,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{base}/error?code={}", self.code),
        })
    }
}
