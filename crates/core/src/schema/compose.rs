//! Composes the written form with the catalogue into one schema.
//!
//! `if`/`then` per kind key and per node, not one `oneOf` over whole steps, which would make every
//! message useless. Draft 2020-12, only vocabulary that draft-07 also has.

use drawbridge_sdk::{Catalog, Entry, Kind};
use schemars::schema_for;
use serde_json::{Map, Value, json};

use super::expression::{expression, open, open_inside};
use super::mapping::with_records;
use super::nulls::without_null;
use super::written::Workflow;
use crate::model::{EXTRA_KEYS, KIND_KEYS};

/// The JSON Schema of a workflow with the nodes of this catalogue.
#[must_use]
pub fn workflow(catalog: &Catalog) -> Value {
    let mut schema = schema_for!(Workflow).to_value();
    schema["title"] = json!("Drawbridge workflow");
    without_null(&mut schema);
    let mut defs = schema["$defs"].as_object().cloned().unwrap_or_default();
    defs.insert("Expression".to_owned(), expression());
    for entry in catalog.iter().filter(|entry| !matches!(entry.kind, Kind::Channel(_) | Kind::Record(_))) {
        add_input(entry, &mut defs);
    }
    let is_action = |entry: &&Entry| matches!(entry.kind, Kind::Read(_) | Kind::Write(_));
    let actions: Vec<_> = catalog.iter().filter(is_action).collect();
    let triggers: Vec<_> = catalog.iter().filter(|entry| matches!(entry.kind, Kind::Trigger(_))).collect();
    if let Some(step) = defs.get_mut("Step") {
        step["properties"]["action"] = names(step["properties"]["action"].take(), &actions);
        let mut rules = kind_rules();
        rules.extend(actions.iter().map(|entry| input_rule("action", entry)));
        step["allOf"] = Value::Array(rules);
        step["anyOf"] = KIND_KEYS.iter().map(|kind| json!({ "required": [kind] })).collect();
    }
    for name in ["Trigger", "Cancel", "Event"] {
        if let Some(trigger) = defs.get_mut(name) {
            trigger["properties"]["trigger"] = names(trigger["properties"]["trigger"].take(), &triggers);
            trigger["allOf"] = triggers.iter().map(|entry| input_rule("trigger", entry)).collect();
        }
    }
    if let Some(agent) = defs.get_mut("Agent") {
        let tool = names(json!({ "description": "Name of an action." }), &actions);
        agent["properties"]["tools"]["items"] = tool;
    }
    if let Some(approval) = defs.get_mut("Approval") {
        approval["properties"]["via"] = channels(approval["properties"]["via"].take(), catalog);
    }
    if let Some(approvers) = defs.get_mut("Approvers") {
        people(approvers, catalog);
    }
    if let Some(mapping) = defs.get_mut("Mapping") {
        with_records(mapping, catalog);
    }
    schema["$defs"] = Value::Object(defs);
    schema
}

/// Name of the definition of a node's input.
fn input_name(entry: &Entry) -> String {
    format!("with.{}", entry.name)
}

/// Adds the input of a node and what it refers to, under names of its own, open to expressions.
fn add_input(entry: &Entry, defs: &mut Map<String, Value>) {
    let mut input = (entry.input)().to_value();
    let own = input.as_object_mut().and_then(|members| {
        members.remove("$schema");
        members.remove("title");
        members.remove("$defs")
    });
    let prefix = input_name(entry);
    rename(&mut input, &prefix);
    if matches!(entry.kind, Kind::People(_)) {
        open(&mut input);
    } else {
        open_inside(&mut input);
    }
    for (name, mut definition) in own.and_then(|own| own.as_object().cloned()).unwrap_or_default() {
        rename(&mut definition, &prefix);
        open_inside(&mut definition);
        defs.insert(format!("{prefix}.{name}"), definition);
    }
    defs.insert(prefix, input);
}

/// Points references at the names that definitions have here.
fn rename(schema: &mut Value, prefix: &str) {
    match schema {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let target =
                    member.as_str().and_then(|target| target.strip_prefix("#/$defs/")).map(str::to_owned);
                match target {
                    Some(target) if name == "$ref" => *member = json!(format!("#/$defs/{prefix}.{target}")),
                    _ => rename(member, prefix),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, prefix)),
        _ => {}
    }
}

/// A key whose value is the name of a node.
fn names(key: Value, entries: &[&'static Entry]) -> Value {
    let known: Vec<_> =
        entries.iter().map(|entry| json!({ "const": entry.name, "description": entry.summary })).collect();
    json!({ "description": key["description"], "type": "string", "anyOf": known })
}

fn channels(key: Value, catalog: &Catalog) -> Value {
    let console = json!({ "const": "console", "description": "The console of Drawbridge" });
    let channels = catalog.iter().filter(|entry| matches!(entry.kind, Kind::Channel(_)));
    let known: Vec<_> = channels
        .map(|entry| json!({ "const": entry.name, "description": entry.summary }))
        .chain([console])
        .collect();
    json!({ "description": key["description"], "type": "string", "anyOf": known })
}

/// The people sources as keys.
fn people(approvers: &mut Value, catalog: &Catalog) {
    for entry in catalog.iter().filter(|entry| matches!(entry.kind, Kind::People(_))) {
        let reference = format!("#/$defs/{}", input_name(entry));
        approvers["properties"][entry.name] =
            json!({ "description": entry.summary, "allOf": [{ "$ref": reference }] });
    }
    approvers["additionalProperties"] = json!(false);
    approvers["minProperties"] = json!(1);
}

/// What `with` takes for one node.
fn input_rule(key: &str, entry: &Entry) -> Value {
    let name = input_name(entry);
    let input = (entry.input)().to_value();
    let needs_any = input["required"].as_array().is_some_and(|required| !required.is_empty());
    let mut then = json!({ "properties": { "with": { "$ref": format!("#/$defs/{name}") } } });
    if needs_any {
        then["required"] = json!(["with"]);
    }
    json!({ "if": { "properties": { key: { "const": entry.name } }, "required": [key] }, "then": then })
}

/// Per kind key: no other kind key, and nothing that goes with other kinds.
fn kind_rules() -> Vec<Value> {
    KIND_KEYS
        .iter()
        .map(|kind| {
            let others = KIND_KEYS.iter().filter(|other| *other != kind).copied();
            let extras = EXTRA_KEYS.iter().filter(|(_, with)| !with.contains(kind)).map(|(extra, _)| *extra);
            let refused: Map<String, Value> =
                others.chain(extras).map(|key| (key.to_owned(), Value::Bool(false))).collect();
            json!({ "if": { "required": [kind] }, "then": { "properties": refused } })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::key_tables;
    use crate::schema::mapping;

    /// The members of a definition, `""` being the whole schema.
    fn members(schema: &Value, name: &str) -> Vec<String> {
        let definition = if name.is_empty() { schema } else { &schema["$defs"][name] };
        let mut members: Vec<_> = definition["properties"]
            .as_object()
            .into_iter()
            .flat_map(|members| members.keys().cloned())
            .collect();
        members.sort_unstable();
        members
    }

    #[test]
    fn written_form_has_the_keys_that_are_read() {
        let schema = workflow(&Catalog::default());
        let file = mapping(&Catalog::default());
        assert_eq!(members(&file, ""), ["custom_fields", "description", "fields", "from", "mapping", "to"]);
        for (name, keys) in key_tables() {
            let mut keys: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
            keys.sort_unstable();
            assert_eq!(members(&schema, name), keys, "{name}");
        }
    }
}
