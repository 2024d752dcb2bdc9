//! The tiny-URL API: `POST /api/now/tinyurl` keeps a long address under a short key.
//!
//! Owns the answer. The addresses are kept in `tiny_urls`. Source: reference section 6.4.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::visit::Visit;

pub(crate) fn answer(instance: &mut Instance, visit: &Visit<'_>) -> Result<Response<Body>, Refusal> {
    if visit.call.method != Method::POST {
        return Err(Refusal::Method);
    }
    let body: Value =
        serde_json::from_slice(&visit.call.body).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    let url = body.get("url").and_then(Value::as_str).filter(|url| !url.is_empty());
    let url = url.ok_or_else(|| Refusal::BadRequest("The url is missing".to_owned()))?;
    let key = instance.tiny_urls.keep(url)?;
    let path = url.split('?').next().unwrap_or_default().trim_end_matches('/');
    let list = path.rsplit('/').next().unwrap_or_default();
    let short = format!("{list}_list.do?sysparm_tiny={key}");
    Ok(json_answer(StatusCode::CREATED, &json!({ "result": short })))
}
