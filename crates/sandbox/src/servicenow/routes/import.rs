//! The Import Set API: `/api/now/[v1/]import/{staging}[/{row}|/insertMultiple]`.
//!
//! Owns its answers. The transform is in `imports`. Source: reference section 9.4.

use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::servicenow::actor::Deed;
use crate::servicenow::desk::{Fields, Hand};
use crate::servicenow::errors::json_answer;
use crate::servicenow::imports::{self, Carried, STAGING};
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::parameters;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::store::Record;

/// Most rows taken in one request.
const ROWS_MAX: usize = 10_000;

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let [table, rest @ ..] = rest else { return Err(Refusal::NoResource(visit.call.path.clone())) };
    if instance.desk.dictionary.table(table).is_none() {
        return Err(Refusal::NoTable((*table).to_owned()));
    }
    if !instance.desk.dictionary.is_a(table, STAGING) || *table == STAGING {
        return Err(Refusal::BadRequest(format!("Invalid staging table {table}")));
    }
    match (visit.call.method.clone(), rest) {
        (Method::POST, []) => one(instance, visit, table),
        (Method::POST, ["insertMultiple"]) => many(instance, visit, table),
        (Method::GET | Method::HEAD, [row]) => read(instance, visit, table, row),
        (_, [] | [_]) => Err(Refusal::Method),
        _ => Err(Refusal::NoResource(visit.call.path.clone())),
    }
}

fn hand<'a>(visit: &Visit<'a>) -> Hand<'a> {
    Hand { actor: visit.actor, now: visit.now, input: parameters::input(visit.call, visit.actor) }
}

/// One row, transformed at once.
fn one(instance: &mut Instance, visit: &Visit<'_>, table: &str) -> Result<Response<Body>, Refusal> {
    let body: Value =
        serde_json::from_slice(&visit.call.body).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    let fields = fields(&body)?;
    may_stage(instance, visit, table)?;
    let hand = hand(visit);
    let desk = &mut instance.desk;
    let (set, number) = imports::open(desk, &hand, table, "synchronous")?;
    let row = imports::stage(desk, &hand, (table, &set, 0), &fields)?;
    let carried = imports::transform(desk, &hand, &row);
    imports::close(desk, &hand, &set);
    let result = if carried.is_empty() {
        // The platform answers like this where no map takes the row on; the text is not documented.
        vec![
            json!({ "transform_map": "", "table": table, "status": "ignored", "status_message": "No transform map found" }),
        ]
    } else {
        carried.iter().map(|one| element(instance, visit, one)).collect()
    };
    let body = json!({ "import_set": number, "staging_table": table, "result": result });
    let mut response = json_answer(StatusCode::CREATED, &body);
    let location = format!("{}/api/now/import/{table}/{row}", visit.call.origin);
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// Refused before an import set is made, so that nothing is left behind.
fn may_stage(instance: &Instance, visit: &Visit<'_>, table: &str) -> Result<(), Refusal> {
    let admitted =
        instance.desk.dictionary.table(table).is_some_and(|one| visit.actor.may(Deed::Create, one));
    if admitted { Ok(()) } else { Err(Refusal::Acl(Deed::Create)) }
}

/// Many rows; transformed later unless the staging table is registered as synchronous.
fn many(instance: &mut Instance, visit: &Visit<'_>, table: &str) -> Result<Response<Body>, Refusal> {
    let body: Value =
        serde_json::from_slice(&visit.call.body).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    let records = body.get("records").and_then(Value::as_array);
    let records = records.ok_or_else(|| Refusal::BadRequest("The records array is missing".to_owned()))?;
    if records.len() > ROWS_MAX {
        return Err(Refusal::BadRequest(format!("At most {ROWS_MAX} records are taken")));
    }
    let rows = records.iter().map(fields).collect::<Result<Vec<Fields>, _>>()?;
    may_stage(instance, visit, table)?;
    let hand = hand(visit);
    let desk = &mut instance.desk;
    let registered = desk.store.find(&desk.dictionary, "sys_rest_insert_multiple", "source_table", table);
    let synchronous = registered.is_some_and(|row| row.get("transform_synchronously") == "true");
    let mode = if synchronous { "synchronous" } else { "asynchronous" };
    let (set, _) = imports::open(desk, &hand, table, mode)?;
    for (place, fields) in rows.iter().enumerate() {
        imports::stage(desk, &hand, (table, &set, place), fields)?;
    }
    let multi = match visit.call.parameter("multi_import_set_id") {
        Some(id) => id.to_owned(),
        None => {
            let trusted = visit.actor.clone().trusted();
            let hand = Hand { actor: &trusted, ..hand.clone() };
            let after = visit.call.parameter("run_after").unwrap_or_default();
            desk.insert(&hand, "sys_multi_import_set", &vec![("run_after".to_owned(), after.to_owned())])?
        }
    };
    if synchronous {
        imports::transform_set(desk, &hand, &set);
    } else {
        let trusted = visit.actor.clone().trusted();
        let hand = Hand { actor: &trusted, ..hand.clone() };
        desk.update(&hand, "sys_import_set", &set, &vec![("state".to_owned(), "loaded".to_owned())])?;
        instance.imports.later(visit.now, &set, visit.actor)?;
    }
    Ok(json_answer(StatusCode::CREATED, &json!({ "import_set_id": set, "multi_import_set_id": multi })))
}

/// What has become of a row.
fn read(instance: &Instance, visit: &Visit<'_>, table: &str, row: &str) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    let staged = base.store.get(base.dictionary, table, row).ok_or(Refusal::NoRecord)?;
    let definition = base.dictionary.table(table).ok_or(Refusal::NoRecord)?;
    if !visit.actor.may_on(Deed::Read, definition, staged) {
        return Err(Refusal::NoRecord);
    }
    let set = base.store.get(base.dictionary, "sys_import_set", staged.get("sys_import_set"));
    let map = base.store.get(base.dictionary, "sys_transform_map", staged.get("sys_transform_map"));
    let carried = Carried {
        map: map.map_or("", |map| map.get("name")).to_owned(),
        table: staged.get("sys_target_table").to_owned(),
        status: status(staged),
        id: staged.get("sys_target_sys_id").to_owned(),
        message: staged.get("sys_import_state_comment").to_owned(),
    };
    let body = json!({
        "import_set": set.map_or("", |set| set.get("number")),
        "staging_table": table,
        "result": [element(instance, visit, &carried)],
    });
    Ok(json_answer(StatusCode::OK, &body))
}

fn status(staged: &Record) -> &'static str {
    let known = ["inserted", "updated", "ignored", "skipped", "error"];
    known.into_iter().find(|status| *status == staged.get("sys_import_state")).unwrap_or("pending")
}

fn element(instance: &Instance, visit: &Visit<'_>, carried: &Carried) -> Value {
    let base = instance.desk.base();
    let mut element = Map::new();
    let mut say = |key: &str, value: &str| element.insert(key.to_owned(), json!(value));
    say("transform_map", &carried.map);
    say("table", &carried.table);
    if let Some(record) = base.store.get(base.dictionary, &carried.table, &carried.id) {
        let shown = base.dictionary.display_field(&record.class).unwrap_or("sys_id");
        say("display_name", shown);
        say("display_value", record.get(shown));
        let link = format!("{}/api/now/table/{}/{}", visit.call.origin, carried.table, carried.id);
        say("record_link", &link);
    }
    say("status", carried.status);
    if !carried.id.is_empty() {
        say("sys_id", &carried.id);
    }
    match carried.status {
        "error" => say("error_message", &carried.message),
        _ if !carried.message.is_empty() => say("status_message", &carried.message),
        _ => None,
    };
    Value::Object(element)
}

/// The fields of a row. Staging columns hold text: what is nested is spelled like a Java map.
fn fields(body: &Value) -> Result<Fields, Refusal> {
    let Value::Object(members) = body else {
        return Err(Refusal::Unreadable("the body must be a JSON object".to_owned()));
    };
    Ok(members.iter().map(|(name, value)| (name.clone(), mangled(value))).collect())
}

fn mangled(value: &Value) -> String {
    let listed = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => format!("[{}]", listed(items.iter().map(mangled).collect())),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name}={}", mangled(value)));
            format!("{{{}}}", listed(members.collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_values_are_mangled_into_text() {
        let check = |value: Value, expected: &str| assert_eq!(mangled(&value), expected);
        check(json!({ "a": { "b": 1 }, "c": [true, "x"] }), "{a={b=1}, c=[true, x]}");
        check(json!(7), "7");
        check(Value::Null, "");
    }
}
