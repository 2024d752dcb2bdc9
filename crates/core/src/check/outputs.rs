//! The schemas of what steps give, for every kind.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Value, json};

use super::compile_trigger::Trigger;
use super::schemas::Schemas;
use super::step::Step;
use super::types::{Types, schema_of};
use super::world::{Meaning, Site, World, closed_map, map_of};
use crate::expression::Template;
use crate::graph::{SetValue, VertexKind};
use crate::model::{Document, KindDoc, NoMatch, Table, ValueDoc};
use crate::syntax::Node;

/// Everything that can be read, built in the order of the text, because a `set` gives what it reads.
pub(super) fn build_world<'a>(
    document: &Document<'_>,
    steps: &'a [Step<'_>],
    triggers: &[Trigger<'_>],
    tables: &HashMap<&str, &Table>,
    schemas: &'a Schemas,
) -> World<'a> {
    let text = || json!({ "type": "string" });
    let named = |names: &[&str]| closed_map(names.iter().map(|name| ((*name).to_owned(), text())));
    let mut by_id = HashMap::new();
    for (at, step) in steps.iter().enumerate() {
        if let Some(id) = &step.doc.id {
            by_id.entry(id.as_str()).or_insert(at);
        }
    }
    let mut error = named(&["step", "code", "summary"]);
    error["properties"]["system"] = json!({ "type": ["string", "null"] });
    error["properties"]["status"] = json!({ "type": ["integer", "null"] });
    let mut world = World {
        by_id,
        inputs: closed_map(document.inputs.iter().map(value)),
        settings: closed_map(document.settings.iter().map(value)),
        run: named(&["id", "workflow", "trigger", "started_at", "outcome"]),
        error,
        status: json!({ "enum": ["succeeded", "failed", "skipped", "timed_out"] }),
        outputs: Vec::with_capacity(steps.len()),
        events: triggers.iter().map(|trigger| schemas.event(node_name(trigger.doc.trigger))).collect(),
    };
    world.run["properties"]["version"] = json!({ "type": "integer" });
    for (at, step) in steps.iter().enumerate() {
        let output = match (&step.doc.kind, &step.kind) {
            (Some(KindDoc::Action(action)), _) => {
                world.outputs.push(Cow::Borrowed(schemas.output(node_name(Some(action.action)))));
                continue;
            }
            (Some(KindDoc::Decide { table, .. }), _) => {
                tables.get(table.as_str().unwrap_or_default()).map_or_else(|| json!({}), |table| row(table))
            }
            (_, Some(VertexKind::Set(values))) => {
                let member = |(name, value): (&String, &SetValue)| {
                    let (schema, always) = set_value(value, &world, at);
                    (name.clone(), schema, always)
                };
                map_of(values.iter().map(member))
            }
            (Some(KindDoc::Approval(_)), _) => {
                let outcomes = ["approved", "rejected", "expired", "withdrawn"];
                json!({ "properties": { "outcome": { "enum": outcomes } }, "required": ["outcome"],
                        "type": "object", "additionalProperties": true })
            }
            _ => json!({}),
        };
        world.outputs.push(Cow::Owned(output));
    }
    world
}

fn value(doc: &ValueDoc<'_>) -> (String, Value) {
    (doc.key.text.clone(), doc.kind.map_or_else(|| json!({}), schema_of))
}

fn node_name(node: Option<&Node>) -> &str {
    node.and_then(Node::as_str).unwrap_or_default()
}

fn row(table: &Table) -> Value {
    let columns = table.outputs.iter().enumerate().map(|(at, column)| {
        let last_resort = match &table.no_match {
            NoMatch::Row(row) => row.get(&column.name).is_some_and(Value::is_null),
            NoMatch::Fail | NoMatch::Skip => false,
        };
        let has_null =
            last_resort || table.rows.iter().any(|row| row.values.get(at).is_some_and(Value::is_null));
        let own = schema_of(column.kind);
        let schema = if has_null { json!({ "anyOf": [own, { "type": "null" }] }) } else { own };
        (column.name.clone(), schema)
    });
    let mut row = closed_map(columns);
    if table.no_match == NoMatch::Skip
        && let Some(members) = row.as_object_mut()
    {
        members.remove("required");
    }
    row
}

/// What a value of a `set` gives and whether it is always there.
fn set_value(value: &SetValue, world: &World<'_>, at: usize) -> (Value, bool) {
    match value {
        SetValue::Plain(template) => plain(template, world, at),
        SetValue::Ago(_) | SetValue::FromNow(_) => (json!({ "type": "string" }), true),
        SetValue::Condition(_) => (json!({ "type": "boolean" }), true),
        SetValue::Count(_) => (json!({ "type": "integer" }), true),
        SetValue::First(_) => (json!({}), false),
    }
}

fn plain(template: &Template, world: &World<'_>, at: usize) -> (Value, bool) {
    match template {
        Template::Literal(value) => (typed(Types::of(value)), true),
        Template::Text(_) => (json!({ "type": "string" }), true),
        Template::List(_) => (json!({ "type": "array" }), true),
        Template::Map(members) => {
            let member = |(name, member): (&String, &Template)| {
                let (schema, always) = plain(member, world, at);
                (name.clone(), schema, always)
            };
            (map_of(members.iter().map(member)), true)
        }
        Template::Path(path) => {
            let references = path.references();
            let Some(reference) = references.first() else { return (json!({}), false) };
            let always = matches!(world.meaning(reference, Site::Step(at)), Meaning::Known(_, true));
            (typed(world.types(reference, Site::Step(at))), always || !reference.is_singular())
        }
    }
}

fn typed(types: Types) -> Value {
    match types {
        Types::BOOLEAN => json!({ "type": "boolean" }),
        Types::TEXT => json!({ "type": "string" }),
        Types::LIST => json!({ "type": "array" }),
        Types::NUMBER => json!({ "type": "number" }),
        types if types == Types::named("integer") => json!({ "type": "integer" }),
        _ => json!({}),
    }
}
