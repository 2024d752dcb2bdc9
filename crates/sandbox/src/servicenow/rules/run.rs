//! Which rules run for which table, and in which order.
//!
//! Owns the order only; each rule stands in the file of its subject.

use crate::servicenow::refusal::Refusal;
use crate::servicenow::rules::draft::{Consequence, Draft, Stored};
use crate::servicenow::rules::{
    abort, approval, asset, case, change, definition, incident, people, problem, request, task,
};
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// Fills and checks a record before it is stored.
pub(crate) fn before(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let dictionary = draft.base.dictionary;
    let class = draft.after.class.clone();
    match class.as_str() {
        "incident" => incident::before(draft)?,
        "problem" => problem::before(draft),
        "change_request" => change::before(draft)?,
        "sc_request" | "sc_req_item" | "sc_task" => request::before(draft),
        "sysapproval_approver" => approval::before(draft),
        "sys_user" => people::before(draft),
        "sys_db_object" | "sys_dictionary" => definition::before(draft)?,
        "sn_hr_core_case" | "sn_hr_le_case" => case::before(draft)?,
        _ => {}
    }
    if dictionary.is_a(&class, "task") {
        task::before(draft);
    } else if dictionary.is_a(&class, "alm_asset") {
        asset::before(draft);
    }
    abort::before(draft)
}

/// Whether a record may be removed.
pub(crate) fn deleting(draft: &Draft<'_>) -> Result<(), Refusal> {
    abort::deleting(draft)
}

/// What follows from a record that was stored.
pub(crate) fn after(stored: Stored<'_>) -> Vec<Consequence> {
    let class = stored.after.class.as_str();
    let mut found = match class {
        "sc_request" | "sc_req_item" | "sc_task" => request::after(stored),
        "change_request" => change::after(stored),
        "change_task" => change::after_task(stored),
        "sysapproval_approver" => approval::after(stored),
        "sys_db_object" => definition::after(stored),
        _ => Vec::new(),
    };
    if stored.base.dictionary.is_a(class, "task") && class != "change_request" {
        found.extend(approval::of_record(stored));
    }
    found
}

/// What follows from a record that was removed.
pub(crate) fn gone(base: Base<'_>, record: &Record) -> Vec<Consequence> {
    if record.class == "sysapproval_approver" { approval::gone(base, record) } else { Vec::new() }
}
