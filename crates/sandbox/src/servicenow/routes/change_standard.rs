//! Standard changes: their templates, and a change from one of them.
//!
//! Owns `…/change/standard/template…` and `POST …/change/standard/{template}`.
//! Source: reference section 10.4; ServiceNow documentation, Change Management API.

use axum::http::Method;
use serde_json::Value;

use crate::servicenow::desk::Fields;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::change_hand::{change, hand};
use crate::servicenow::routes::change_list::{self, Listed};
use crate::servicenow::routes::change_shape::{wanted, with_ignored};
use crate::servicenow::routes::visit::Visit;

const TEMPLATES: &str = "std_change_record_producer";
/// What a template fixes and nobody changes.
const FIXED: [&str; 7] =
    ["description", "backout_plan", "test_plan", "implementation_plan", "type", "state", "sys_id"];

pub(crate) fn templates(instance: &Instance, visit: &Visit<'_>, rest: &[&str]) -> Result<Value, Refusal> {
    match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, []) => change_list::rows(instance, visit, &Listed::all(TEMPLATES)),
        (Method::GET | Method::HEAD, [id]) => change_list::row(instance, visit, TEMPLATES, id),
        (_, [] | [_]) => Err(Refusal::Method),
        _ => Err(Refusal::NoResource(visit.call.path.clone())),
    }
}

/// Makes a standard change from its template.
pub(crate) fn create(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    let base = instance.desk.base();
    let producer = base.store.get(base.dictionary, TEMPLATES, id).ok_or(Refusal::NoRecord)?;
    if producer.get("active") != "true" || producer.get("retired") == "true" {
        return Err(Refusal::BadRequest("The standard change template is not available".to_owned()));
    }
    let template = base.store.get(base.dictionary, "sys_template", producer.get("template"));
    let text = template.map_or("", |template| template.get("template"));
    let mut fields: Fields = text
        .split('^')
        .filter_map(|pair| pair.split_once('='))
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .collect();
    fields.push(("type".to_owned(), "standard".to_owned()));
    let version = producer.get("std_change_producer_version");
    fields.push(("std_change_producer_version".to_owned(), version.to_owned()));
    let wanted = wanted(base, visit, "change_request")?.without(&FIXED);
    // What comes later wins.
    fields.extend(wanted.fields.iter().cloned());
    let id = instance.desk.insert(&hand(visit), "change_request", &fields)?;
    Ok(with_ignored(change(instance, visit, &id), &wanted.ignored))
}
