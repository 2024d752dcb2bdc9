//! The Identification and Reconciliation API: `/api/now/identifyreconcile[/enhanced|/query|/queryEnhanced]`.
//!
//! Owns its bodies and answers. Items are found by the rules in `cmdb`; there are no look-up tables, no
//! reclassification and no partial payloads, so the lists about these are empty.
//! Source: reference section 9.11; ServiceNow documentation, Identification and Reconciliation API.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::servicenow::assign;
use crate::servicenow::cmdb::{self, Attempt, ITEMS, Identifier, RELATIONS, Relation, TYPES};
use crate::servicenow::desk::{Fields, Hand};
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{formats, parameters};
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// Most items and relations taken in one request.
const ITEMS_MAX: usize = 1_000;
/// What stands for an id there is none of.
const UNKNOWN: &str = "Unknown";

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let commits = match rest {
        [] | ["enhanced"] => true,
        ["query" | "queryEnhanced"] => false,
        _ => return Err(Refusal::NoResource(visit.call.path.clone())),
    };
    if visit.call.method != Method::POST {
        return Err(Refusal::Method);
    }
    formats::agree(visit.call)?;
    if !["itil", "asset"].iter().any(|role| visit.actor.has_role(role)) {
        return Err(Refusal::ApiAcl);
    }
    let sent = formats::object(visit.call)?;
    let items = listed(&sent, "items");
    if items.is_empty() {
        return Err(Refusal::BadRequest("The items array is missing".to_owned()));
    }
    let mut told = Vec::new();
    for (place, item) in items.iter().enumerate() {
        told.push(one(instance, visit, (place, item), commits));
    }
    let relations: Vec<Value> = listed(&sent, "relations")
        .iter()
        .enumerate()
        .map(|(place, relation)| related(instance, visit, (place, relation), (items, &told), commits))
        .collect();
    let items: Vec<Value> = told.into_iter().map(|one| one.shown).collect();
    let result = json!({
        "items": items,
        "additionalCommittedItems": [],
        "relations": relations,
        "additionalCommittedRelations": [],
    });
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

fn listed<'a>(sent: &'a Map<String, Value>, member: &str) -> &'a [Value] {
    let list = sent.get(member).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.get(..ITEMS_MAX).unwrap_or(list)
}

fn hand<'a>(visit: &Visit<'a>) -> Hand<'a> {
    Hand { actor: visit.actor, now: visit.now, input: parameters::input(visit.call, visit.actor) }
}

/// What became of an item.
struct Told {
    /// Its row; none where it was not identified, or not made yet.
    id: Option<String>,
    shown: Value,
}

/// Why an item or relation is left alone, by the word the platform has for it.
struct Fault(&'static str, String);

fn one(instance: &mut Instance, visit: &Visit<'_>, (place, item): (usize, &Value), commits: bool) -> Told {
    let class = item["className"].as_str().unwrap_or_default().to_owned();
    let values = item["values"].as_object().into_iter().flatten();
    let mut fields: Fields =
        values.filter_map(|(name, value)| Some((name.clone(), assign::text(value)?))).collect();
    fields.retain(|(name, _)| name != "sys_class_name");
    let source = match source(instance.desk.base(), visit, item) {
        Ok(source) => source,
        Err(fault) => return failed(&class, place, &[], fault),
    };
    let base = instance.desk.base();
    let Some(rule) = cmdb::identifier(base, &class) else {
        let text = format!("Class [{class}] is no class of configuration items");
        return failed(&class, place, &[], Fault("INVALID_INPUT_DATA", text));
    };
    let (attempts, known) = cmdb::identify(base, rule, &fields);
    let known = known.cloned();
    let attempts_shown = attempts_of(rule, &attempts);
    if let Some(fault) = unidentified(rule, &attempts) {
        return failed(&class, place, &attempts_shown, fault);
    }
    let done = match (&known, commits) {
        (_, true) => write(instance, visit, (&class, &source), (known.as_ref(), fields)),
        (Some(row), false) => {
            let operation = if changes(row, &fields) { "UPDATE" } else { "NO_CHANGE" };
            Ok((Some(row.id().to_owned()), operation))
        }
        (None, false) => Ok((None, "INSERT")),
    };
    match done {
        Ok((id, operation)) => {
            let mut shown = told_of(&class, place);
            shown["operation"] = json!(operation);
            shown["sysId"] = json!(id.as_deref().unwrap_or(UNKNOWN));
            shown["identificationAttempts"] = json!(attempts_shown);
            Told { id, shown }
        }
        Err(refusal) => {
            let text = refusal.detail().unwrap_or_else(|| refusal.message());
            failed(&class, place, &attempts_shown, Fault("INSERT_NOT_ALLOWED_FOR_SOURCE", text))
        }
    }
}

/// Writes the item and says what that was.
fn write(
    instance: &mut Instance,
    visit: &Visit<'_>,
    (class, source): (&str, &str),
    (known, mut fields): (Option<&Record>, Fields),
) -> Result<(Option<String>, &'static str), Refusal> {
    let hand = hand(visit);
    let changes = known.is_none_or(|row| changes(row, &fields));
    cmdb::discovered(&hand, source, known, &mut fields);
    match known {
        Some(row) => {
            instance.desk.update(&hand, ITEMS, row.id(), &fields)?;
            Ok((Some(row.id().to_owned()), if changes { "UPDATE" } else { "NO_CHANGE" }))
        }
        None => Ok((Some(instance.desk.insert(&hand, class, &fields)?), "INSERT")),
    }
}

/// Whether any of the values differs from what is stored.
fn changes(row: &Record, fields: &Fields) -> bool {
    fields.iter().any(|(name, value)| row.get(name) != value)
}

/// Who tells of the item: the item's own source, or that of the request.
fn source(base: Base<'_>, visit: &Visit<'_>, item: &Value) -> Result<String, Fault> {
    let own = item["sys_object_source_info"]["source_name"].as_str();
    let source = own.or_else(|| visit.call.parameter("sysparm_data_source")).unwrap_or_default();
    if source.is_empty() || cmdb::knows_source(base, source) {
        return Ok(source.to_owned());
    }
    let text = format!(
        "In payload invalid data source [{source}] exist. You need to provide a valid choice value from \
         field [{}] in table [{ITEMS}]",
        cmdb::SOURCE
    );
    Err(Fault("INVALID_INPUT_DATA", text))
}

/// Why no row can be meant and none be made.
fn unidentified(rule: &Identifier, attempts: &[Attempt]) -> Option<Fault> {
    if attempts.contains(&Attempt::MultiMatch) {
        let text = format!("Found more than one record in table [{}]", rule.table);
        return Some(Fault("MULTI_MATCH", text));
    }
    let nothing = attempts.iter().all(|attempt| *attempt == Attempt::Skipped);
    let wanted: Vec<String> = rule.attributes.iter().map(|one| one.join(", ")).collect();
    let text = format!("In payload no identification attribute of [{}] has a value", wanted.join("; "));
    nothing.then_some(Fault("MISSING_MATCHING_ATTRIBUTES", text))
}

fn attempts_of(rule: &Identifier, attempts: &[Attempt]) -> Vec<Value> {
    let shown = attempts.iter().zip(rule.attributes).map(|(attempt, attributes)| {
        json!({
            "identifierName": rule.name,
            "attributes": attributes,
            "attemptResult": attempt.name(),
            "searchOnTable": rule.table,
            "hybridEntryCiAttributes": [],
        })
    });
    shown.collect()
}

/// The members every item and relation has.
fn told_of(class: &str, place: usize) -> Value {
    json!({
        "className": class,
        "sysId": UNKNOWN,
        "identifierEntrySysId": UNKNOWN,
        "errorCount": 0,
        "markers": [],
        "inputIndices": [place],
        "mergedPayloadIds": [],
    })
}

fn failed(class: &str, place: usize, attempts: &[Value], Fault(error, message): Fault) -> Told {
    let mut shown = told_of(class, place);
    shown["identificationAttempts"] = json!(attempts);
    shown["errorCount"] = json!(1);
    shown["errors"] = json!([{ "error": error, "message": message }]);
    Told { id: None, shown }
}

fn related(
    instance: &mut Instance,
    visit: &Visit<'_>,
    (place, relation): (usize, &Value),
    (items, told): (&[Value], &[Told]),
    commits: bool,
) -> Value {
    let end = |by_place: &str, by_name: &str| {
        let named = || {
            items
                .iter()
                .position(|item| item["internal_id"].is_string() && item["internal_id"] == relation[by_name])
        };
        let at = relation[by_place].as_u64().and_then(|at| usize::try_from(at).ok()).or_else(named)?;
        told.get(at)?.id.clone()
    };
    let base = instance.desk.base();
    let kind = relation["type"].as_str().unwrap_or_default();
    let kind = base.store.all(base.dictionary, TYPES).find(|row| row.id() == kind || row.get("name") == kind);
    let mut shown = told_of(RELATIONS, place);
    let (Some(parent), Some(child), Some(kind)) =
        (end("parent", "parent_id"), end("child", "child_id"), kind)
    else {
        shown["errorCount"] = json!(1);
        let message = "The parent, the child or the type of the relation is missing";
        shown["errors"] = json!([{ "error": "INVALID_INPUT_DATA", "message": message }]);
        return shown;
    };
    let wanted = Relation { parent, child, kind: kind.id().to_owned() };
    let known = cmdb::related(base, &wanted);
    shown["operation"] = json!(if known.is_some() { "NO_CHANGE" } else { "INSERT" });
    let made = if commits { cmdb::relate(&mut instance.desk, &hand(visit), &wanted).ok() } else { None };
    if let Some(id) = made.map(|(id, _)| id).or(known) {
        shown["sysId"] = json!(id);
    }
    shown
}
