//! Rules of incidents: priority, states and what each state demands.
//!
//! Somebody who is only the caller or opened it may resolve, open again and close it, nothing else.
//! Source: reference section 10.2; ServiceNow, "Reopening an incident", "Resolve and close an incident". That a closed incident is read-only by role is read there as a
//! refused write; only an administrator may change it.

use crate::servicenow::actor::Deed;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::rules::draft::Draft;

const NEW: &str = "1";
const IN_PROGRESS: &str = "2";
const ON_HOLD: &str = "3";
const AWAITING_CALLER: &str = "1";
const RESOLVED: &str = "6";
const CLOSED: &str = "7";

pub(crate) fn before(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    if draft.before.is_some_and(|before| before.get("state") == CLOSED) && !draft.actor.has_role("admin") {
        return Err(Refusal::Acl(Deed::Write));
    }
    draft.mirror("state", "incident_state");
    self_service(draft);
    answer_of_caller(draft);
    demand(draft)?;
    let priority = priority(draft.get("impact"), draft.get("urgency"));
    draft.after.set("priority", priority);
    resolve(draft);
    Ok(())
}

/// Takes back what somebody without a role may not do to an incident of their own, without a word.
fn self_service(draft: &mut Draft<'_>) {
    let Some(before) = draft.before else { return };
    let confined = draft.base.dictionary.table("incident").and_then(|table| draft.actor.confined(table));
    if confined.is_none() {
        return;
    }
    let (was, is) = (before.get("state"), draft.get("state"));
    let resolves = is == RESOLVED && matches!(was, NEW | IN_PROGRESS | ON_HOLD);
    let allowed = resolves || (was == RESOLVED && matches!(is, IN_PROGRESS | CLOSED));
    if !allowed {
        draft.take_back(&["state", "incident_state"]);
    }
    if !resolves {
        draft.take_back(&["close_code", "close_notes"]);
    }
}

/// A word from the caller takes an incident that waits for it back to work.
fn answer_of_caller(draft: &mut Draft<'_>) {
    let waits = draft
        .before
        .is_some_and(|before| before.get("state") == ON_HOLD && before.get("hold_reason") == AWAITING_CALLER);
    let by_caller = !draft.actor.sys_id.is_empty() && draft.get("caller_id") == draft.actor.sys_id;
    if waits && by_caller && draft.notes("comments") && !draft.changed("state") {
        draft.after.set("state", IN_PROGRESS);
        draft.after.set("incident_state", IN_PROGRESS);
        draft.after.set("hold_reason", "");
    }
}

/// The data policies: a state without what belongs to it is refused with the labels of the fields.
fn demand(draft: &Draft<'_>) -> Result<(), Refusal> {
    let mut missing: Vec<&str> = Vec::new();
    match draft.get("state") {
        ON_HOLD => {
            let enters = draft.changed("state") || draft.changed("hold_reason");
            if draft.get("hold_reason").is_empty() {
                missing.push("hold_reason");
            } else if draft.get("hold_reason") == AWAITING_CALLER && enters && !draft.notes("comments") {
                missing.push("comments");
            }
        }
        RESOLVED | CLOSED => {
            missing.extend(
                ["close_code", "close_notes"].into_iter().filter(|field| draft.get(field).is_empty()),
            );
        }
        _ => {}
    }
    if missing.is_empty() {
        return Ok(());
    }
    let label = |field: &str| draft.base.dictionary.field("incident", field).map(|one| one.label.clone());
    Err(Refusal::Mandatory(missing.into_iter().filter_map(label).collect()))
}

/// The data look-up of impact and urgency, both 1 to 3.
pub(crate) fn priority(impact: &str, urgency: &str) -> &'static str {
    match (impact, urgency) {
        ("1", "1") => "1",
        ("1", "2") | ("2", "1") => "2",
        ("1", "3") | ("2", "2") | ("3", "1") => "3",
        ("2", "3") | ("3", "2") => "4",
        _ => "5",
    }
}

fn resolve(draft: &mut Draft<'_>) {
    let was = draft.before.map_or("", |before| before.get("state")).to_owned();
    let is = draft.get("state").to_owned();
    if is == RESOLVED && was != RESOLVED {
        draft.sign("resolved_by", "resolved_at");
    } else if was == RESOLVED && !matches!(is.as_str(), RESOLVED | CLOSED) {
        draft.after.set("resolved_by", "");
        draft.after.set("resolved_at", "");
        draft.after.set("reopened_by", "");
        draft.after.set("reopened_time", "");
        draft.sign("reopened_by", "reopened_time");
        draft.count("reopen_count");
    }
}

#[cfg(test)]
mod tests {
    use super::priority;

    #[test]
    fn the_priority_matrix_is_the_one_of_the_reference() {
        let rows = [["1", "2", "3"], ["2", "3", "4"], ["3", "4", "5"]];
        for (impact, row) in rows.iter().enumerate() {
            for (urgency, expected) in row.iter().enumerate() {
                assert_eq!(priority(&(impact + 1).to_string(), &(urgency + 1).to_string()), *expected);
            }
        }
    }
}
