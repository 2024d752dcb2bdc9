//! The schemas of nodes: made from the catalogue once each, when first asked for, and kept for every
//! workflow that is checked after.

use std::collections::HashMap;
use std::sync::OnceLock;

use drawbridge_sdk::{Catalog, Entry, Kind};
use schemars::Schema;
use serde_json::Value;

use super::declared::{DeclaringInput, declaring_inputs};

/// What stands for the schema of a node that is not there: it says nothing.
static OPEN: Value = Value::Bool(true);

/// Makes a schema.
type Make = fn() -> Schema;

/// The schemas of every node of a catalogue.
#[derive(Debug)]
pub(super) struct Schemas {
    nodes: HashMap<&'static str, Node>,
}

/// One node with what was made of it so far.
#[derive(Debug)]
struct Node {
    entry: &'static Entry,
    input: OnceLock<Value>,
    declaring: OnceLock<Vec<DeclaringInput>>,
    given: OnceLock<Value>,
}

impl Schemas {
    /// The schemas of these nodes, none of them made yet.
    pub(super) fn new(catalog: &Catalog) -> Self {
        let node = |entry: &'static Entry| {
            (
                entry.name,
                Node { entry, input: OnceLock::new(), declaring: OnceLock::new(), given: OnceLock::new() },
            )
        };
        Self { nodes: catalog.iter().map(node).collect() }
    }

    /// What a node takes.
    pub(super) fn input(&self, name: &str) -> &Value {
        self.nodes.get(name).map_or(&OPEN, |node| node.input.get_or_init(|| (node.entry.input)().to_value()))
    }

    /// The inputs of a node that name fields of its output.
    pub(super) fn declaring(&self, name: &str) -> &[DeclaringInput] {
        let Some(node) = self.nodes.get(name) else { return &[] };
        node.declaring.get_or_init(|| declaring_inputs(self.input(name)))
    }

    /// What an action gives.
    pub(super) fn output(&self, name: &str) -> &Value {
        self.given(name, |kind| match kind {
            Kind::Read(read) => Some(read.output),
            Kind::Write(write) => Some(write.output),
            Kind::Trigger(_) | Kind::People(_) | Kind::Channel(_) | Kind::Record(_) => None,
        })
    }

    /// What a trigger saw.
    pub(super) fn event(&self, name: &str) -> &Value {
        self.given(name, |kind| match kind {
            Kind::Trigger(trigger) => Some(trigger.event),
            Kind::Read(_) | Kind::Write(_) | Kind::People(_) | Kind::Channel(_) | Kind::Record(_) => None,
        })
    }

    /// The fields of a record.
    pub(super) fn fields(&self, name: &str) -> &Value {
        self.given(name, |kind| match kind {
            Kind::Record(record) => Some(record.fields),
            _ => None,
        })
    }

    fn given(&self, name: &str, schema: fn(&Kind) -> Option<Make>) -> &Value {
        let Some(node) = self.nodes.get(name) else { return &OPEN };
        match schema(&node.entry.kind) {
            Some(schema) => node.given.get_or_init(|| schema().to_value()),
            None => &OPEN,
        }
    }
}
