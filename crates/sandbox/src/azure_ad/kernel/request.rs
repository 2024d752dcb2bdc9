//! One request to Graph after it was let in, and the answer to it.
//!
//! Owns the reading of bodies. Headers that every answer carries are added by `router`.

use axum::body::Bytes;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::key::Key;
use crate::azure_ad::kernel::narrowing::Narrowing;
use crate::azure_ad::kernel::reference;
use crate::azure_ad::odata::options::Options;
use crate::azure_ad::tokens::token::Roles;

/// What a handler may know of a request.
#[derive(Debug)]
pub(crate) struct Request {
    /// Scheme and host the client used, for absolute links.
    pub(crate) base: String,
    /// Version of the interface, as the path has it.
    pub(crate) version: &'static str,
    /// Path as it was sent.
    pub(crate) path: String,
    /// Path of the operation, with keys in braces.
    pub(crate) template: &'static str,
    /// The keys in the path, in their order.
    pub(crate) keys: Vec<Key>,
    /// What stands behind a relation.
    pub(crate) narrowing: Narrowing,
    pub(crate) options: Options,
    /// Whether `ConsistencyLevel: eventual` was sent.
    pub(crate) eventual: bool,
    /// Whether `Prefer: return=minimal` was sent.
    pub(crate) minimal: bool,
    /// Whether `Prefer: create-if-missing` was sent.
    pub(crate) create_if_missing: bool,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
    pub(crate) now: Timestamp,
    pub(crate) roles: Roles,
}

/// A successful answer.
#[derive(Debug, PartialEq)]
pub(crate) enum Reply {
    Json(StatusCode, Value),
    /// The same with further headers.
    JsonWith(StatusCode, Value, Vec<(&'static str, String)>),
    /// A plain number, as `/$count` gives.
    Text(String),
    NoContent,
    /// 202 with headers and without a body.
    Accepted(Vec<(&'static str, String)>),
}

pub(crate) type Outcome = Result<Reply, GraphError>;

impl Reply {
    pub(crate) fn ok(value: impl Into<Value>) -> Self {
        Self::Json(StatusCode::OK, value.into())
    }
}

impl Request {
    /// The value of a key in the path; empty for one the path does not have.
    pub(crate) fn key(&self, place: usize) -> &str {
        self.keys.get(place).map_or("", |key| key.value.as_str())
    }

    /// Whether this is an advanced query: the header and `$count=true`.
    pub(crate) fn is_advanced(&self) -> bool {
        self.eventual && self.options.count
    }

    /// The `@odata.context` of an answer.
    pub(crate) fn context(&self, of: &str) -> String {
        format!("{}/$metadata#{of}", self.root())
    }

    /// Where the interface begins: what absolute links to other objects start with.
    pub(crate) fn root(&self) -> String {
        format!("{}/{}", self.base, self.version)
    }

    /// The same with the selected properties in parentheses.
    pub(crate) fn context_with_select(&self, collection: &str, entity: bool) -> String {
        let select = self.options.select.as_ref().map(|names| format!("({})", names.join(",")));
        let entity = if entity { "/$entity" } else { "" };
        self.context(&format!("{collection}{}{entity}", select.unwrap_or_default()))
    }

    /// The body as a JSON object.
    ///
    /// # Errors
    /// 400 for a missing content type and for what is no JSON object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, GraphError> {
        json_object(self.content_type.as_deref(), &self.body)
    }

    /// The id or name a `$ref` body points at.
    ///
    /// # Errors
    /// 400 when `@odata.id` is missing or not a text.
    pub(crate) fn reference(&self) -> Result<String, GraphError> {
        let body = self.object()?;
        let address = body.get("@odata.id").and_then(Value::as_str);
        address.and_then(reference::target).map(str::to_owned).ok_or_else(|| {
            GraphError::bad_request("Invalid URL format specified for @odata.bind or @odata.id.")
        })
    }
}

/// A body as a JSON object.
///
/// # Errors
/// 400 for a missing content type and for what is no JSON object.
pub(crate) fn json_object(
    content_type: Option<&str>,
    body: &Bytes,
) -> Result<Map<String, Value>, GraphError> {
    if !content_type.unwrap_or_default().to_ascii_lowercase().starts_with("application/json") {
        let message = "Write requests (excluding DELETE) must contain the Content-Type header declaration.";
        return Err(GraphError::malformed(message));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(GraphError::malformed(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of \
             valid JSON format.",
        )),
    }
}
