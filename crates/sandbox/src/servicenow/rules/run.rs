//! Which rules run for which table, and in which order.
//!
//! Owns the order only; each rule stands in the file of its subject.

use crate::servicenow::refusal::Refusal;
use crate::servicenow::rules::draft::{Consequence, Draft};
use crate::servicenow::rules::{approval, incident, people, request, task};
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// Fills and checks a record before it is stored.
pub(crate) fn before(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let dictionary = draft.base.dictionary;
    let class = draft.after.class.clone();
    match class.as_str() {
        "incident" => incident::before(draft)?,
        "sc_request" | "sc_req_item" | "sc_task" => request::before(draft),
        "sysapproval_approver" => approval::before(draft),
        "sys_user" => people::before(draft),
        _ => {}
    }
    if dictionary.is_a(&class, "task") {
        task::before(draft);
    }
    Ok(())
}

/// What follows from a record that was stored.
pub(crate) fn after(base: Base<'_>, before: Option<&Record>, stored: &Record) -> Vec<Consequence> {
    match stored.class.as_str() {
        "sc_req_item" | "sc_task" => request::after(base, before, stored),
        "sysapproval_approver" => approval::after(base, before, stored),
        _ => Vec::new(),
    }
}
