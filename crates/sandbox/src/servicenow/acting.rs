//! People who act in the instance's own pages, for tests and demonstrations.
//!
//! Owns the admin interface's view of the instance. No role is asked for; the person's name stands
//! in `sys_updated_by` as if that person had been there. Acts for later happen when their time has
//! come, before the next request is answered.
//! Source: reference section 17.3, `approve`, `comment_as`, `order_as`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::servicenow::actor::Actor;
use crate::servicenow::acts::{Act, Approve, Comment, Place, Update};
use crate::servicenow::assign::{self, Input};
use crate::servicenow::desk::{Fields, Hand};
use crate::servicenow::instance::Instance;
use crate::servicenow::order::Order;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::store::Record;
use crate::servicenow::walk;

/// Why a person could not act.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotActed {
    #[error("the instance knows nobody called `{0}`")]
    NoPerson(String),
    #[error("the instance has no table `{0}`")]
    NoTable(String),
    #[error("`{table}` has no field `{field}`")]
    NoField { table: String, field: String },
    #[error("`{0}` is no decision; there are `approved`, `rejected` and `cancelled`")]
    NoDecision(String),
    #[error("the instance has no task `{0}`")]
    NoTask(String),
    #[error("the instance has no catalog item `{0}`")]
    NoItem(String),
    #[error("too many acts are waiting already")]
    TooMany,
    #[error("the instance refused: {0}")]
    Refused(String),
}

/// Lets everything happen that is due by now: what people were scripted to do, and what the platform
/// does by itself between their acts.
pub(crate) fn catch_up(instance: &mut Instance, now: Timestamp) {
    while let Some((at, act)) = instance.scripted.take(now) {
        instance.settle(at);
        if let Err(trouble) = perform(instance, at, &act) {
            tracing::warn!(%trouble, person = act.person(), "a scripted act did not succeed");
        }
    }
    instance.settle(now);
}

/// Carries out an act, or keeps it for later: then the answer is `{"at": time}`.
pub(crate) fn act(instance: &mut Instance, now: Timestamp, act: Act) -> Result<Value, NotActed> {
    catch_up(instance, now);
    let Some(after) = act.after() else { return perform(instance, now, &act) };
    person(instance, act.person())?;
    let due = now.checked_add(after.0).unwrap_or(Timestamp::MAX);
    if instance.scripted.add(due, act) { Ok(json!({ "at": due })) } else { Err(NotActed::TooMany) }
}

fn perform(instance: &mut Instance, now: Timestamp, act: &Act) -> Result<Value, NotActed> {
    match act {
        Act::Approve(request) => approve(instance, now, request),
        Act::Update(request) => update(instance, now, request),
        Act::Comment(request) => comment(instance, now, request),
        Act::Order(request) => order(instance, now, request),
    }
}

fn person(instance: &Instance, named: &str) -> Result<Actor, NotActed> {
    Ok(instance.person(named).ok_or_else(|| NotActed::NoPerson(named.to_owned()))?.trusted())
}

/// Decides the person's open approvals and says how many there were: `{"count": n}`.
fn approve(instance: &mut Instance, now: Timestamp, request: &Approve) -> Result<Value, NotActed> {
    if !matches!(request.state.as_str(), "approved" | "rejected" | "cancelled") {
        return Err(NotActed::NoDecision(request.state.clone()));
    }
    let actor = person(instance, &request.person)?;
    let desk = &instance.desk;
    let base = desk.base();
    let about = |row: &Record| {
        let Some(record) = request.record.as_deref() else { return true };
        let number = walk::value(base, "sysapproval_approver", row, "sysapproval.number");
        [row.id(), row.get("sysapproval"), row.get("document_id"), number.as_str()].contains(&record)
    };
    let mine = |row: &Record| {
        let approver = row.get("approver");
        approver == actor.sys_id || desk.delegates(approver, now).any(|one| one == actor.sys_id)
    };
    let open: Vec<String> = base
        .store
        .all(base.dictionary, "sysapproval_approver")
        .filter(|row| row.get("state") == "requested" && mine(row) && about(row))
        .map(|row| row.id().to_owned())
        .collect();
    let mut fields: Fields = vec![("state".to_owned(), request.state.clone())];
    fields.extend(request.comments.clone().map(|comments| ("comments".to_owned(), comments)));
    let hand = Hand { actor: &actor, now, input: Input::raw() };
    let mut count = 0;
    for id in &open {
        // The answer to one question may have made another one needless.
        let row = instance.desk.store.get(&instance.desk.dictionary, "sysapproval_approver", id);
        if row.is_some_and(|row| row.get("state") == "requested") {
            instance.desk.update(&hand, "sysapproval_approver", id, &fields).map_err(refused)?;
            count += 1;
        }
    }
    Ok(json!({ "count": count }))
}

/// Changes the records that have the wanted values and says how many: `{"count": n}`.
fn update(instance: &mut Instance, now: Timestamp, request: &Update) -> Result<Value, NotActed> {
    let actor = person(instance, &request.person)?;
    let base = instance.desk.base();
    let table = request.table.as_str();
    if base.dictionary.table(table).is_none() {
        return Err(NotActed::NoTable(table.to_owned()));
    }
    let known = |field: &String| walk::exists(base, table, field);
    if let Some(field) = request.wanted.keys().chain(request.set.keys()).find(|field| !known(field)) {
        return Err(NotActed::NoField { table: table.to_owned(), field: field.clone() });
    }
    let wanted: Vec<(&String, String)> = request
        .wanted
        .iter()
        .map(|(field, value)| (field, assign::text(value).unwrap_or_default()))
        .collect();
    let ids: Vec<String> = base
        .store
        .all(base.dictionary, table)
        .filter(|row| wanted.iter().all(|(field, value)| walk::value(base, table, row, field) == *value))
        .map(|row| row.id().to_owned())
        .collect();
    let fields: Fields =
        request.set.iter().filter_map(|(field, value)| Some((field.clone(), assign::text(value)?))).collect();
    let hand = Hand { actor: &actor, now, input: Input::raw() };
    for id in &ids {
        instance.desk.update(&hand, table, id, &fields).map_err(refused)?;
    }
    Ok(json!({ "count": ids.len() }))
}

/// Writes to a task: `{"sys_id": id}`.
fn comment(instance: &mut Instance, now: Timestamp, request: &Comment) -> Result<Value, NotActed> {
    let actor = person(instance, &request.person)?;
    let base = instance.desk.base();
    let named = request.record.as_str();
    let task = base
        .store
        .get(base.dictionary, "task", named)
        .or_else(|| base.store.find(base.dictionary, "task", "number", named))
        .map(|task| task.id().to_owned())
        .ok_or_else(|| NotActed::NoTask(named.to_owned()))?;
    let element = if request.internal { "work_notes" } else { "comments" };
    let fields = vec![(element.to_owned(), request.text.clone())];
    let hand = Hand { actor: &actor, now, input: Input::raw() };
    instance.desk.update(&hand, "task", &task, &fields).map_err(refused)?;
    Ok(json!({ "sys_id": task }))
}

/// Orders an item: `{"request": number, "request_id": id}`.
fn order(instance: &mut Instance, now: Timestamp, request: &Place) -> Result<Value, NotActed> {
    let actor = person(instance, &request.person)?;
    let requested_for = match &request.requested_for {
        Some(named) => Some(person(instance, named)?.sys_id),
        None => None,
    };
    let base = instance.desk.base();
    let item = base
        .store
        .get(base.dictionary, "sc_cat_item", &request.item)
        .or_else(|| base.store.find(base.dictionary, "sc_cat_item", "name", &request.item))
        .map(|item| item.id().to_owned())
        .ok_or_else(|| NotActed::NoItem(request.item.clone()))?;
    let variables: BTreeMap<String, String> = request
        .variables
        .iter()
        .map(|(name, value)| (name.clone(), assign::text(value).unwrap_or_else(|| value.to_string())))
        .collect();
    let quantity = Some(request.quantity.to_string());
    let order = Order { item, quantity, requested_for, variables, ..Order::default() };
    let id = instance.order(&actor, now, vec![order]).map_err(refused)?;
    let row = instance.desk.store.get(&instance.desk.dictionary, "sc_request", &id);
    Ok(json!({ "request": row.map_or("", |row| row.get("number")), "request_id": id }))
}

fn refused(refusal: Refusal) -> NotActed {
    NotActed::Refused(refusal.detail().unwrap_or_else(|| refusal.message()))
}
