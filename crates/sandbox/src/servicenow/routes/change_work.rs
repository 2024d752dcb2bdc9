//! What the Change Management API does in the background: items, slots, conflicts, and the workers
//! that do it.
//!
//! Owns `…/change/worker/{id}`, `…/change/ci/{ci}/schedule` and what hangs on one change.
//! Source: reference section 10.4; ServiceNow documentation, Change Management API, which gives the
//! statuses of refusals and not their texts.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::servicenow::assign;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::change_hand::hand;
use crate::servicenow::routes::change_list::{self, Listed};
use crate::servicenow::routes::change_shape::shown;
use crate::servicenow::routes::order::body;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::worker::{Work, association};

fn refused<T>(text: &str) -> Result<T, Refusal> {
    Err(Refusal::BadRequest(text.to_owned()))
}

/// Workers, and slots of an item without a change.
pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, ["worker", id]) => report(instance, visit, id, StatusCode::OK),
        (Method::GET | Method::HEAD, ["ci", item, "schedule"]) => slots_of_item(instance, visit, item),
        (_, ["worker", _] | ["ci", _, "schedule"]) => Err(Refusal::Method),
        _ => Err(Refusal::NoResource(visit.call.path.clone())),
    }
}

/// What hangs on one change.
pub(crate) fn of_change(
    instance: &mut Instance,
    visit: &Visit<'_>,
    change: &Record,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, ["ci"]) => {
            let (table, _) = association(kind(visit, &Value::Null)?);
            let listed = Listed { table, fixed: format!("task={}", change.id()) };
            ok(change_list::rows(instance, visit, &listed)?)
        }
        (Method::POST, ["ci"]) => associate(instance, visit, change),
        (Method::GET | Method::HEAD, ["schedule"]) => slots_of_change(instance, visit, change),
        (Method::PATCH, ["schedule", "first_available"]) => plan(instance, visit, change),
        (Method::GET | Method::HEAD, ["conflict"]) => ok(conflicts(instance, visit, change)),
        (Method::POST, ["conflict"]) => {
            let work = Work::Conflicts { change: change.id().to_owned() };
            let worker = instance.workers.start(&mut instance.desk, &hand(visit), &Value::Null, work)?;
            ok(json!(worker))
        }
        (Method::DELETE, ["conflict"]) if instance.workers.cancel_conflicts(change.id()) => ok(Value::Null),
        (Method::DELETE, ["conflict"]) => refused("No conflict check is running"),
        (Method::POST, ["refresh_impacted_services"]) => {
            let request = json!({ "task": change.id() });
            let (change, kind) = (change.id().to_owned(), "impacted".to_owned());
            let work = Work::Associate { change, kind, items: Vec::new() };
            start(instance, visit, (&request, work), StatusCode::OK)
        }
        (_, ["ci" | "schedule" | "conflict" | "refresh_impacted_services"] | ["schedule", _]) => {
            Err(Refusal::Method)
        }
        _ => Err(Refusal::NoResource(visit.call.path.clone())),
    }
}

fn ok(result: Value) -> Result<Response<Body>, Refusal> {
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

fn start(
    instance: &mut Instance,
    visit: &Visit<'_>,
    (request, work): (&Value, Work),
    status: StatusCode,
) -> Result<Response<Body>, Refusal> {
    let worker = instance.workers.start(&mut instance.desk, &hand(visit), request, work)?;
    report(instance, visit, &worker, status)
}

/// How a worker stands.
fn report(
    instance: &Instance,
    visit: &Visit<'_>,
    id: &str,
    status: StatusCode,
) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    let row = base.store.get(base.dictionary, "chg_mgt_worker", id).ok_or(Refusal::NoRecord)?;
    let states = base.dictionary.field("chg_mgt_worker", "state");
    let label = states.and_then(|field| field.choices.get(row.get("state"))).map_or("", String::as_str);
    let silent = json!({ "errorMessages": [], "warningMessages": [], "infoMessages": [] });
    let mut result = json!({
        "worker": {
            "sysId": id,
            "link": format!("{}/api/sn_chg_rest/change/worker/{id}", visit.call.origin),
        },
        "request": row.get("request"),
        "state": { "value": row.get("state").parse::<i64>().unwrap_or(0), "display_value": label },
        "type": row.get("type"),
        "messages": serde_json::from_str(row.get("messages")).unwrap_or(silent),
    });
    if let Ok(payload) = serde_json::from_str::<Value>(row.get("payload")) {
        result["payload"] = payload;
    }
    Ok(json_answer(status, &json!({ "result": result })))
}

/// How items are connected with the change: in the body, or in the address.
fn kind<'a>(visit: &Visit<'a>, body: &'a Value) -> Result<&'a str, Refusal> {
    let named = body["association_type"].as_str().or(visit.call.parameter("association_type"));
    match named {
        Some(kind @ ("affected" | "impacted" | "offering")) => Ok(kind),
        _ => refused("association_type must be affected, impacted or offering"),
    }
}

fn associate(instance: &mut Instance, visit: &Visit<'_>, change: &Record) -> Result<Response<Body>, Refusal> {
    let body = Value::Object(body(visit.call)?);
    let kind = kind(visit, &body)?.to_owned();
    let items: Vec<String> = match &body["cmdb_ci_sys_ids"] {
        Value::Array(list) => list.iter().filter_map(assign::text).collect(),
        Value::String(list) => list.split(',').map(|one| one.trim().to_owned()).collect(),
        _ => Vec::new(),
    };
    let items: Vec<String> = items.into_iter().filter(|one| !one.is_empty()).collect();
    if items.is_empty() {
        return refused("cmdb_ci_sys_ids is required");
    }
    let request = json!({ "cmdb_ci_sys_ids": items, "association_type": kind, "task": change.id() });
    let work = Work::Associate { change: change.id().to_owned(), kind, items };
    start(instance, visit, (&request, work), StatusCode::ACCEPTED)
}

/// Seconds and a start, from texts; a start that is absent is now.
fn span(visit: &Visit<'_>, seconds: &str, start: &str) -> Result<(i64, Timestamp), Refusal> {
    let Some(seconds) = seconds.trim().parse::<i64>().ok().filter(|seconds| *seconds > 0) else {
        return refused("duration_in_seconds is missing or not valid");
    };
    match start {
        "" => Ok((seconds, visit.now)),
        start => match stamp::instant(start) {
            Some(start) => Ok((seconds, start)),
            None => refused("planned_start_time is not valid"),
        },
    }
}

fn zone(visit: &Visit<'_>) -> String {
    visit.actor.zone.iana_name().unwrap_or("GMT").to_owned()
}

fn slots_of_item(instance: &mut Instance, visit: &Visit<'_>, item: &str) -> Result<Response<Body>, Refusal> {
    if instance.desk.store.get(&instance.desk.dictionary, "cmdb_ci", item).is_none() {
        return Err(Refusal::NoRecord);
    }
    let text = |name: &str| visit.call.parameter(name).unwrap_or_default();
    let start_text = text("planned_start_time");
    let (seconds, from) = span(visit, text("duration_in_seconds"), start_text)?;
    let request = json!({
        "cmdb_ci_sys_id": item,
        "planned_start_time": start_text,
        "duration_in_seconds": seconds,
        "timezone": zone(visit),
    });
    let work = Work::Slots { item: item.to_owned(), change: String::new(), from, seconds };
    start(instance, visit, (&request, work), StatusCode::ACCEPTED)
}

fn slots_of_change(
    instance: &mut Instance,
    visit: &Visit<'_>,
    change: &Record,
) -> Result<Response<Body>, Refusal> {
    let times = stamp::instant(change.get("start_date")).zip(stamp::instant(change.get("end_date")));
    let Some((from, end)) = times else {
        return refused("The change request has no planned start and end times");
    };
    if change.get("cmdb_ci").is_empty() {
        return refused("The change request has no configuration item");
    }
    let request = json!({ "change_sys_id": change.id(), "timezone": zone(visit) });
    let work = Work::Slots {
        item: change.get("cmdb_ci").to_owned(),
        change: change.id().to_owned(),
        from,
        seconds: end.duration_since(from).as_secs().max(0),
    };
    start(instance, visit, (&request, work), StatusCode::ACCEPTED)
}

fn plan(instance: &mut Instance, visit: &Visit<'_>, change: &Record) -> Result<Response<Body>, Refusal> {
    let body = body(visit.call)?;
    let text = |name: &str| body.get(name).and_then(assign::text).unwrap_or_default();
    let (seconds, from) = span(visit, &text("duration_in_seconds"), &text("planned_start_time"))?;
    if change.get("cmdb_ci").is_empty() {
        return refused("The change request has no configuration item");
    }
    let request =
        json!({ "change_sys_id": change.id(), "duration_in_seconds": seconds, "timezone": zone(visit) });
    let work = Work::Plan { change: change.id().to_owned(), from, seconds };
    start(instance, visit, (&request, work), StatusCode::ACCEPTED)
}

/// The last look for conflicts, or the one under way.
fn conflicts(instance: &Instance, visit: &Visit<'_>, change: &Record) -> Value {
    let base = instance.desk.base();
    let found = base.store.all(base.dictionary, "conflict").filter(|row| row.get("change") == change.id());
    let found: Vec<Value> = found.map(|row| shown(base, visit, row)).collect();
    let status = if instance.workers.looks_for_conflicts(change.id()) { "1" } else { "2" };
    json!({
        "status": change.get("conflict_status"),
        "last_run": change.get("conflict_last_run"),
        "record_count": found.len().to_string(),
        "job_status": status,
        "conflicts": found,
    })
}
