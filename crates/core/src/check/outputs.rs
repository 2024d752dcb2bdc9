//! The schemas of what steps give, for every kind.

use std::collections::HashMap;

use drawbridge_sdk::{Catalog, Entry, Kind};
use serde_json::{Value, json};

use super::compile_trigger::Trigger;
use super::shape::{Member, Shape};
use super::step::{Step, loops};
use super::types::{Types, schema_of};
use super::world::{Meaning, Site, World, closed_map, map_of};
use crate::expression::Template;
use crate::graph::{SetValue, VertexKind};
use crate::model::{Document, KindDoc, NoMatch, Table, ValueDoc, WaitDoc};

/// Everything that can be read, built in the order of the text, because a `set` gives what it reads and a
/// loop gives what its steps give.
pub(super) fn build_world<'a>(
    document: &Document<'_>,
    steps: &'a [Step<'_>],
    triggers: &[Trigger<'_>],
    tables: &HashMap<&str, &Table>,
    catalog: &Catalog,
) -> World<'a> {
    let mut world = empty_world(document, steps, triggers, catalog);
    let mut actions: HashMap<&str, Value> = HashMap::new();
    let mut open: Vec<usize> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        if let Some(VertexKind::Foreach(each)) = &step.kind {
            let element = element(&each.list, &world, at);
            world.elements.insert(at, (each.element.as_str(), element));
        }
        if let Some(KindDoc::Wait(WaitDoc::Event(event, _))) = &step.doc.kind {
            world.waits.insert(at, event_of(event.trigger.as_str().unwrap_or_default(), catalog));
        }
        let output = match (&step.doc.kind, &step.kind) {
            (Some(KindDoc::Action(action)), _) => {
                let name = action.action.as_str().unwrap_or_default();
                actions.entry(name).or_insert_with(|| action_output(catalog.get(name))).clone()
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
            (Some(kind), _) => plain_output(kind),
            (None, _) => json!({}),
        };
        world.outputs.push(output);
        if step.is_loop() {
            open.push(at);
        }
        while let Some(each) = open.pop_if(|each| steps[*each].end == at + 1) {
            world.outputs[each] = passes(steps, &world, each);
        }
    }
    world
}

fn empty_world<'a>(
    document: &Document<'_>,
    steps: &'a [Step<'_>],
    triggers: &[Trigger<'_>],
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
    let mut run = named(&["id", "workflow", "trigger", "started_at", "outcome"]);
    run["properties"]["version"] = json!({ "type": "integer" });
    let event = |trigger: &Trigger<'_>| {
        event_of(trigger.doc.trigger.and_then(|node| node.as_str()).unwrap_or_default(), catalog)
    };
    World {
        by_id,
        inputs: closed_map(document.inputs.iter().map(value)),
        settings: closed_map(document.settings.iter().map(value)),
        run,
        error,
        status: status(),
        outputs: Vec::with_capacity(steps.len()),
        events: triggers.iter().map(event).collect(),
        waits: HashMap::new(),
        elements: HashMap::new(),
        loops: (0..steps.len()).map(|at| loops(steps, at).collect()).collect(),
    }
}

/// What `$.status.<id>` is.
fn status() -> Value {
    json!({ "enum": ["succeeded", "failed", "skipped", "timed_out"] })
}

/// What a step gives whose output hangs on nothing but its own text.
fn plain_output(kind: &KindDoc<'_>) -> Value {
    match kind {
        KindDoc::Approval(_) => {
            let outcomes = ["approved", "rejected", "expired", "withdrawn"];
            json!({ "properties": { "outcome": { "enum": outcomes } }, "required": ["outcome"],
                    "type": "object", "additionalProperties": true })
        }
        KindDoc::Group(_) => closed_map([("status".to_owned(), json!({ "enum": ["succeeded", "rescued"] }))]),
        KindDoc::Wait(WaitDoc::For(_) | WaitDoc::Until(_)) => closed_map([
            ("ended".to_owned(), json!({ "const": "time" })),
            ("at".to_owned(), json!({ "type": "string" })),
        ]),
        KindDoc::Switch(_) => closed_map([("branch".to_owned(), json!({ "type": ["integer", "null"] }))]),
        KindDoc::Parallel(branches) => {
            let word = json!({ "enum": ["succeeded", "failed"] });
            closed_map(branches.iter().map(|(name, _)| (name.text.clone(), word.clone())))
        }
        KindDoc::Agent(agent) => map_of(agent.answer.iter().map(|doc| {
            let (name, schema) = value(doc);
            (name, schema, doc.default.is_none())
        })),
        _ => json!({}),
    }
}

/// The schema of the elements of a list.
fn element(list: &Template, world: &World<'_>, at: usize) -> Value {
    let Template::Path(path) = list else {
        return match list.literal() {
            Some(Value::Array(items)) => {
                typed(items.iter().fold(Types::NONE, |all, one| all.or(Types::of(one))))
            }
            _ => json!({}),
        };
    };
    let references = path.references();
    let Some(reference) = references.first() else { return json!({}) };
    match world.meaning(reference, Site::Step(at)) {
        // A path that is not singular gives the list of what it finds.
        Meaning::Known(shape, _) if !reference.is_singular() => shape.inlined(),
        Meaning::Known(shape, _) => match shape.element() {
            Member::Known(element, _) => element.inlined(),
            Member::Open | Member::Missing => json!({}),
        },
        Meaning::Open | Meaning::Missing { .. } => json!({}),
    }
}

/// What a loop gives: per element the element, how its pass ended and what its steps gave.
fn passes(steps: &[Step<'_>], world: &World<'_>, each: usize) -> Value {
    let inner = each + 1..steps[each].end;
    let gives = inner.filter(|at| world.loops[*at].first() == Some(&each)).filter_map(|at| {
        let id = steps[at].doc.id.as_ref()?;
        Some((id.as_str().to_owned(), Shape::new(&world.outputs[at]).inlined(), false))
    });
    let element = world.elements.get(&each).map_or_else(|| json!({}), |(_, schema)| schema.clone());
    let pass = closed_map([
        ("item".to_owned(), element),
        ("status".to_owned(), status()),
        ("steps".to_owned(), map_of(gives)),
    ]);
    closed_map([("items".to_owned(), json!({ "type": "array", "items": pass }))])
}

fn value(doc: &ValueDoc<'_>) -> (String, Value) {
    (doc.key.text.clone(), doc.kind.map_or_else(|| json!({}), schema_of))
}

fn event_of(name: &str, catalog: &Catalog) -> Value {
    match catalog.get(name).map(|entry| &entry.kind) {
        Some(Kind::Trigger(trigger)) => (trigger.event)().to_value(),
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
