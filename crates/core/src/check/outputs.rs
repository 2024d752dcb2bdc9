//! The schemas of what steps give, for every kind.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Value, json};

use super::compile_mapping::Mappings;
use super::compile_trigger::Trigger;
use super::declared::declared;
use super::schemas::Schemas;
use super::shape::{Member, Shape};
use super::step::{Step, loops};
use super::types::{Types, schema_of};
use super::world::{Meaning, Site, World, closed_map, map_of};
use crate::expression::Template;
use crate::graph::{SetValue, VertexKind};
use crate::model::{Document, KindDoc, NoMatch, Table, Takes, ValueDoc, ValueType, WaitDoc};
use crate::syntax::Node;

/// Most parts of schemas that are copied for the values of `set` steps and of loops of one workflow.
const COPIED_MAX: usize = 20_000;

/// What `$.run.outcome` may be.
const OUTCOMES: [&str; 5] = ["succeeded", "failed", "rejected", "ignored", "cancelled"];
/// What `$.run.trigger` is of a run that a person started.
const BY_HAND: &str = "manual";

/// What steps apply by name.
pub(super) struct Named<'a> {
    pub(super) tables: &'a HashMap<&'a str, &'a Table>,
    pub(super) mappings: &'a Mappings<'a>,
}

/// Everything that can be read, built in the order of the text, because a `set` gives what it reads and a
/// loop gives what its steps give.
pub(super) fn build_world<'a>(
    document: &Document<'_>,
    steps: &'a [Step<'_>],
    triggers: &[Trigger<'_>],
    named: &Named<'_>,
    schemas: &'a Schemas,
) -> World<'a> {
    let mut world = empty_world(document, steps, triggers, schemas);
    let mut open: Vec<usize> = Vec::new();
    let mut left = COPIED_MAX;
    for (at, step) in steps.iter().enumerate() {
        if let Some(VertexKind::Foreach(each)) = &step.kind {
            let element = element(&each.list, &world, at, &mut left);
            world.elements.insert(at, (each.element.as_str(), element));
        }
        if let Some(KindDoc::Wait(WaitDoc::Event(event, _))) = &step.doc.kind {
            world.waits.insert(at, event_of(event.trigger, event.with, schemas));
        }
        let output = match (&step.doc.kind, &step.kind) {
            (Some(KindDoc::Action(action)), _) => {
                let name = node_name(Some(action.action));
                declared(schemas.output(name), schemas.declaring(name), action.with)
            }
            (Some(KindDoc::Decide { table, .. }), _) => {
                let table = named.tables.get(node_name(Some(table)));
                Cow::Owned(table.map_or_else(|| json!({}), |table| given_by(table)))
            }
            (Some(KindDoc::Map { mapping, .. }), _) => {
                let mapping = named.mappings.compiled.get(node_name(Some(mapping)));
                Cow::Owned(mapping.map_or_else(|| json!({}), |mapping| mapping.output.clone()))
            }
            (_, Some(VertexKind::Set(values))) => {
                let member = |(name, value): (&String, &SetValue)| {
                    let (schema, always) = set_value(value, &world, at, &mut left);
                    (name.clone(), schema, always)
                };
                Cow::Owned(map_of(values.iter().map(member)))
            }
            (Some(kind), _) => Cow::Owned(plain_output(kind)),
            (None, _) => Cow::Owned(json!({})),
        };
        world.outputs.push(output);
        if step.is_loop() {
            open.push(at);
        }
        while let Some(each) = open.pop_if(|each| steps[*each].end == at + 1) {
            world.outputs[each] = Cow::Owned(passes(steps, &world, each, &mut left));
        }
    }
    world
}

fn empty_world<'a>(
    document: &Document<'_>,
    steps: &'a [Step<'_>],
    triggers: &[Trigger<'_>],
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
    let mut run = named(&["id", "workflow", "trigger", "started_at", "outcome"]);
    run["properties"]["version"] = json!({ "type": "integer" });
    run["properties"]["outcome"] = json!({ "enum": OUTCOMES });
    let started = triggers.iter().filter(|trigger| trigger.doc.withdraws.is_none());
    let started: Option<Vec<&str>> = started.map(|trigger| Some(trigger.doc.id.as_ref()?.as_str())).collect();
    // A trigger whose id is not understood was reported.
    if let Some(started) = started {
        let words: Vec<_> = started.into_iter().chain([BY_HAND]).collect();
        run["properties"]["trigger"] = json!({ "enum": words });
    }
    let event = |trigger: &Trigger<'_>| match trigger.doc.trigger {
        Some(node) => event_of(node, trigger.doc.with, schemas),
        None => Cow::Owned(json!({})),
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
fn element(list: &Template, world: &World<'_>, at: usize, left: &mut usize) -> Value {
    let (schema, _) = plain(list, world, at, left);
    match Shape::new(&schema).element() {
        Member::Known(element, _) => element.copy(left),
        Member::Open | Member::Missing => json!({}),
    }
}

/// What a loop gives: per element the element, how its pass ended and what its steps gave.
fn passes(steps: &[Step<'_>], world: &World<'_>, each: usize, left: &mut usize) -> Value {
    let inner = each + 1..steps[each].end;
    let gives = inner.filter(|at| world.loops[*at].first() == Some(&each)).filter_map(|at| {
        let id = steps[at].doc.id.as_ref()?;
        Some((id.as_str().to_owned(), Shape::new(&world.outputs[at]).copy(left), false))
    });
    let element = world.elements.get(&each).map_or_else(|| json!({}), |(_, schema)| schema.clone());
    let pass = closed_map([
        ("item".to_owned(), element),
        ("status".to_owned(), status()),
        ("steps".to_owned(), map_of(gives)),
    ]);
    closed_map([("items".to_owned(), json!({ "type": "array", "items": pass }))])
}

/// The schema of `$.settings`.
pub(super) fn settings_schema(settings: &[ValueDoc<'_>]) -> Value {
    closed_map(settings.iter().map(value))
}

fn value(doc: &ValueDoc<'_>) -> (String, Value) {
    (doc.key.text.clone(), doc.kind.map_or_else(|| json!({}), schema_of))
}

/// What a trigger saw, with what its `with` declares.
fn event_of<'a>(trigger: &Node, with: Option<&Node>, schemas: &'a Schemas) -> Cow<'a, Value> {
    let name = node_name(Some(trigger));
    declared(schemas.event(name), schemas.declaring(name), with)
}

fn node_name(node: Option<&Node>) -> &str {
    node.and_then(Node::as_str).unwrap_or_default()
}

/// What a table gives.
fn given_by(table: &Table) -> Value {
    match table.takes {
        Takes::First => row(table),
        Takes::All => {
            closed_map([("rows".to_owned(), json!({ "type": "array", "items": columns_of(table) }))])
        }
    }
}

fn row(table: &Table) -> Value {
    let mut row = columns_of(table);
    if table.no_match == NoMatch::Skip
        && let Some(members) = row.as_object_mut()
    {
        members.remove("required");
    }
    row
}

fn columns_of(table: &Table) -> Value {
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
    closed_map(columns)
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
