//! Composes the written form with the catalogue into one schema.
//!
//! `if`/`then` per kind key and per node, not one `oneOf` over whole steps, which would make every
//! message useless. Draft 2020-12, only vocabulary that draft-07 also has, and `errorMessage`, which the
//! YAML language server shows in place of a pattern and everybody else passes over.

use drawbridge_sdk::{Catalog, Entry, Kind};
use schemars::{JsonSchema, SchemaGenerator, schema_for};
use serde_json::{Map, Value, json};

use super::examples::EXAMPLES;
use super::expression::expression;
use super::forms::{Duration, Shift, Time};
use super::mapping::with_records;
use super::nodes::{add_example, add_input, channels, effects, input_rule, names, people};
use super::plain::{tidy, title_definitions, words};
use super::rules::{offer_by_kind, rules, split_maps};
use super::written::Workflow;
use super::written_step::Add;
use crate::diagnostic::FileId;
use crate::syntax::parse;

/// The JSON Schema of a workflow with the nodes of this catalogue.
#[must_use]
pub fn workflow(catalog: &Catalog) -> Value {
    let mut schema = composed(catalog);
    add_examples(catalog, &mut schema);
    offer_by_kind(&mut schema["$defs"]["Step"]);
    schema
}

/// The same without the examples, which demand nothing and take as long as all the rest.
pub(crate) fn demands(catalog: &Catalog) -> Value {
    let mut schema = composed(catalog);
    offer_by_kind(&mut schema["$defs"]["Step"]);
    schema
}

fn composed(catalog: &Catalog) -> Value {
    let mut schema = schema_for!(Workflow).to_value();
    schema["$id"] = json!("urn:drawbridge:schema:workflow");
    schema["title"] = json!("Drawbridge workflow");
    tidy(&mut schema);
    title_definitions(&mut schema);
    split_maps(&mut schema["$defs"]);
    let mut defs = schema["$defs"].as_object().cloned().unwrap_or_default();
    defs.insert("Expression".to_owned(), expression());
    add_form::<Duration>(&mut defs);
    add_form::<Time>(&mut defs);
    add_form::<Shift>(&mut defs);
    add_form::<Add>(&mut defs);
    for entry in with_input(catalog) {
        add_input(entry, &mut defs);
    }
    if let Some(members) = defs.get_mut("SetValue").and_then(Value::as_object_mut) {
        // It may be anything; its keys are there for hovers and completion.
        members.remove("type");
    }
    for (name, rules) in rules() {
        if let Some(definition) = defs.get_mut(name) {
            definition["allOf"] = json!(rules);
        }
    }
    add_nodes(catalog, &mut defs);
    schema["$defs"] = Value::Object(defs);
    schema
}

/// Adds the names of the nodes where they are written, and what each takes.
fn add_nodes(catalog: &Catalog, defs: &mut Map<String, Value>) {
    let actions: Vec<_> = catalog.actions().collect();
    let triggers: Vec<_> = catalog.iter().filter(|entry| matches!(entry.kind, Kind::Trigger(_))).collect();
    let mut called = |definition: &str, key: &str, entries: &[&'static Entry]| {
        let Some(definition) = defs.get_mut(definition) else { return };
        definition["properties"][key] = names(definition["properties"][key].take(), entries);
        let inputs = entries.iter().map(|entry| input_rule(key, entry));
        let before = definition["allOf"].as_array().cloned().unwrap_or_default();
        definition["allOf"] = before.into_iter().chain(inputs).collect();
    };
    called("Step", "action", &actions);
    called("Trigger", "trigger", &triggers);
    called("Cancel", "trigger", &triggers);
    called("Event", "trigger", &triggers);
    if let Some(guard) = defs.get_mut("Guard") {
        guard["properties"]["count"] = effects(guard["properties"]["count"].take(), &actions);
    }
    if let Some(agent) = defs.get_mut("Agent") {
        let tool = json!({ "description": "Name of an action." });
        agent["properties"]["tools"]["items"] = names(tool, &actions);
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
}

/// Adds a form that only rules refer to.
fn add_form<T: JsonSchema>(defs: &mut Map<String, Value>) {
    let mut schema = T::json_schema(&mut SchemaGenerator::default()).to_value();
    schema["title"] = json!(words(&T::schema_name()));
    defs.insert(T::schema_name().into_owned(), schema);
}

/// The nodes that take an input.
fn with_input(catalog: &Catalog) -> impl Iterator<Item = &'static Entry> {
    catalog.iter().filter(|entry| !matches!(entry.kind, Kind::Channel(_) | Kind::Record(_)))
}

/// Adds the examples that a hover shows.
fn add_examples(catalog: &Catalog, schema: &mut Value) {
    for entry in with_input(catalog) {
        add_example(entry, &mut schema["$defs"]);
    }
    for (definition, key, example) in EXAMPLES {
        let owner = if definition.is_empty() { &mut *schema } else { &mut schema["$defs"][definition] };
        let Some(owner) = owner["properties"].get_mut(key) else { continue };
        if let (Some(root), _) = parse(example, FileId::WORKFLOW) {
            owner["examples"] = json!([root.to_value()]);
        }
    }
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
            let mut keys: Vec<_> = keys.known.iter().map(|key| (*key).to_owned()).collect();
            keys.sort_unstable();
            assert_eq!(members(&schema, name), keys, "{name}");
        }
    }
}
