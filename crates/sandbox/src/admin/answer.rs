//! Answers of the admin interface: JSON, or an error in one shape.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A request the admin interface refuses, answered as `{"error": "…"}`.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) error: String,
}

pub(crate) type Answer = Result<(StatusCode, axum::Json<Value>), Refusal>;

pub(crate) fn ok(value: Value) -> Answer {
    Ok((StatusCode::OK, Json(value)))
}

pub(crate) fn bad(error: impl ToString) -> Refusal {
    Refusal { status: StatusCode::BAD_REQUEST, error: error.to_string() }
}

pub(crate) fn missing(error: impl ToString) -> Refusal {
    Refusal { status: StatusCode::NOT_FOUND, error: error.to_string() }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.error }))).into_response()
    }
}

/// The answer to a request that something here could not stand. The state may have changed in part.
pub(crate) fn broken() -> Response {
    let error = "the sandbox has a fault of its own; what it was doing is in its log".to_owned();
    Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, error }.into_response()
}

/// The answer to a method that a route does not have; the header `Allow` says which it has.
pub(crate) fn not_allowed() -> Refusal {
    let error = "that route of the admin interface has other methods; `Allow` names them".to_owned();
    Refusal { status: StatusCode::METHOD_NOT_ALLOWED, error }
}

/// The answer to a page of another site, which has no business here.
pub(crate) fn elsewhere() -> Refusal {
    let error = "a page of another site may not steer the sandbox".to_owned();
    Refusal { status: StatusCode::FORBIDDEN, error }
}

/// Reads a JSON body, whatever the content type says.
pub(crate) fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(bad)
}
