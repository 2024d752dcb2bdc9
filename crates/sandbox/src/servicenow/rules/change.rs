//! Rules of changes: their kind, the moves between states, and who is asked in which state.
//!
//! Assess asks the assignment group, Authorize the change advisory board; an approval moves the
//! change on and a rejection sends it back.
//! Source: reference sections 10.4 and 12.2.

use crate::ids;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::rules::approval::open_rows;
use crate::servicenow::rules::ask::Question;
use crate::servicenow::rules::draft::{Consequence, Draft, Stored};
use crate::servicenow::rules::policy::Policy;
use crate::servicenow::rules::transition::{
    ASSESS, AUTHORIZE, CANCELED, CLOSED, GUARD, IMPLEMENT, NEW, REVIEW, from_here,
};
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// The group that Authorize asks.
pub(crate) const BOARD: &str = "CAB Approval";

pub(crate) fn before(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    kind(draft);
    let moved = draft.before.is_some() && draft.changed("state");
    if let Some(before) = draft.before.filter(|_| moved) {
        // The conditions are those of the change as it will be, seen from where it was.
        let mut seen = draft.after.clone();
        seen.set("state", before.get("state"));
        let base = draft.base;
        let target = draft.get("state");
        if !from_here(base, &seen).iter().any(|one| one.to == target && one.is_open(base, &seen)) {
            return Err(Refusal::Aborted {
                table: "change_request".to_owned(),
                rule: GUARD.to_owned(),
                id: ids::hex32("sys_script", GUARD),
            });
        }
    }
    let mut missing = Vec::new();
    if draft.get("state") == CLOSED && (moved || draft.before.is_none()) {
        missing.extend(draft.missing(&["close_code", "close_notes"]));
    }
    if draft.get("on_hold") == "true" {
        missing.extend(draft.missing(&["on_hold_reason"]));
    }
    if !missing.is_empty() {
        return Err(Refusal::Mandatory(missing));
    }
    if moved {
        entered(draft);
    }
    Ok(())
}

/// The type and the model name each other where only one of them is given.
fn kind(draft: &mut Draft<'_>) {
    let base = draft.base;
    if draft.before.is_none() {
        let model = base.store.get(base.dictionary, "chg_model", draft.get("chg_model"));
        if let Some(model) = model {
            let name = model.get("name").to_ascii_lowercase();
            let types = base.dictionary.field("change_request", "type");
            let usual = draft.get("type") == "normal";
            if usual && types.is_some_and(|field| field.choices.contains_key(&name)) {
                draft.after.set("type", name);
            }
        }
    }
    if draft.get("chg_model").is_empty() {
        let mut models = base.store.all(base.dictionary, "chg_model");
        let kind = draft.get("type");
        let model = models.find(|model| model.get("name").eq_ignore_ascii_case(kind));
        let id = model.map(|model| model.id().to_owned());
        draft.after.set("chg_model", id.unwrap_or_default());
    }
}

/// Stamps and fields of the state that was entered.
fn entered(draft: &mut Draft<'_>) {
    let now = stamp::raw(draft.now);
    match draft.get("state") {
        // A new round of questions begins without an answer.
        ASSESS => draft.after.set("approval", "not requested"),
        AUTHORIZE if draft.was("state") == NEW => draft.after.set("approval", "not requested"),
        IMPLEMENT => draft.fill("work_start", &now),
        REVIEW => draft.fill("work_end", &now),
        _ => {}
    }
}

pub(crate) fn after(stored: Stored<'_>) -> Vec<Consequence> {
    let (base, change) = (stored.base, stored.after);
    let mut found = Vec::new();
    if stored.before.is_some() && stored.changed("state") {
        found.extend(end_round(base, change));
        found.extend(ask(base, change));
        if change.get("state") == CANCELED {
            let tasks = base.store.all(base.dictionary, "change_task");
            let open = tasks
                .filter(|task| task.get("change_request") == change.id() && task.get("active") != "false");
            found.extend(open.map(|task| Consequence::change(task, &[("state", CANCELED)])));
        }
    } else if stored.changed("approval") && matches!(change.get("approval"), "approved" | "rejected") {
        found.extend(proceed(base, change));
    }
    found
}

/// What follows from a task of a change that was closed: the last one ends the implementation.
pub(crate) fn after_task(stored: Stored<'_>) -> Vec<Consequence> {
    let (base, task) = (stored.base, stored.after);
    let change = base.store.get(base.dictionary, "change_request", task.get("change_request"));
    match change.filter(|change| stored.closed_now() && change.get("state") == IMPLEMENT) {
        Some(change) => proceed(base, change),
        None => Vec::new(),
    }
}

/// The move the platform makes by itself, if one is open.
fn proceed(base: Base<'_>, change: &Record) -> Vec<Consequence> {
    let moves = from_here(base, change);
    let next = moves.iter().find(|one| one.automatic && one.is_open(base, change));
    next.map(|one| Consequence::change(change, &[("state", one.to)])).into_iter().collect()
}

/// The questions of the state that was left need no answer any more.
fn end_round(base: Base<'_>, change: &Record) -> Vec<Consequence> {
    let state = if change.get("state") == CANCELED { "cancelled" } else { "not_required" };
    let mut found: Vec<Consequence> = open_rows(base, change)
        .into_iter()
        .map(|row| Consequence::change(row, &[("state", state)]))
        .collect();
    let groups = base.store.all(base.dictionary, "sysapproval_group");
    let groups = groups.filter(|group| group.get("parent") == change.id() && group.get("active") != "false");
    // A closed group takes its rows out of the present round.
    found.splice(0..0, groups.map(|group| Consequence::change(group, &[("state", CLOSED)])));
    found
}

/// The questions of the state that was entered. A policy that names people replaces the board.
fn ask(base: Base<'_>, change: &Record) -> Vec<Consequence> {
    let policy = Policy::of(base, change);
    let question = Question { base, subject: change, policy: &policy, at: change.get("sys_updated_on") };
    match change.get("state") {
        _ if !policy.is_flow() => Vec::new(),
        ASSESS => question.group(change.get("assignment_group")),
        AUTHORIZE if policy.asks() => question.put(),
        AUTHORIZE => question.group(BOARD),
        _ => Vec::new(),
    }
}
