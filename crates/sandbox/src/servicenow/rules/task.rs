//! Rules of every task: closing, opening again, counting assignments.
//!
//! Incident has closing states of its own.
//! Source: reference section 10.1.

use crate::servicenow::rules::draft::Draft;

/// Closed complete, closed incomplete, closed skipped.
const CLOSED: [&str; 3] = ["3", "4", "7"];
/// Closed and cancelled incidents.
const INCIDENT_CLOSED: [&str; 2] = ["7", "8"];

pub(crate) fn before(draft: &mut Draft<'_>) {
    let closed = if draft.after.class == "incident" { &INCIDENT_CLOSED[..] } else { &CLOSED[..] };
    let closes = closed.contains(&draft.get("state"));
    if closes && (draft.changed("state") || draft.before.is_none()) {
        draft.after.set("active", "false");
        draft.sign("closed_by", "closed_at");
    } else if !closes && draft.before.is_some_and(|before| closed.contains(&before.get("state"))) {
        draft.after.set("active", "true");
        draft.after.set("closed_by", "");
        draft.after.set("closed_at", "");
    }
    let reassigned = draft.before.is_some_and(|before| !before.get("assignment_group").is_empty());
    if reassigned && draft.changed("assignment_group") {
        draft.count("reassignment_count");
    }
}
