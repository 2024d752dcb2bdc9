//! Tasks of a change: `…/change/{id}/task[/{task}]`.
//!
//! Owns these addresses. Source: reference section 10.4; ServiceNow documentation, Change Management
//! API.

use axum::http::Method;
use serde_json::Value;

use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::change_hand::hand;
use crate::servicenow::routes::change_list::{self, Listed};
use crate::servicenow::routes::change_shape::{shown, wanted, with_ignored};
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::store::Record;

const TABLE: &str = "change_task";

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    change: &str,
    rest: &[&str],
) -> Result<Value, Refusal> {
    match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, []) => {
            let listed = Listed { table: TABLE, fixed: format!("change_request={change}") };
            change_list::rows(instance, visit, &listed)
        }
        (Method::POST, []) => create(instance, visit, change),
        (Method::GET | Method::HEAD, [id]) => {
            let task = find(instance, change, id)?;
            change_list::row(instance, visit, TABLE, task.id())
        }
        (Method::PATCH | Method::PUT, [id]) => {
            find(instance, change, id)?;
            let wanted =
                wanted(instance.desk.base(), visit, TABLE)?.without(&["sys_id", "change_request", "parent"]);
            instance.desk.update(&hand(visit), TABLE, id, &wanted.fields)?;
            Ok(with_ignored(after(instance, visit, id), &wanted.ignored))
        }
        (Method::DELETE, [id]) => {
            let task = find(instance, change, id)?;
            let gone = shown(instance.desk.base(), visit, &task);
            instance.desk.delete(&hand(visit), TABLE, id)?;
            Ok(gone)
        }
        (_, [] | [_]) => Err(Refusal::Method),
        _ => Err(Refusal::NoResource(visit.call.path.clone())),
    }
}

/// The task, if it belongs to the change.
fn find(instance: &Instance, change: &str, id: &str) -> Result<Record, Refusal> {
    let task = instance.desk.store.get(&instance.desk.dictionary, TABLE, id);
    task.filter(|task| task.get("change_request") == change).cloned().ok_or(Refusal::NoRecord)
}

fn create(instance: &mut Instance, visit: &Visit<'_>, change: &str) -> Result<Value, Refusal> {
    let mut wanted =
        wanted(instance.desk.base(), visit, TABLE)?.without(&["sys_id", "change_request", "parent"]);
    for field in ["change_request", "parent"] {
        wanted.fields.push((field.to_owned(), change.to_owned()));
    }
    let id = instance.desk.insert(&hand(visit), TABLE, &wanted.fields)?;
    Ok(with_ignored(after(instance, visit, &id), &wanted.ignored))
}

fn after(instance: &Instance, visit: &Visit<'_>, id: &str) -> Value {
    let base = instance.desk.base();
    base.store.get(base.dictionary, TABLE, id).map_or(Value::Null, |task| shown(base, visit, task))
}
