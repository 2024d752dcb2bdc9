//! Rules of every task: closing, opening again, counting assignments, stamping approvals.
//!
//! Which states close a record stands with its table.
//! Source: reference section 10.1.

use crate::servicenow::rules::draft::Draft;
use crate::servicenow::stamp;

pub(crate) fn before(draft: &mut Draft<'_>) {
    let table = draft.base.dictionary.table(&draft.after.class);
    let closing = table.map_or(&[][..], |table| table.closing.as_slice());
    let closed = |state: &str| closing.iter().any(|one| one == state);
    let closes = closed(draft.get("state"));
    if closes && (draft.changed("state") || draft.before.is_none()) {
        draft.after.set("active", "false");
        draft.sign("closed_by", "closed_at");
    } else if !closes && draft.before.is_some_and(|before| closed(before.get("state"))) {
        draft.after.set("active", "true");
        draft.after.set("closed_by", "");
        draft.after.set("closed_at", "");
    }
    let reassigned = draft.before.is_some_and(|before| !before.get("assignment_group").is_empty());
    if reassigned && draft.changed("assignment_group") {
        draft.count("reassignment_count");
    }
    if draft.changed("approval") && matches!(draft.get("approval"), "approved" | "rejected") {
        let now = stamp::raw(draft.now);
        draft.after.set("approval_set", now);
    }
}
