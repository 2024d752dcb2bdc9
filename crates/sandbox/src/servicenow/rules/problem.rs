//! Rules of problems: one state under two names, stamps of the resolution.
//!
//! Source: reference section 10.9 for the states. No policy is documented for the moves between
//! them, so every move is taken.

use crate::servicenow::rules::draft::Draft;
use crate::servicenow::rules::incident::priority;

const RESOLVED: &str = "106";
const CLOSED: &str = "107";

pub(crate) fn before(draft: &mut Draft<'_>) {
    draft.mirror("state", "problem_state");
    let priority = priority(draft.get("impact"), draft.get("urgency"));
    draft.after.set("priority", priority);
    let (was, is) = (draft.was("state").to_owned(), draft.get("state").to_owned());
    let done = |state: &str| matches!(state, RESOLVED | CLOSED);
    if done(&is) && !done(&was) {
        draft.sign("resolved_by", "resolved_at");
    } else if done(&was) && !done(&is) {
        for field in ["resolved_by", "resolved_at", "reopened_by", "reopened_at"] {
            draft.after.set(field, "");
        }
        draft.sign("reopened_by", "reopened_at");
        draft.count("reopen_count");
    }
}
