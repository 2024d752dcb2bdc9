//! The transaction quota of the Table API: a list that takes too long is cut while it is sent.
//!
//! Owns what such an answer looks like: status 200, part of the rows, and an error behind them.
//! Source: reference sections 0 (fact 1), 5.1 and 6.3.

use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::servicenow::routes::call::Call;

/// How long a transaction of the Table API may take, in milliseconds: the documented example.
const QUOTA_MS: u32 = 60_000;

/// The answer as it is, or what is left of a list when the time is over.
pub(crate) async fn cut(call: &Call, response: Response<Body>, took_ms: u32) -> Response<Body> {
    let listed = call.method == Method::GET && response.status() == StatusCode::OK;
    if took_ms <= QUOTA_MS || !listed || !of_table_api(call) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Ok(Value::Object(mut answer)) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    if let Some(Value::Array(rows)) = answer.get_mut("result") {
        rows.truncate(rows.len() / 2);
        let error = json!({
            "detail": "maximum execution time exceeded",
            "message": "Transaction cancelled: maximum execution time exceeded",
        });
        answer.insert("error".to_owned(), error);
        answer.insert("status".to_owned(), json!("failure"));
    }
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(Value::Object(answer).to_string()))
}

fn of_table_api(call: &Call) -> bool {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    matches!(segments.as_slice(), ["api", "now", "table", ..] | ["api", "now", "v1" | "v2", "table", ..])
}
