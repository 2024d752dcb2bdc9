//! The parsed text of a step: what every step may carry, and its one kind key.

use jiff::SignedDuration;

use super::agent::{AgentDoc, read_agent};
use super::gate::{GateDoc, read_gate};
use super::ids::StepId;
use super::kinds::{ActionDoc, SetDoc, WaitDoc, read_action, read_set, read_stop, read_wait};
use super::outcome::StopOutcome;
use super::words::{check_name, read_count, read_duration, read_id, read_word, read_workflow_name};
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::syntax::{Entry, Fields, Key, Keys, Node, items, list, text};

/// Name of the element where `as` gives none.
const ELEMENT: &str = "item";
/// Most elements of a `foreach` where `max` does not say.
const ELEMENTS_USUAL: u32 = 100;
/// Most elements that `max` may allow: every pass is kept in the journal of the run.
const ELEMENTS_MAX: u32 = 10_000;
/// Most passes at once.
const AT_ONCE_MAX: u32 = 50;

/// The kind keys, in the order of the documentation.
pub(crate) const KIND_KEYS: [&str; 13] = [
    "action", "approval", "decide", "map", "set", "group", "switch", "parallel", "foreach", "wait",
    "workflow", "agent", "stop",
];

/// Keys that go with some kinds only.
pub(crate) const EXTRA_KEYS: [(&str, &[&str]); 13] = [
    ("with", &["action", "decide", "workflow"]),
    ("connection", &["action"]),
    ("retry", &["action"]),
    ("poll", &["action"]),
    ("requires_approval", &["action"]),
    ("no_approval_because", &["action"]),
    ("from", &["map"]),
    ("as", &["foreach"]),
    ("max", &["foreach"]),
    ("at_once", &["foreach"]),
    ("steps", &["foreach"]),
    ("rescue", &["group", "switch", "parallel", "foreach"]),
    ("message", &["stop"]),
];

pub(crate) const STEP_KEYS: Keys = Keys {
    what: "a step",
    known: &[
        "id",
        "if",
        "needs",
        "on_error",
        "timeout",
        "expect",
        "description",
        "action",
        "approval",
        "decide",
        "map",
        "set",
        "group",
        "switch",
        "parallel",
        "foreach",
        "wait",
        "workflow",
        "agent",
        "stop",
        "with",
        "connection",
        "retry",
        "poll",
        "requires_approval",
        "no_approval_because",
        "from",
        "as",
        "max",
        "at_once",
        "steps",
        "rescue",
        "message",
    ],
    foreign: &[
        ("uses", "`action`"),
        ("run", "`action`"),
        ("call", "`action`"),
        ("use", "`action`"),
        ("task", "`action`"),
        ("type", "by its kind key: `action`, `approval`, `decide`, …"),
        ("name", "`id` (the name) or `description` (for people)"),
        ("title", "`description`"),
        ("when", "`if`"),
        ("condition", "`if`"),
        ("unless", "`if` with `!(…)`"),
        ("depends_on", "`needs`"),
        ("dependsOn", "`needs`"),
        ("after", "`needs`"),
        ("args", "`with`"),
        ("params", "`with`"),
        ("parameters", "`with`"),
        ("inputs", "`with`"),
        ("input", "`with`"),
        ("continue_on_error", "`on_error: continue`"),
        ("continue-on-error", "`on_error: continue`"),
        ("ignore_errors", "`on_error: continue`"),
        ("retries", "`retry: {attempts: 3}`"),
        ("until", "`poll: {until: …}`"),
        ("sleep", "`wait: {for: …}`"),
        ("delay", "`wait: {for: …}`"),
        ("approve", "`approval`"),
        ("end", "`stop`"),
        ("fail", "`stop: failed`"),
        ("return", "`stop`"),
        ("assert", "`expect`"),
        ("choose", "`switch`"),
        ("branches", "`parallel` or `switch`"),
        ("for_each", "`foreach`"),
        ("for", "`foreach`"),
        ("loop", "`foreach`"),
        ("each", "`foreach`"),
        ("items", "`foreach`"),
        ("with_items", "`foreach`"),
        ("block", "`group`"),
        ("sequence", "`group`"),
        ("do", "`group` or `steps`"),
        ("catch", "`rescue`"),
        ("except", "`rescue`"),
        ("on_failure", "`rescue` of a block, or `on_failure` of the workflow"),
        ("concurrency", "`at_once`"),
        ("subflow", "`workflow`"),
        ("child", "`workflow`"),
        ("transform", "`map`"),
        ("mapping", "`map`"),
        ("outputs", "nothing: later steps read `$.steps.<id>`"),
    ],
};

pub(crate) const BRANCH_KEYS: Keys = Keys {
    what: "a branch",
    known: &["if", "steps", "else"],
    foreign: &[
        ("when", "`if`"),
        ("case", "`if`"),
        ("condition", "`if`"),
        ("default", "`else`"),
        ("then", "`steps`"),
    ],
};

/// A step.
#[derive(Debug)]
pub(crate) struct StepDoc<'t> {
    pub(crate) id: Option<StepId>,
    /// The place to point at: the id where there is one.
    pub(crate) span: Span,
    pub(crate) condition: Option<&'t Node>,
    /// The steps it waits for instead of the one above.
    pub(crate) needs: Option<Vec<&'t Node>>,
    pub(crate) continues_on_error: bool,
    pub(crate) timeout: Option<SignedDuration>,
    pub(crate) expect: Option<&'t Node>,
    pub(crate) description: Option<&'t str>,
    /// The steps that run after a failure in it, of a block.
    pub(crate) rescue: Option<Vec<StepDoc<'t>>>,
    /// What it does; absent where that could not be read, which was reported.
    pub(crate) kind: Option<KindDoc<'t>>,
}

/// What a step does.
#[derive(Debug)]
pub(crate) enum KindDoc<'t> {
    Action(Box<ActionDoc<'t>>),
    Approval(Box<GateDoc<'t>>),
    Decide { table: &'t Node, with: Option<&'t Node> },
    Map { mapping: &'t Node, from: &'t Node },
    Set(Vec<(&'t Key, SetDoc<'t>)>),
    Group(Vec<StepDoc<'t>>),
    Switch(Vec<BranchDoc<'t>>),
    Parallel(Vec<(&'t Key, Vec<StepDoc<'t>>)>),
    Foreach(Box<ForeachDoc<'t>>),
    Wait(WaitDoc<'t>),
    Workflow { name: &'t Node, with: Option<&'t Node> },
    Agent(Box<AgentDoc<'t>>),
    Stop { outcome: StopOutcome, message: Option<&'t Node> },
}

/// One branch of a `switch`; without a condition it is `else`.
#[derive(Debug)]
pub(crate) struct BranchDoc<'t> {
    pub(crate) condition: Option<&'t Node>,
    pub(crate) steps: Vec<StepDoc<'t>>,
}

/// One pass per element of a list.
#[derive(Debug)]
pub(crate) struct ForeachDoc<'t> {
    pub(crate) list: &'t Node,
    /// The name under which the steps read the element, with its place where it is written.
    pub(crate) element: (&'t str, Option<Span>),
    /// A longer list fails before the first pass.
    pub(crate) max: u32,
    pub(crate) at_once: u32,
    pub(crate) steps: Vec<StepDoc<'t>>,
}

/// Reads a list of steps.
pub(super) fn read_steps<'t>(node: &'t Node, key: &str, found: &mut Vec<Diagnostic>) -> Vec<StepDoc<'t>> {
    let steps = items(node, key, found);
    if steps.is_empty() && node.as_list().is_some() {
        found.push(Diagnostic::error(Code::WF011, node.span, format!("`{key}` holds no step")));
    }
    steps.iter().filter_map(|item| read_step(item, found)).collect()
}

fn read_step<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<StepDoc<'t>> {
    let fields = Fields::any(node, "a step", found)?;
    let kinds: Vec<_> =
        fields.entries().iter().filter(|entry| KIND_KEYS.contains(&entry.key.text.as_str())).collect();
    let unknown = check_keys(&fields, kinds.first().map(|entry| entry.key.text.as_str()), found);
    let id = fields.need("id", found);
    let kind = match kinds.as_slice() {
        [] => {
            if !unknown {
                let message = "the step does nothing: it has no kind key";
                let note = format!("a step has one of {}", list(&KIND_KEYS));
                found.push(Diagnostic::error(Code::WF014, fields.span(), message).note(note));
            }
            None
        }
        [only] => read_kind(only, &fields, found),
        [first, rest @ ..] => {
            let second = rest[0];
            let message =
                format!("the step has two kind keys, `{}` and `{}`", first.key.text, second.key.text);
            found.push(
                Diagnostic::error(Code::WF014, second.key.span, message)
                    .label(first.key.span, "the first one")
                    .help("make two steps of it"),
            );
            None
        }
    };
    let needs = fields.get("needs").map(|entry| {
        items(&entry.value, "needs", found)
            .iter()
            .filter(|item| text(item, "needs", found).is_some())
            .collect()
    });
    let on_error = fields
        .get("on_error")
        .and_then(|entry| read_word(&entry.value, "on_error", &["fail", "continue"], found));
    Some(StepDoc {
        id: id.and_then(|node| read_id(node, "id", found)),
        span: id.map_or(fields.span(), |node| node.span),
        condition: fields.text("if", found),
        needs,
        continues_on_error: on_error == Some(1),
        timeout: fields.get("timeout").and_then(|entry| read_duration(&entry.value, "timeout", found)),
        expect: fields.text("expect", found),
        description: fields.text("description", found).and_then(Node::as_str),
        rescue: fields.get("rescue").map(|entry| read_steps(&entry.value, "rescue", found)),
        kind,
    })
}

/// Reports keys that a step of this kind does not have; gives whether one of them could have been its
/// kind key.
fn check_keys(fields: &Fields<'_>, kind: Option<&str>, found: &mut Vec<Diagnostic>) -> bool {
    let mut could_be_kind = false;
    for Entry { key, .. } in fields.entries() {
        let name = key.text.as_str();
        if name == "<<" {
            could_be_kind = true;
        } else if !STEP_KEYS.known.contains(&name) {
            could_be_kind |= nearest(name, KIND_KEYS).is_some()
                || STEP_KEYS.foreign.iter().any(|(word, ours)| {
                    *word == name && KIND_KEYS.iter().any(|kind| ours.starts_with(&format!("`{kind}")))
                });
            found.push(STEP_KEYS.unknown(name, key.span));
        } else if let (Some(kind), Some((_, with))) =
            (kind, EXTRA_KEYS.iter().find(|(extra, _)| *extra == name))
            && !with.contains(&kind)
        {
            let message = format!("`{name}` goes with {}, and this step is of kind `{kind}`", list(with));
            found.push(Diagnostic::error(Code::WF010, key.span, message));
        }
    }
    could_be_kind
}

fn read_kind<'t>(entry: &'t Entry, fields: &Fields<'t>, found: &mut Vec<Diagnostic>) -> Option<KindDoc<'t>> {
    let node = &entry.value;
    let with = fields.get("with").map(|entry| &entry.value);
    Some(match entry.key.text.as_str() {
        "action" => KindDoc::Action(Box::new(read_action(node, fields, found)?)),
        "approval" => KindDoc::Approval(Box::new(read_gate(node, found)?)),
        "decide" => {
            text(node, "decide", found)?;
            KindDoc::Decide { table: node, with }
        }
        "map" => {
            let from = fields.need("from", found);
            text(node, "map", found)?;
            KindDoc::Map { mapping: node, from: from? }
        }
        "set" => KindDoc::Set(read_set(node, found)?),
        "group" => KindDoc::Group(read_steps(node, "group", found)),
        "switch" => KindDoc::Switch(read_switch(node, found)),
        "parallel" => KindDoc::Parallel(read_parallel(node, found)?),
        "foreach" => KindDoc::Foreach(Box::new(read_foreach(node, fields, found))),
        "wait" => KindDoc::Wait(read_wait(node, found)?),
        "workflow" => {
            read_workflow_name(node, "workflow", found)?;
            KindDoc::Workflow { name: node, with }
        }
        "agent" => KindDoc::Agent(Box::new(read_agent(node, found)?)),
        _ => KindDoc::Stop { outcome: read_stop(node, found)?, message: fields.text("message", found) },
    })
}

fn read_switch<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Vec<BranchDoc<'t>> {
    let branches = items(node, "switch", found);
    let mut read = Vec::new();
    for (at, item) in branches.iter().enumerate() {
        let Some(fields) = Fields::open(item, &BRANCH_KEYS, found) else { continue };
        if let Some(entry) = fields.get("else") {
            if let Some(other) = fields.get("if").or(fields.get("steps")) {
                let message = format!("`else` holds the steps itself and has no `{}`", other.key.text);
                found.push(Diagnostic::error(Code::WF010, other.key.span, message));
            }
            if at + 1 < branches.len() {
                let message = "the branches after `else` are never taken";
                found.push(Diagnostic::error(Code::WF026, entry.key.span, message).help("put `else` last"));
            }
            read.push(BranchDoc { condition: None, steps: read_steps(&entry.value, "else", found) });
            continue;
        }
        let condition = fields.need("if", found).filter(|node| text(node, "if", found).is_some());
        let steps =
            fields.need("steps", found).map_or_else(Vec::new, |node| read_steps(node, "steps", found));
        if condition.is_some() {
            read.push(BranchDoc { condition, steps });
        }
    }
    if branches.is_empty() && node.as_list().is_some() {
        found.push(Diagnostic::error(Code::WF011, node.span, "`switch` has no branch"));
    }
    read
}

fn read_parallel<'t>(
    node: &'t Node,
    found: &mut Vec<Diagnostic>,
) -> Option<Vec<(&'t Key, Vec<StepDoc<'t>>)>> {
    let branches = Fields::any(node, "`parallel`", found)?;
    if branches.entries().is_empty() {
        found.push(Diagnostic::error(Code::WF011, node.span, "`parallel` has no branch"));
    }
    let read = branches.entries().iter().map(|entry| {
        check_name(&entry.key, found);
        (&entry.key, read_steps(&entry.value, &entry.key.text, found))
    });
    Some(read.collect())
}

fn read_foreach<'t>(list: &'t Node, fields: &Fields<'t>, found: &mut Vec<Diagnostic>) -> ForeachDoc<'t> {
    let element = fields.get("as");
    if let Some(entry) = element {
        read_id(&entry.value, "as", found);
    }
    let name = element.and_then(|entry| Some((entry.value.as_str()?, Some(entry.value.span))));
    let mut count = |key, most| fields.get(key).and_then(|entry| read_count(&entry.value, key, most, found));
    let (max, at_once) = (count("max", ELEMENTS_MAX), count("at_once", AT_ONCE_MAX));
    let steps = fields.need("steps", found);
    ForeachDoc {
        list,
        element: name.unwrap_or((ELEMENT, None)),
        max: max.unwrap_or(ELEMENTS_USUAL),
        at_once: at_once.unwrap_or(1),
        steps: steps.map_or_else(Vec::new, |node| read_steps(node, "steps", found)),
    }
}
