//! Rules of requests, requested items and their tasks: what they share, and how closing rolls up.
//!
//! A closed item closes its request once it was the last. Closed tasks close their item only where
//! the instance fulfils by execution plan; with a flow, the flow would do it, and here nobody does.
//! Source: reference sections 10.3 and 17.2(6).

use crate::servicenow::rules::draft::{Consequence, Draft};
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

pub(crate) fn after(base: Base<'_>, before: Option<&Record>, stored: &Record) -> Vec<Consequence> {
    let closed_now =
        stored.get("active") == "false" && before.is_none_or(|before| before.get("active") != "false");
    if !closed_now {
        return Vec::new();
    }
    match stored.class.as_str() {
        "sc_req_item" => roll_up(base, "sc_req_item", "request", stored).map(|(id, state)| Consequence {
            table: "sc_request".to_owned(),
            id,
            set: request_closed(state),
        }),
        "sc_task" if by_plan(base) => {
            roll_up(base, "sc_task", "request_item", stored).map(|(id, state)| Consequence {
                table: "sc_req_item".to_owned(),
                id,
                set: vec![("state".to_owned(), state.to_owned())],
            })
        }
        _ => None,
    }
    .into_iter()
    .collect()
}

fn request_closed(state: &'static str) -> Vec<(String, String)> {
    let name = REQUEST_CLOSED
        .iter()
        .find(|(_, number)| *number == state)
        .map_or("closed_complete", |(name, _)| *name);
    let stage = if state == "3" { "closed_complete" } else { "closed_incomplete" };
    [("request_state", name), ("stage", stage)]
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .to_vec()
}

fn by_plan(base: Base<'_>) -> bool {
    let property = base.store.find(base.dictionary, "sys_properties", "name", ROLL_UP_PROPERTY);
    property.is_some_and(|row| row.get("value") == "execution_plan")
}

/// The whole and the state it ends in, once every part is closed.
fn roll_up(base: Base<'_>, parts: &str, field: &str, stored: &Record) -> Option<(String, &'static str)> {
    let whole = stored.get(field);
    let siblings: Vec<&Record> =
        base.store.all(base.dictionary, parts).filter(|part| part.get(field) == whole).collect();
    if whole.is_empty() || siblings.iter().any(|part| part.get("active") != "false") {
        return None;
    }
    let state = if siblings.iter().any(|part| part.get("state") == "4") {
        "4"
    } else if siblings.iter().all(|part| part.get("state") == "7") {
        "7"
    } else {
        "3"
    };
    Some((whole.to_owned(), state))
}
