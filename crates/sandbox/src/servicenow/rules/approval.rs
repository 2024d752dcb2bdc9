//! Rules of approvals: what a row refers to, and what its decision means for the task.
//!
//! The classic engine computes `task.approval` from the rows unless it is switched off for the
//! table; then rows change and the task does not.
//! Source: reference section 12.2.

use crate::servicenow::rules::draft::{Consequence, Draft};
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// `glide.approval_engine.<table>` with the value `none` switches the engine off for a table.
const ENGINE_PROPERTY: &str = "glide.approval_engine.";

pub(crate) fn before(draft: &mut Draft<'_>) {
    let task = draft.get("sysapproval").to_owned();
    if let Some(record) = draft.base.store.get(draft.base.dictionary, "task", &task) {
        draft.fill("document_id", &task);
        draft.fill("source_table", &record.class);
    }
}

pub(crate) fn after(base: Base<'_>, before: Option<&Record>, stored: &Record) -> Vec<Consequence> {
    if before.is_some_and(|before| before.get("state") == stored.get("state")) {
        return Vec::new();
    }
    let id = stored.get("sysapproval");
    let Some(task) = base.store.get(base.dictionary, "task", id) else { return Vec::new() };
    let property = format!("{ENGINE_PROPERTY}{}", task.class);
    let engine = base.store.find(base.dictionary, "sys_properties", "name", &property);
    if engine.is_some_and(|row| row.get("value") == "none") {
        return Vec::new();
    }
    let rows =
        base.store.all(base.dictionary, "sysapproval_approver").filter(|row| row.get("sysapproval") == id);
    let approval = roll_up(rows.map(|row| row.get("state")));
    vec![Consequence {
        table: task.class.clone(),
        id: id.to_owned(),
        set: vec![("approval".to_owned(), approval.to_owned())],
    }]
}

/// Any rejected, all approved, none asked, else asked. Rows nobody waits for do not count.
fn roll_up<'a>(states: impl Iterator<Item = &'a str>) -> &'static str {
    let states: Vec<&str> = states
        .filter(|state| !matches!(*state, "cancelled" | "not_required" | "skipped" | "duplicate"))
        .collect();
    if states.contains(&"rejected") {
        "rejected"
    } else if states.iter().all(|state| *state == "not requested") {
        "not requested"
    } else if states.iter().all(|state| *state == "approved") {
        "approved"
    } else {
        "requested"
    }
}

#[cfg(test)]
mod tests {
    use super::roll_up;

    #[test]
    fn the_classic_engine_rolls_rows_up() {
        for (rows, expected) in [
            (&[][..], "not requested"),
            (&["not requested"], "not requested"),
            (&["requested", "approved"], "requested"),
            (&["approved", "not_required"], "approved"),
            (&["approved", "rejected", "requested"], "rejected"),
            (&["cancelled"], "not requested"),
        ] {
            assert_eq!(roll_up(rows.iter().copied()), expected, "{rows:?}");
        }
    }
}
