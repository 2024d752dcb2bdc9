//! Rules of requests, requested items and their tasks: what they share, and how closing rolls up.
//!
//! A closed item closes its request once it was the last. Closed tasks close their item only where
//! the instance fulfils by execution plan or the item's flow made the tasks; with another flow, that
//! flow would do it, and here nobody does. A cancelled request takes its open items and tasks along.
//! Source: reference sections 10.3, 12.2, 14 and 17.2(6).

use crate::servicenow::rules::draft::{Consequence, Draft, Stored};
use crate::servicenow::rules::policy::Policy;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// `execution_plan` makes closed tasks close their item. A property of this sandbox alone.
const ROLL_UP_PROPERTY: &str = "sandbox.closure_rollup";

/// Request states that close a request, with the state of the task underneath.
const REQUEST_CLOSED: [(&str, &str); 5] = [
    ("closed_complete", "3"),
    ("closed_incomplete", "4"),
    ("closed_cancelled", "7"),
    ("cancelled", "7"),
    ("closed_rejected", "4"),
];

pub(crate) fn before(draft: &mut Draft<'_>) {
    match draft.after.class.as_str() {
        "sc_request" => pair_states(draft),
        "sc_req_item" => close_stage(draft),
        "sc_task" if draft.before.is_none() => inherit(draft),
        _ => {}
    }
}

/// `request_state` leads; where only `state` was written, it follows.
fn pair_states(draft: &mut Draft<'_>) {
    let state_of = |request_state: &str| REQUEST_CLOSED.iter().find(|(name, _)| *name == request_state);
    if draft.changed("request_state") {
        if let Some((_, state)) = state_of(draft.get("request_state")) {
            draft.after.set("state", *state);
        }
    } else if draft.changed("state")
        && let Some((name, _)) = REQUEST_CLOSED.iter().find(|(_, state)| *state == draft.get("state"))
    {
        draft.after.set("request_state", *name);
    }
}

/// An item that is done is in its last stage, unless the writer says otherwise.
fn close_stage(draft: &mut Draft<'_>) {
    if draft.changed("state") && draft.get("state") == "3" && !draft.changed("stage") {
        draft.after.set("stage", "completed");
    }
}

/// A task of an item belongs to the item's request and is about the same thing.
fn inherit(draft: &mut Draft<'_>) {
    let Some(item) = draft.base.store.get(draft.base.dictionary, "sc_req_item", draft.get("request_item"))
    else {
        return;
    };
    let taken = ["request", "cat_item"].map(|field| (field, item.get(field)));
    for (field, value) in taken.into_iter().chain([("parent", item.id())]) {
        draft.fill(field, value);
    }
}

pub(crate) fn after(stored: Stored<'_>) -> Vec<Consequence> {
    let (base, record) = (stored.base, stored.after);
    let mut found = approved_or_not(stored);
    if !stored.closed_now() {
        return found;
    }
    match record.class.as_str() {
        "sc_request" if matches!(record.get("request_state"), "cancelled" | "closed_cancelled") => {
            found.extend(cancel_parts(base, record, "sc_req_item", "request"));
        }
        "sc_req_item" => {
            if record.get("stage") == "Request Cancelled" {
                found.extend(cancel_parts(base, record, "sc_task", "request_item"));
            }
            let request = whole(base, "sc_request", "sc_req_item", "request", record);
            found.extend(request.map(|(request, state)| request_closed(request, state)));
        }
        "sc_task" if by_plan(base) || by_flow(base, record) => {
            let item = whole(base, "sc_req_item", "sc_task", "request_item", record);
            found.extend(item.map(|(item, state)| Consequence::change(item, &[("state", state)])));
        }
        _ => {}
    }
    found
}

/// What a flow does with an item or a request whose approval was asked for or decided.
fn approved_or_not(stored: Stored<'_>) -> Vec<Consequence> {
    let (base, record) = (stored.base, stored.after);
    if !stored.changed("approval") || stored.before.is_none() || record.get("active") == "false" {
        return Vec::new();
    }
    let policy = Policy::of(base, record);
    if !policy.is_flow() {
        return Vec::new();
    }
    let change = |set: &[(&str, &str)]| vec![Consequence::change(record, set)];
    match (record.class.as_str(), record.get("approval")) {
        ("sc_req_item", "requested") => change(&[("stage", "waiting_for_approval")]),
        ("sc_req_item", "approved" | "skipped") => {
            let mut found = change(&[("stage", "fulfillment"), ("state", "2")]);
            if policy.task {
                let task = [
                    ("request_item", record.id()),
                    ("short_description", record.get("short_description")),
                    ("assignment_group", record.get("assignment_group")),
                ];
                found.push(Consequence::create("sc_task", &task));
            }
            found
        }
        ("sc_req_item", "rejected" | "cancelled") => {
            change(&[("stage", "Request Cancelled"), ("state", "4")])
        }
        ("sc_request", "approved") => change(&[("request_state", "in_process"), ("stage", "approved")]),
        ("sc_request", "rejected") => {
            change(&[("request_state", "closed_rejected"), ("stage", "closed_incomplete")])
        }
        _ => Vec::new(),
    }
}

fn cancel_parts(base: Base<'_>, record: &Record, parts: &str, field: &str) -> Vec<Consequence> {
    let open = base
        .store
        .all(base.dictionary, parts)
        .filter(|part| part.get(field) == record.id() && part.get("active") != "false");
    open.map(|part| {
        if part.class == "sc_req_item" {
            Consequence::change(part, &[("stage", "Request Cancelled"), ("state", "4")])
        } else {
            Consequence::change(part, &[("state", "7")])
        }
    })
    .collect()
}

fn request_closed(request: &Record, state: &str) -> Consequence {
    let name = REQUEST_CLOSED
        .iter()
        .find(|(_, number)| *number == state)
        .map_or("closed_complete", |(name, _)| *name);
    let stage = if state == "3" { "closed_complete" } else { "closed_incomplete" };
    Consequence::change(request, &[("request_state", name), ("stage", stage)])
}

fn by_plan(base: Base<'_>) -> bool {
    let property = base.store.find(base.dictionary, "sys_properties", "name", ROLL_UP_PROPERTY);
    property.is_some_and(|row| row.get("value") == "execution_plan")
}

fn by_flow(base: Base<'_>, task: &Record) -> bool {
    let item = base.store.get(base.dictionary, "sc_req_item", task.get("request_item"));
    item.map(|item| Policy::of(base, item)).is_some_and(|policy| policy.is_flow() && policy.task)
}

/// The whole, still open, and the state it ends in, once every part is closed.
fn whole<'a>(
    base: Base<'a>,
    table: &str,
    parts: &'a str,
    field: &str,
    stored: &Record,
) -> Option<(&'a Record, &'static str)> {
    let whole = base.store.get(base.dictionary, table, stored.get(field))?;
    let siblings: Vec<&Record> =
        base.store.all(base.dictionary, parts).filter(|part| part.get(field) == whole.id()).collect();
    if whole.get("active") == "false" || siblings.iter().any(|part| part.get("active") != "false") {
        return None;
    }
    let state = if siblings.iter().any(|part| part.get("state") == "4") {
        "4"
    } else if siblings.iter().all(|part| part.get("state") == "7") {
        "7"
    } else {
        "3"
    };
    Some((whole, state))
}
