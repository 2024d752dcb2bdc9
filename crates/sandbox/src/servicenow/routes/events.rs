//! Where monitoring hands in its events: `POST /api/global/em/jsonv2`.
//!
//! Owns its body and answer. Events are kept as rows of `em_event`; nothing makes alerts of them.
//! Source: reference section 9.13; ServiceNow documentation, Pushing events to the instance using web
//! service API, which does not show the answer.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::servicenow::assign::{self, Input};
use crate::servicenow::desk::{Fields, Hand};
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::formats;
use crate::servicenow::routes::visit::Visit;

const TABLE: &str = "em_event";
/// Most events taken in one request.
const EVENTS_MAX: usize = 10_000;

pub(crate) fn answer(instance: &mut Instance, visit: &Visit<'_>) -> Result<Response<Body>, Refusal> {
    if visit.call.method != Method::POST {
        return Err(Refusal::Method);
    }
    let sent = formats::document(visit.call)?;
    let Some(records) = sent.get("records").and_then(Value::as_array) else {
        return Err(Refusal::BadRequest("The records array is missing".to_owned()));
    };
    if records.len() > EVENTS_MAX {
        return Err(Refusal::BadRequest(format!("At most {EVENTS_MAX} records are taken")));
    }
    // Times are those of the event, in UTC, and everything else is text.
    let hand = Hand { actor: visit.actor, now: visit.now, input: Input::raw() };
    for record in records {
        instance.desk.insert(&hand, TABLE, &fields(record))?;
    }
    let told = format!("{} events were inserted", records.len());
    Ok(json_answer(StatusCode::OK, &json!({ "result": { "Default Bulk Endpoint": told } })))
}

/// The fields of an event; what is nested is kept as its own JSON.
fn fields(record: &Value) -> Fields {
    let members = record.as_object().into_iter().flatten();
    let text = |value: &Value| assign::text(value).unwrap_or_else(|| value.to_string());
    members.map(|(name, value)| (name.clone(), text(value))).collect()
}
