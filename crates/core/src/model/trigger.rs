//! The parsed text of a trigger.

use jiff::SignedDuration;

use super::ids::StepId;
use super::words::{read_duration, read_id};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::{Fields, Keys, Node, items, text};

pub(crate) const TRIGGER_KEYS: Keys = Keys {
    what: "a trigger",
    known: &["id", "trigger", "connection", "with", "if", "inputs", "dedupe"],
    foreign: &[
        ("on", "`trigger`"),
        ("uses", "`trigger`"),
        ("type", "`trigger`"),
        ("event", "`trigger`"),
        ("action", "`trigger`"),
        ("name", "`id`"),
        ("when", "`if`"),
        ("condition", "`if`"),
        ("filter", "`if`"),
        ("input", "`inputs`"),
    ],
    later: &["concurrency"],
};

pub(crate) const DEDUPE_KEYS: Keys = Keys {
    what: "`dedupe`",
    known: &["key", "keep"],
    foreign: &[("for", "`keep`"), ("ttl", "`keep`")],
    later: &[],
};

/// A trigger.
#[derive(Debug)]
pub(crate) struct TriggerDoc<'t> {
    pub(crate) id: Option<StepId>,
    /// The place to point at: the id where there is one.
    pub(crate) span: Span,
    pub(crate) trigger: Option<&'t Node>,
    pub(crate) connection: Option<&'t str>,
    pub(crate) with: Option<&'t Node>,
    pub(crate) condition: Option<&'t Node>,
    pub(crate) inputs: Option<&'t Node>,
    pub(crate) dedupe: Option<DedupeDoc<'t>>,
}

/// When an event counts as seen before.
#[derive(Debug)]
pub(crate) struct DedupeDoc<'t> {
    pub(crate) key: &'t Node,
    pub(crate) keep: SignedDuration,
}

pub(super) fn read_triggers<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Vec<TriggerDoc<'t>> {
    items(node, "triggers", found).iter().filter_map(|item| read_trigger(item, found)).collect()
}

fn read_trigger<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<TriggerDoc<'t>> {
    let fields = Fields::open(node, &TRIGGER_KEYS, found)?;
    let id = fields.need("id", found);
    let trigger = fields.need("trigger", found).filter(|node| text(node, "trigger", found).is_some());
    Some(TriggerDoc {
        id: id.and_then(|node| read_id(node, "id", found)),
        span: id.map_or(fields.span(), |node| node.span),
        trigger,
        connection: fields.text("connection", found).and_then(Node::as_str),
        with: fields.get("with").map(|entry| &entry.value),
        condition: fields.text("if", found),
        inputs: fields.get("inputs").map(|entry| &entry.value),
        dedupe: fields.get("dedupe").and_then(|entry| read_dedupe(&entry.value, found)),
    })
}

fn read_dedupe<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<DedupeDoc<'t>> {
    let fields = Fields::open(node, &DEDUPE_KEYS, found)?;
    let key = fields.need("key", found);
    let keep = fields.need("keep", found).and_then(|node| read_duration(node, "keep", found));
    Some(DedupeDoc { key: key?, keep: keep? })
}
