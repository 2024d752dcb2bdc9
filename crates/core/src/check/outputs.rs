//! The schemas of what steps give, for every kind.

use std::collections::HashMap;

use drawbridge_sdk::{Catalog, Entry, Kind};
use serde_json::{Value, json};

use super::compile_trigger::Trigger;
use super::declared::{DeclaringInput, declared, declaring_inputs};
use super::shape::{Member, Shape};
use super::step::Step;
use super::types::{Types, schema_of};
use super::world::{Meaning, Site, World, closed_map, map_of};
use crate::expression::Template;
use crate::graph::{SetValue, VertexKind};
use crate::model::{Document, KindDoc, NoMatch, Table, ValueDoc, ValueType};

/// Most parts of schemas that are copied for the values of `set` steps of one workflow.
const COPIED_MAX: usize = 20_000;

/// Everything that can be read, built in the order of the text, because a `set` gives what it reads.
pub(super) fn build_world<'a>(
    document: &Document<'_>,
    steps: &'a [Step<'_>],
    triggers: &[Trigger<'_>],
    tables: &HashMap<&str, &Table>,
    catalog: &Catalog,
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
        events: triggers.iter().map(|trigger| event(trigger, catalog)).collect(),
    };
    world.run["properties"]["version"] = json!({ "type": "integer" });
    let mut actions: HashMap<&str, (Value, Vec<DeclaringInput>)> = HashMap::new();
    let mut left = COPIED_MAX;
    for (at, step) in steps.iter().enumerate() {
        let output = match (&step.doc.kind, &step.kind) {
            (Some(KindDoc::Action(action)), _) => {
                let name = action.action.as_str().unwrap_or_default();
                let (output, inputs) = actions.entry(name).or_insert_with(|| {
                    let entry = catalog.get(name);
                    (action_output(entry), declaring_inputs(entry))
                });
                declared(output, inputs, action.with)
            }
            (Some(KindDoc::Decide { table, .. }), _) => {
                tables.get(table.as_str().unwrap_or_default()).map_or_else(|| json!({}), |table| row(table))
            }
            (_, Some(VertexKind::Set(values))) => {
                let member = |(name, value): (&String, &SetValue)| {
                    let (schema, always) = set_value(value, &world, at, &mut left);
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
        world.outputs.push(output);
    }
    world
}

fn value(doc: &ValueDoc<'_>) -> (String, Value) {
    (doc.key.text.clone(), doc.kind.map_or_else(|| json!({}), schema_of))
}

fn event(trigger: &Trigger<'_>, catalog: &Catalog) -> Value {
    let name = trigger.doc.trigger.and_then(|node| node.as_str()).unwrap_or_default();
    let entry = catalog.get(name);
    match entry.map(|entry| &entry.kind) {
        Some(Kind::Trigger(kind)) => {
            declared(&(kind.event)().to_value(), &declaring_inputs(entry), trigger.doc.with)
        }
        _ => json!({}),
    }
}

fn action_output(entry: Option<&'static Entry>) -> Value {
    match entry.map(|entry| &entry.kind) {
        Some(Kind::Read(read)) => (read.output)().to_value(),
        Some(Kind::Write(write)) => (write.output)().to_value(),
        _ => json!({}),
    }
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
fn set_value(value: &SetValue, world: &World<'_>, at: usize, left: &mut usize) -> (Value, bool) {
    match value {
        SetValue::Plain(template) => plain(template, world, at, left),
        SetValue::Ago(_) | SetValue::FromNow(_) => (schema_of(ValueType::Time), true),
        SetValue::Add { time, .. } => (schema_of(ValueType::Time), plain(time, world, at, left).1),
        SetValue::Condition(_) => (json!({ "type": "boolean" }), true),
        SetValue::Count(_) => (json!({ "type": "integer" }), true),
        SetValue::First(template) => first(template, world, at, left),
        SetValue::Without { list, .. } => {
            let (schema, _) = plain(list, world, at, left);
            (
                if Shape::new(&schema).types() == Types::LIST { schema } else { json!({ "type": "array" }) },
                true,
            )
        }
    }
}

/// The types of what the first of several may be; certain where one of them is.
fn first(template: &Template, world: &World<'_>, at: usize, left: &mut usize) -> (Value, bool) {
    let Template::List(items) = template else {
        let (schema, _) = plain(template, world, at, left);
        return match Shape::new(&schema).element() {
            Member::Known(element, _) => (element.copy_without_null(left), false),
            Member::Open | Member::Missing => (json!({}), false),
        };
    };
    let values: Vec<_> = items.iter().map(|item| plain(item, world, at, left)).collect();
    let is_there =
        |(schema, always): &(Value, bool)| *always && !Shape::new(schema).types().meets(Types::NULL);
    let always = values.iter().any(is_there);
    let mut kinds: Vec<_> =
        values.iter().map(|(schema, _)| Shape::new(schema).copy_without_null(left)).collect();
    kinds.dedup();
    match kinds.as_slice() {
        [only] => (only.clone(), always),
        _ => (json!({ "anyOf": kinds }), always),
    }
}

fn plain(template: &Template, world: &World<'_>, at: usize, left: &mut usize) -> (Value, bool) {
    match template {
        Template::Literal(value) => (typed(Types::of(value)), true),
        Template::Text(_) => (json!({ "type": "string" }), true),
        Template::List(items) => {
            let mut kinds: Vec<_> = items.iter().map(|item| plain(item, world, at, left).0).collect();
            kinds.dedup();
            match kinds.as_slice() {
                [only] => (json!({ "type": "array", "items": only }), true),
                _ => (json!({ "type": "array" }), true),
            }
        }
        Template::Map(members) => {
            let member = |(name, member): (&String, &Template)| {
                let (schema, always) = plain(member, world, at, left);
                (name.clone(), schema, always)
            };
            (map_of(members.iter().map(member)), true)
        }
        Template::Path(path) => {
            let references = path.references();
            let Some(reference) = references.first() else { return (json!({}), false) };
            let is_list = !reference.is_singular();
            match world.meaning(reference, Site::Step(at)) {
                Meaning::Known(shape, _) if is_list => {
                    (json!({ "type": "array", "items": shape.copy(left) }), true)
                }
                Meaning::Known(shape, always) => (shape.copy(left), always),
                _ if is_list => (json!({ "type": "array" }), true),
                _ => (json!({}), false),
            }
        }
    }
}

fn typed(types: Types) -> Value {
    match types {
        Types::BOOLEAN => json!({ "type": "boolean" }),
        Types::TEXT => json!({ "type": "string" }),
        Types::LIST => json!({ "type": "array" }),
        Types::NULL => json!({ "type": "null" }),
        types if types == Types::named("integer") => json!({ "type": "integer" }),
        types if types.without(Types::NUMBER) == Types::NONE => json!({ "type": "number" }),
        _ => json!({}),
    }
}
