//! What every path would find: the schemas of inputs, settings, events and outputs, and what a reference
//! means in them.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::shape::{Member, Shape};
use super::types::Types;
use crate::expression::{Reference, Segment};

/// The roots of the document with what is in them.
pub(super) const ROOTS: [&str; 8] =
    ["inputs", "settings", "steps", "status", "run", "error", "trigger", "out"];

/// The schemas of everything that can be read.
#[derive(Debug)]
pub(super) struct World<'a> {
    /// Positions of steps by id.
    pub(super) by_id: HashMap<&'a str, usize>,
    /// `$.inputs`.
    pub(super) inputs: Value,
    /// `$.settings`.
    pub(super) settings: Value,
    /// `$.run`.
    pub(super) run: Value,
    /// `$.error`.
    pub(super) error: Value,
    /// `$.status.<id>`.
    pub(super) status: Value,
    /// Outputs by position of the step; what an action gives is the catalogue's.
    pub(super) outputs: Vec<Cow<'a, Value>>,
    /// Events by position of the trigger.
    pub(super) events: Vec<Cow<'a, Value>>,
    /// Events that are waited for, by position of the step.
    pub(super) waits: HashMap<usize, Cow<'a, Value>>,
    /// Elements of loops, by position of the loop: the root they are read under, and their schema.
    pub(super) elements: HashMap<usize, (&'a str, Value)>,
    /// The loops around each step, from the inside out.
    pub(super) loops: Vec<Vec<usize>>,
}

/// Where a reference stands, as far as it decides what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Site {
    /// In a step.
    Step(usize),
    /// In a trigger, or in what withdraws runs.
    Trigger(usize),
    /// In `outputs`.
    Outputs,
}

/// What a reference means.
#[derive(Debug, Clone)]
pub(super) enum Meaning<'w> {
    /// A value of known shape; whether it is always there.
    Known(Shape<'w>, bool),
    /// Nothing is known about it.
    Open,
    /// There is no such member.
    Missing {
        /// The member.
        name: String,
        /// What there is.
        known: Vec<&'w str>,
    },
}

impl<'a> World<'a> {
    /// What a reference means at a site; unknown roots and steps are open, other rules speak of them.
    pub(super) fn meaning(&self, reference: &Reference, site: Site) -> Meaning<'_> {
        let rest = |from: usize| reference.segments.get(from..).unwrap_or_default();
        match (reference.root(), site) {
            (Some("inputs"), _) => walk(&self.inputs, rest(1)),
            (Some("settings"), _) => walk(&self.settings, rest(1)),
            (Some("trigger"), Site::Trigger(trigger)) => {
                self.events.get(trigger).map_or(Meaning::Open, |event| walk(event, rest(1)))
            }
            (_, Site::Trigger(_)) => Meaning::Open,
            (Some("run"), _) => walk(&self.run, rest(1)),
            (Some("error"), _) => walk(&self.error, rest(1)),
            (Some("status"), _) if reference.name(1).is_some() => walk(&self.status, rest(2)),
            (Some("steps"), _) => match reference.name(1).and_then(|id| self.by_id.get(id)) {
                Some(step) => self.outputs.get(*step).map_or(Meaning::Open, |output| walk(output, rest(2))),
                None => Meaning::Open,
            },
            (Some("trigger"), Site::Step(step)) => {
                self.waits.get(&step).map_or(Meaning::Open, |event| walk(event, rest(1)))
            }
            (Some("out"), Site::Step(step)) => {
                self.outputs.get(step).map_or(Meaning::Open, |output| walk(output, rest(1)))
            }
            (Some(name), Site::Step(step)) => {
                self.element(name, step).map_or(Meaning::Open, |element| walk(element, rest(1)))
            }
            _ => Meaning::Open,
        }
    }

    /// The schema of the element that a step reads under this root, where it stands in such a loop.
    fn element(&self, name: &str, step: usize) -> Option<&Value> {
        let around = self.loops.get(step)?.iter();
        around
            .filter_map(|at| self.elements.get(at))
            .find(|(root, _)| *root == name)
            .map(|(_, schema)| schema)
    }

    /// The roots of the elements that a step may read.
    pub(super) fn element_roots(&self, step: usize) -> Vec<&'a str> {
        let around = self.loops.get(step).into_iter().flatten();
        around.filter_map(|at| self.elements.get(at)).map(|(root, _)| *root).collect()
    }

    /// The types a reference may give; a list where it is not singular.
    pub(super) fn types(&self, reference: &Reference, site: Site) -> Types {
        if !reference.is_singular() {
            return Types::LIST;
        }
        match self.meaning(reference, site) {
            Meaning::Known(shape, _) => shape.types(),
            Meaning::Open | Meaning::Missing { .. } => Types::ANY,
        }
    }
}

impl World<'_> {
    /// The types of one value that a reference names, also where it names several.
    pub(super) fn element_types(&self, reference: &Reference, site: Site) -> Types {
        match self.meaning(reference, site) {
            Meaning::Known(shape, _) => shape.types(),
            Meaning::Open | Meaning::Missing { .. } => Types::ANY,
        }
    }
}

/// Follows a path through a schema.
pub(super) fn walk<'w>(schema: &'w Value, segments: &[Segment]) -> Meaning<'w> {
    let mut shape = Shape::new(schema);
    let mut certain = true;
    for segment in segments {
        certain &= !shape.types().meets(Types::NULL);
        let numbered = |index: &i64| match shape.element() {
            Member::Missing => shape.member(&index.to_string()),
            element => element,
        };
        let member = match segment {
            Segment::Name(name) => shape.member(name),
            Segment::Index(index) => numbered(index),
            Segment::Some => match shape.element() {
                Member::Missing if shape.types().meets(Types::MAP) => Member::Open,
                element => element,
            },
            Segment::Deep => return Meaning::Open,
        };
        match member {
            Member::Known(next, always) => {
                certain &= always;
                shape = next;
            }
            Member::Open => return Meaning::Open,
            Member::Missing => {
                let name = match segment {
                    Segment::Name(name) => name.clone(),
                    Segment::Index(index) => index.to_string(),
                    Segment::Some | Segment::Deep => "[*]".to_owned(),
                };
                return Meaning::Missing { name, known: shape.names() };
            }
        }
    }
    Meaning::Known(shape, certain)
}

/// A closed map with these members, all of them always there.
pub(super) fn closed_map(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    map_of(members.into_iter().map(|(name, member)| (name, member, true)))
}

/// A closed map with these members and whether each is always there.
pub(super) fn map_of(members: impl IntoIterator<Item = (String, Value, bool)>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, member, always) in members {
        if always {
            required.push(Value::String(name.clone()));
        }
        properties.insert(name, member);
    }
    json!({ "type": "object", "properties": properties, "required": required })
}
