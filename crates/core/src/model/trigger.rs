//! The parsed text of a trigger.

use jiff::SignedDuration;

use super::ids::StepId;
use super::words::{read_count, read_duration, read_id, read_word};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::{Fields, Keys, Node, items, text};

pub(crate) const TRIGGER_KEYS: Keys = Keys {
    what: "a trigger",
    known: &["id", "trigger", "connection", "with", "if", "inputs", "dedupe", "concurrency"],
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
};

pub(crate) const CANCEL_KEYS: Keys = Keys {
    what: "what withdraws runs",
    known: &["id", "trigger", "connection", "with", "if", "key", "matches"],
    foreign: &[
        ("on", "`trigger`"),
        ("event", "`trigger`"),
        ("name", "`id`"),
        ("when", "`if`"),
        ("inputs", "`matches`, compared with `key`"),
        ("equals", "`matches`"),
    ],
};

pub(crate) const CONCURRENCY_KEYS: Keys = Keys {
    what: "`concurrency`",
    known: &["key", "max", "overflow"],
    foreign: &[("group", "`key`"), ("limit", "`max`"), ("cancel_in_progress", "`overflow`")],
};

/// What happens with an event while as many runs as allowed are on their way.
pub(crate) const OVERFLOW: [&str; 2] = ["queue", "ignore"];

/// Most runs of one key at once.
const RUNS_MAX: u32 = 1_000;

pub(crate) const DEDUPE_KEYS: Keys =
    Keys { what: "`dedupe`", known: &["key", "keep"], foreign: &[("for", "`keep`"), ("ttl", "`keep`")] };

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
    pub(crate) concurrency: Option<ConcurrencyDoc<'t>>,
    /// Of what withdraws runs: a value of the event, and the value of a run that is equal to it.
    pub(crate) withdraws: Option<(&'t Node, &'t Node)>,
}

/// How many runs of one key may be on their way at once.
#[derive(Debug)]
pub(crate) struct ConcurrencyDoc<'t> {
    pub(crate) key: &'t Node,
    pub(crate) max: u32,
    /// Whether a further event is ignored instead of being queued.
    pub(crate) ignores: bool,
}

/// When an event counts as seen before.
#[derive(Debug)]
pub(crate) struct DedupeDoc<'t> {
    pub(crate) key: &'t Node,
    pub(crate) keep: SignedDuration,
}

/// Reads what starts runs, or with [`CANCEL_KEYS`] what withdraws them.
pub(super) fn read_triggers<'t>(
    node: &'t Node,
    keys: &'static Keys,
    found: &mut Vec<Diagnostic>,
) -> Vec<TriggerDoc<'t>> {
    items(node, "triggers", found).iter().filter_map(|item| read_trigger(item, keys, found)).collect()
}

fn read_trigger<'t>(
    node: &'t Node,
    keys: &'static Keys,
    found: &mut Vec<Diagnostic>,
) -> Option<TriggerDoc<'t>> {
    let fields = Fields::open(node, keys, found)?;
    let id = fields.need("id", found);
    let trigger = fields.need("trigger", found).filter(|node| text(node, "trigger", found).is_some());
    let withdraws = if keys.known.contains(&"matches") {
        let key = fields.need("key", found);
        key.zip(fields.need("matches", found))
    } else {
        None
    };
    Some(TriggerDoc {
        id: id.and_then(|node| read_id(node, "id", found)),
        span: id.map_or(fields.span(), |node| node.span),
        trigger,
        connection: fields.text("connection", found).and_then(Node::as_str),
        with: fields.get("with").map(|entry| &entry.value),
        condition: fields.text("if", found),
        inputs: fields.get("inputs").map(|entry| &entry.value),
        dedupe: fields.get("dedupe").and_then(|entry| read_dedupe(&entry.value, found)),
        concurrency: fields.get("concurrency").and_then(|entry| read_concurrency(&entry.value, found)),
        withdraws,
    })
}

fn read_concurrency<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<ConcurrencyDoc<'t>> {
    let fields = Fields::open(node, &CONCURRENCY_KEYS, found)?;
    let key = fields.need("key", found);
    let max = fields.need("max", found).and_then(|node| read_count(node, "max", RUNS_MAX, found));
    let overflow =
        fields.get("overflow").and_then(|entry| read_word(&entry.value, "overflow", &OVERFLOW, found));
    Some(ConcurrencyDoc { key: key?, max: max?, ignores: overflow == Some(1) })
}

fn read_dedupe<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<DedupeDoc<'t>> {
    let fields = Fields::open(node, &DEDUPE_KEYS, found)?;
    let key = fields.need("key", found);
    let keep = fields.need("keep", found).and_then(|node| read_duration(node, "keep", found));
    Some(DedupeDoc { key: key?, keep: keep? })
}
