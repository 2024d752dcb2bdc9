//! The Change Management API: `/api/sn_chg_rest/[v1/]change…`.
//!
//! Owns its addresses, and changes themselves: listing, making, changing, removing, their next states
//! and one's own approval. Source: reference section 10.4; ServiceNow documentation, Change
//! Management API.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::ids;
use crate::servicenow::actor::Deed;
use crate::servicenow::desk::Fields;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::change_hand::{change as after, hand};
use crate::servicenow::routes::change_list::{self, Listed};
use crate::servicenow::routes::change_shape::{shown, wanted, with_ignored};
use crate::servicenow::routes::order::body;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{change_standard, change_task, change_work};
use crate::servicenow::rules::transition::{Transition, from_here, model};
use crate::servicenow::store::Record;

const TABLE: &str = "change_request";

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let method = visit.call.method.clone();
    let result = match (method, rest) {
        (Method::GET | Method::HEAD, []) => list(instance, visit, "")?,
        (Method::POST, []) => create(instance, visit, "")?,
        (Method::GET | Method::HEAD, ["model"]) => {
            change_list::rows(instance, visit, &Listed::all("chg_model"))?
        }
        (Method::GET | Method::HEAD, ["model", id]) => change_list::row(instance, visit, "chg_model", id)?,
        (_, ["worker" | "ci", ..]) => return change_work::answer(instance, visit, rest),
        (_, ["standard", "template", ..]) => change_standard::templates(instance, visit, &rest[2..])?,
        (Method::POST, ["standard", id]) => change_standard::create(instance, visit, id)?,
        (Method::GET | Method::HEAD, [kind @ ("normal" | "emergency" | "standard")]) => {
            list(instance, visit, kind)?
        }
        (Method::POST, [kind @ ("normal" | "emergency")]) => create(instance, visit, kind)?,
        (_, [kind @ ("normal" | "emergency" | "standard"), id, rest @ ..]) => {
            let change = find(instance, visit, id)?;
            if change.get("type") != *kind {
                return Err(Refusal::NoRecord);
            }
            return of_change(instance, visit, id, rest);
        }
        (_, ["normal" | "emergency" | "standard" | "model" | "template"]) => return Err(Refusal::Method),
        (_, [id, rest @ ..]) => return of_change(instance, visit, id, rest),
        _ => return Err(Refusal::Method),
    };
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

fn of_change(
    instance: &mut Instance,
    visit: &Visit<'_>,
    id: &str,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let change = find(instance, visit, id)?;
    let result = match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, []) => shown(instance.desk.base(), visit, &change),
        (Method::PATCH | Method::PUT, []) => update(instance, visit, id)?,
        (Method::DELETE, []) => {
            let gone = shown(instance.desk.base(), visit, &change);
            instance.desk.delete(&hand(visit), TABLE, id)?;
            instance.sweep();
            gone
        }
        (Method::GET | Method::HEAD, ["nextstates" | "nextstate"]) => next_states(instance, &change),
        (Method::PATCH | Method::POST, ["approvals"]) => decide(instance, visit, id)?,
        (Method::PATCH, ["risk"]) => risk(instance, visit, id)?,
        (_, ["task", rest @ ..]) => change_task::answer(instance, visit, id, rest)?,
        (_, ["ci" | "conflict" | "schedule" | "refresh_impacted_services", ..]) => {
            return change_work::of_change(instance, visit, &change, rest);
        }
        (_, [] | ["nextstates" | "approvals" | "risk"]) => return Err(Refusal::Method),
        _ => return Err(Refusal::NoResource(visit.call.path.clone())),
    };
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

/// A copy of the change, if the account may see it.
fn find(instance: &Instance, visit: &Visit<'_>, id: &str) -> Result<Record, Refusal> {
    let base = instance.desk.base();
    let change = instance.desk.known(visit.actor, TABLE, id).ok_or(Refusal::NoRecord)?;
    let table = base.dictionary.table(TABLE).ok_or(Refusal::NoRecord)?;
    if visit.actor.may_on(Deed::Read, table, change) { Ok(change.clone()) } else { Err(Refusal::NoRecord) }
}

fn list(instance: &Instance, visit: &Visit<'_>, kind: &str) -> Result<Value, Refusal> {
    let fixed = if kind.is_empty() { String::new() } else { format!("type={kind}") };
    change_list::rows(instance, visit, &Listed { table: TABLE, fixed })
}

/// Makes a change of a kind; of the kind or model the client names where the address has none.
fn create(instance: &mut Instance, visit: &Visit<'_>, kind: &str) -> Result<Value, Refusal> {
    let base = instance.desk.base();
    let mut wanted = wanted(base, visit, TABLE)?;
    if !kind.is_empty() {
        wanted.fields.retain(|(name, _)| name != "type");
        wanted.fields.push(("type".to_owned(), kind.to_owned()));
    }
    let model = wanted.get("chg_model").filter(|model| !model.is_empty());
    if model.is_some_and(|model| base.store.get(base.dictionary, "chg_model", model).is_none()) {
        return Err(Refusal::BadRequest("Invalid change model".to_owned()));
    }
    let types = base.dictionary.field(TABLE, "type");
    let known = |kind: &str| types.is_some_and(|field| field.choices.contains_key(kind));
    if wanted.get("type").is_some_and(|kind| !known(kind)) {
        return Err(Refusal::BadRequest("Invalid change type".to_owned()));
    }
    // A change begins new, whatever is asked for.
    let wanted = wanted.without(&["state", "sys_id"]);
    let id = instance.desk.insert(&hand(visit), TABLE, &wanted.fields)?;
    Ok(with_ignored(after(instance, visit, &id), &wanted.ignored))
}

fn update(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    let wanted = wanted(instance.desk.base(), visit, TABLE)?.without(&["sys_id"]);
    instance.desk.update(&hand(visit), TABLE, id, &wanted.fields)?;
    Ok(with_ignored(after(instance, visit, id), &wanted.ignored))
}

fn next_states(instance: &Instance, change: &Record) -> Value {
    let base = instance.desk.base();
    let label = |state: &str| {
        let field = base.dictionary.field(TABLE, "state");
        field.and_then(|field| field.choices.get(state)).map_or("", String::as_str)
    };
    let here = change.get("state");
    let moves = from_here(base, change);
    let mut targets: Vec<&str> = Vec::new();
    for one in &moves {
        if !targets.contains(&one.to) {
            targets.push(one.to);
        }
    }
    let open = |target: &&str| moves.iter().any(|one| one.to == *target && one.is_open(base, change));
    let available: Vec<&str> =
        std::iter::once(here).chain(targets.iter().filter(|target| open(target)).copied()).collect();
    let one = |one: &Transition| {
        let name = format!("{}/{}/{}/{}", model(base, change), one.from, one.to, one.automatic);
        let conditions = one.conditions.iter().map(|condition| {
            let id = ids::hex32("sttrm_transition_condition", condition.name());
            json!({
                "passed": condition.passes(base, change),
                "condition": { "name": condition.name(), "description": null, "sys_id": id },
            })
        });
        json!({
            "sys_id": ids::hex32("sttrm_state_transition", &name),
            "display_value": format!("{} to {}", label(one.from), label(one.to)),
            "from_state": one.from,
            "to_state": one.to,
            "transition_available": one.is_open(base, change),
            "automatic_transition": one.automatic,
            "conditions": conditions.collect::<Value>(),
        })
    };
    let transitions: Vec<Vec<Value>> = targets
        .iter()
        .map(|target| moves.iter().filter(|one| one.to == *target).map(one).collect())
        .collect();
    let labels: Map<String, Value> = std::iter::once(here)
        .chain(targets.iter().copied())
        .map(|state| (state.to_owned(), json!(label(state))))
        .collect();
    json!({ "available_states": available, "state_transitions": transitions, "state_label": labels })
}

/// The caller's own answer to the question about the change. The documentation gives the statuses only.
fn decide(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    let refused = |text: &str| Err(Refusal::BadRequest(text.to_owned()));
    let body = body(visit.call)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (state, comments) = (text("state"), text("comments"));
    if !matches!(state.as_str(), "approved" | "rejected") {
        return refused("Invalid state: only approved and rejected are supported");
    }
    if state == "rejected" && comments.is_empty() {
        return refused("Comments are required when rejecting a change request");
    }
    let desk = &instance.desk;
    let mine = |row: &&Record| {
        let approver = row.get("approver");
        approver == visit.actor.sys_id
            || desk.delegates(approver, visit.now).any(|one| one == visit.actor.sys_id)
    };
    let row = desk
        .store
        .all(&desk.dictionary, "sysapproval_approver")
        .filter(|row| row.get("sysapproval") == id && row.get("state") == "requested")
        .find(mine)
        .map(|row| row.id().to_owned());
    let Some(row) = row else { return refused("User is not an approver of the change request") };
    let mut fields: Fields = vec![("state".to_owned(), state)];
    if !comments.is_empty() {
        fields.push(("comments".to_owned(), comments));
    }
    instance.desk.update(&hand(visit), "sysapproval_approver", &row, &fields)?;
    Ok(after(instance, visit, id))
}

/// Computes risk and impact again. There are no risk conditions here, so both stay as they are.
fn risk(instance: &Instance, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    let base = instance.desk.base();
    let table = base.dictionary.table(TABLE).ok_or(Refusal::NoRecord)?;
    if visit.actor.may(Deed::Write, table) {
        Ok(after(instance, visit, id))
    } else {
        Err(Refusal::Acl(Deed::Write))
    }
}
