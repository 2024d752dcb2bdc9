//! The parsed text of an `agent`: a task for a model, the actions it may call, and the answer it must give.

use super::declared::{ValueDoc, read_declared};
use super::words::read_count;
use crate::diagnostic::Diagnostic;
use crate::syntax::{Fields, Keys, Node, items, text};

/// Most calls of tools that one answer may take.
const CALLS_MAX: u32 = 200;
/// Calls of tools where `calls` does not say.
const CALLS_USUAL: u32 = 20;

pub(crate) const AGENT_KEYS: Keys = Keys {
    what: "an `agent`",
    known: &["task", "tools", "answer", "model", "calls"],
    foreign: &[
        ("prompt", "`task`"),
        ("instructions", "`task`"),
        ("system", "`task`"),
        ("actions", "`tools`"),
        ("functions", "`tools`"),
        ("output", "`answer`"),
        ("schema", "`answer`"),
        ("max_calls", "`calls`"),
        ("max_iterations", "`calls`"),
    ],
};

/// An AI step.
#[derive(Debug)]
pub(crate) struct AgentDoc<'t> {
    pub(crate) task: Option<&'t Node>,
    /// Names of the actions it may call.
    pub(crate) tools: Vec<&'t Node>,
    /// The fields of its answer.
    pub(crate) answer: Vec<ValueDoc<'t>>,
    /// Name of the configured model.
    pub(crate) model: Option<&'t str>,
    /// Most calls of tools.
    pub(crate) calls: u32,
}

pub(super) fn read_agent<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<AgentDoc<'t>> {
    let fields = Fields::open(node, &AGENT_KEYS, found)?;
    let task = fields.need("task", found).filter(|node| text(node, "task", found).is_some());
    let tools = fields.get("tools").map_or(&[][..], |entry| items(&entry.value, "tools", found));
    let answer = fields.need("answer", found);
    let calls = fields.get("calls").and_then(|entry| read_count(&entry.value, "calls", CALLS_MAX, found));
    Some(AgentDoc {
        task,
        tools: tools.iter().filter(|item| text(item, "tools", found).is_some()).collect(),
        answer: answer.map_or_else(Vec::new, |node| read_declared(node, found)),
        model: fields.text("model", found).and_then(Node::as_str),
        calls: calls.unwrap_or(CALLS_USUAL),
    })
}
