//! What a named person does in the instance's own pages, for tests and demonstrations.
//!
//! Owns the admin interface's view of the instance. No role is asked for; the person's name stands
//! in `sys_updated_by` as if that person had been there.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::servicenow::assign::{self, Input};
use crate::servicenow::desk::{Fields, Hand};
use crate::servicenow::instance::Instance;
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
    #[error("the instance refused: {0}")]
    Refused(String),
}

/// A person decides approvals that wait for that person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approve {
    /// User name, e-mail or `sys_id` of the approver.
    #[serde(rename = "as")]
    pub(crate) person: String,
    /// `approved`, `rejected` or `cancelled`.
    #[serde(default = "approved")]
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) comments: Option<String>,
    /// `sys_id` or number of the task; every approval that waits for the person when absent.
    #[serde(default)]
    pub(crate) record: Option<String>,
}

fn approved() -> String {
    "approved".to_owned()
}

/// A person changes records.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Update {
    /// User name, e-mail or `sys_id` of who acts.
    #[serde(rename = "as")]
    pub(crate) person: String,
    pub(crate) table: String,
    /// Raw values the records must have; paths over references are followed.
    #[serde(rename = "where", default)]
    pub(crate) wanted: Map<String, Value>,
    pub(crate) set: Map<String, Value>,
}

/// Decides the person's open approvals and says how many there were: `{"count": n}`.
pub(crate) fn approve(instance: &mut Instance, now: Timestamp, request: &Approve) -> Result<Value, NotActed> {
    if !matches!(request.state.as_str(), "approved" | "rejected" | "cancelled") {
        return Err(NotActed::NoDecision(request.state.clone()));
    }
    instance.settle(now);
    let actor =
        instance.person(&request.person).ok_or_else(|| NotActed::NoPerson(request.person.clone()))?.trusted();
    let base = instance.desk.base();
    let about = |row: &Record| {
        let Some(record) = request.record.as_deref() else { return true };
        let number = walk::value(base, "sysapproval_approver", row, "sysapproval.number");
        [row.get("sysapproval"), row.get("document_id"), number.as_str()].contains(&record)
    };
    let open: Vec<String> = base
        .store
        .all(base.dictionary, "sysapproval_approver")
        .filter(|row| row.get("approver") == actor.sys_id && row.get("state") == "requested" && about(row))
        .map(|row| row.id().to_owned())
        .collect();
    let mut fields: Fields = vec![("state".to_owned(), request.state.clone())];
    fields.extend(request.comments.clone().map(|comments| ("comments".to_owned(), comments)));
    let hand = Hand { actor: &actor, now, input: Input::raw() };
    for id in &open {
        instance.desk.update(&hand, "sysapproval_approver", id, &fields).map_err(refused)?;
    }
    Ok(json!({ "count": open.len() }))
}

/// Changes the records that have the wanted values and says how many: `{"count": n}`.
pub(crate) fn update(instance: &mut Instance, now: Timestamp, request: &Update) -> Result<Value, NotActed> {
    instance.settle(now);
    let actor =
        instance.person(&request.person).ok_or_else(|| NotActed::NoPerson(request.person.clone()))?.trusted();
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

fn refused(refusal: Refusal) -> NotActed {
    NotActed::Refused(refusal.detail().unwrap_or_else(|| refusal.message()))
}
