//! Changes of a workflow that leave it YAML: members dropped, renamed, copied, swapped, moved between
//! blocks, and references, conditions and kinds put in the place of values. They reach the rules that a
//! change of letters never reaches, because those mostly end in the parser.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// One change; the numbers pick a place, counted modulo what there is.
#[derive(Debug, Clone)]
pub(crate) enum Mutation {
    /// Leaves a value out.
    Drop(usize),
    /// Gives a member another key.
    Rename(usize, &'static str),
    /// Adds a member.
    Add(usize, &'static str, Value),
    /// Puts something in the place of a value.
    Put(usize, Value),
    /// Puts one value in the place of another.
    Copy(usize, usize),
    /// Puts a value a second time behind itself, or behind another one of a list.
    Repeat(usize, usize),
}

/// Keys that some part of a workflow takes.
const KEYS: &[&str] = &[
    "id",
    "if",
    "needs",
    "action",
    "with",
    "approval",
    "decide",
    "set",
    "switch",
    "else",
    "parallel",
    "group",
    "rescue",
    "foreach",
    "as",
    "max",
    "at_once",
    "steps",
    "wait",
    "for",
    "until",
    "event",
    "workflow",
    "agent",
    "stop",
    "message",
    "expect",
    "poll",
    "timeout",
    "on_error",
    "requires_approval",
    "no_approval_because",
    "retry",
    "connection",
    "inputs",
    "settings",
    "outputs",
    "triggers",
    "trigger",
    "cancel_on",
    "guards",
    "deadline",
    "tables",
    "mappings",
    "map",
    "from",
    "on_failure",
    "finally",
    "stages",
    "approvers",
    "never",
    "remind",
    "escalate",
    "expires",
    "type",
    "default",
    "count",
    "first",
    "ago",
    "to",
    "fields",
    "file",
    "first_of",
    "value",
    "values",
    "required",
    "case",
    "lookup",
    "no_match",
    "on_absent",
    "on_null",
    "custom_fields",
    "need",
    "beneficiary",
    "requester",
    "on_reject",
    "calendar",
    "uses",
    "when",
    "x",
];

/// Texts that mean something somewhere.
const TEXTS: &[&str] = &[
    "",
    "a",
    "person",
    "grant",
    "approve",
    "$.steps.person.id",
    "$.steps.person",
    "$.steps.grant.x",
    "$.steps.person.groups[*].id",
    "$.status.grant",
    "$.inputs.person",
    "$.inputs.nobody",
    "$.trigger.sys_id",
    "$.out.number",
    "$.error.summary",
    "$.run.outcome",
    "$.member.id",
    "$..id",
    "$$.a",
    "$.steps.each_group.items",
    "$.steps.person.id == 'x'",
    "$.status.many == 'succeeded' && $.inputs.note != ''",
    "!$.steps.person.manager",
    "count($.steps.person.groups[*]) > 3",
    "match($.inputs.person, '(a|b)*')",
    "$.a and $.b",
    "{{steps.person.displayName}}",
    "{{#each steps.person.groups}}{{this.id}}{{/each}}",
    "{{default inputs.note \"x\"}}",
    "{{error.summary}}",
    "{{",
    "azure_ad.user.get",
    "azure_ad.group.add_member",
    "servicenow.incident.create",
    "servicenow.catalog_item.requested",
    "servicenow.manager_of",
    "servicenow",
    "routing",
    "requester",
    "departments",
    "mapped",
    "$.source.department",
    "$.steps.ask.outcome == 'approved'",
    "flag",
    "continue",
    "fail",
    "succeeded",
    "rejected",
    "string",
    "list",
    "4h",
    "90d",
    "P1D",
    "0123",
    "null",
];

fn value() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(TEXTS).prop_map(|text| json!(text));
    prop_oneof![
        8 => text,
        1 => prop::sample::select(vec![
            json!(null), json!(true), json!(0), json!(-1), json!(3), json!(1.5), json!([]), json!({}),
            json!([{}]), json!({"id": "a"}), json!(["person"]), json!({"ago": "90d"}),
            json!({"id": "b", "stop": "failed"}), json!([{"id": "c", "wait": {"for": "1h"}}]),
        ]),
    ]
}

/// Any change.
pub(crate) fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<usize>;
    let key = || prop::sample::select(KEYS);
    prop_oneof![
        at().prop_map(Mutation::Drop),
        (at(), key()).prop_map(|(at, key)| Mutation::Rename(at, key)),
        (at(), key(), value()).prop_map(|(at, key, value)| Mutation::Add(at, key, value)),
        (at(), value()).prop_map(|(at, value)| Mutation::Put(at, value)),
        (at(), at()).prop_map(|(from, to)| Mutation::Copy(from, to)),
        (at(), at()).prop_map(|(from, to)| Mutation::Repeat(from, to)),
    ]
}

/// The tree after a change.
pub(crate) fn mutate(tree: &mut Value, mutation: &Mutation) {
    let mut places = Vec::new();
    list(tree, String::new(), &mut places);
    let Some(count) = places.len().checked_sub(1).filter(|count| *count > 0) else { return };
    // The root itself stands first and stays.
    let place = |at: usize| places[1 + at % count].as_str();
    match mutation {
        Mutation::Drop(at) => within(tree, place(*at), |_| None),
        Mutation::Put(at, value) => within(tree, place(*at), |_| Some(value.clone())),
        Mutation::Copy(from, to) => {
            let value = tree.pointer(place(*from)).cloned();
            within(tree, place(*to), |_| value);
        }
        Mutation::Rename(at, key) => rename(tree, place(*at), key),
        Mutation::Add(at, key, value) => {
            let maps: Vec<&String> =
                places.iter().filter(|place| tree.pointer(place).is_some_and(Value::is_object)).collect();
            let Some(map) = maps.get(at % maps.len().max(1)) else { return };
            if let Some(Value::Object(members)) = tree.pointer_mut(map) {
                members.insert((*key).to_owned(), value.clone());
            }
        }
        Mutation::Repeat(from, to) => {
            let lists: Vec<&String> =
                places.iter().filter(|place| tree.pointer(place).is_some_and(Value::is_array)).collect();
            let Some(list) = lists.get(to % lists.len().max(1)) else { return };
            let items: Vec<Value> =
                lists.iter().filter_map(|place| tree.pointer(place)?.as_array()).flatten().cloned().collect();
            let Some(item) = items.get(from % items.len().max(1)).cloned() else { return };
            if let Some(Value::Array(items)) = tree.pointer_mut(list) {
                items.insert(from % (items.len() + 1), item);
            }
        }
    }
}

/// Every place of a tree as a pointer, the root first.
fn list(value: &Value, at: String, places: &mut Vec<String>) {
    places.push(at.clone());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                list(item, format!("{at}/{index}"), places);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                list(member, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        _ => {}
    }
}

/// Replaces a value, or takes it out.
fn within(tree: &mut Value, place: &str, change: impl FnOnce(&Value) -> Option<Value>) {
    let Some((parent, last)) = place.rsplit_once('/') else { return };
    let last = last.replace("~1", "/").replace("~0", "~");
    match tree.pointer_mut(parent) {
        Some(Value::Array(items)) => {
            let Some(index) = last.parse().ok().filter(|index| *index < items.len()) else { return };
            match change(&items[index]) {
                Some(value) => items[index] = value,
                None => _ = items.remove(index),
            }
        }
        Some(Value::Object(members)) => {
            let Some(member) = members.get_mut(&last) else { return };
            match change(member) {
                Some(value) => *member = value,
                None => _ = members.shift_remove(&last),
            }
        }
        _ => {}
    }
}

fn rename(tree: &mut Value, place: &str, key: &str) {
    let Some((parent, last)) = place.rsplit_once('/') else { return };
    let last = last.replace("~1", "/").replace("~0", "~");
    if let Some(Value::Object(members)) = tree.pointer_mut(parent) {
        let renamed: Map<String, Value> = std::mem::take(members)
            .into_iter()
            .map(|(name, member)| (if name == last { key.to_owned() } else { name }, member))
            .collect();
        *members = renamed;
    }
}
