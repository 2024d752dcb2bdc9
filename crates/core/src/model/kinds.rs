//! The parsed text of the leaf kinds: `action`, `set`, `wait`, `stop`.

use jiff::SignedDuration;

use super::calendar_doc::{DelayDoc, read_delay};
use super::duration::parse_duration;
use super::outcome::StopOutcome;
use super::words::{check_name, read_count, read_duration, read_word};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::{Entry, Fields, Key, Keys, Node, NodeKind, text};

/// Most attempts of a step.
const ATTEMPTS_MAX: u32 = 100;

pub(crate) const RETRY_KEYS: Keys = Keys {
    what: "`retry`",
    known: &["attempts"],
    foreign: &[
        ("max", "`attempts`"),
        ("times", "`attempts`"),
        ("count", "`attempts`"),
        ("limit", "`attempts`"),
    ],
};

pub(crate) const POLL_KEYS: Keys = Keys {
    what: "`poll`",
    known: &["until", "every", "at_most", "otherwise"],
    foreign: &[("interval", "`every`"), ("timeout", "`at_most`"), ("for", "`at_most`"), ("while", "`until`")],
};

pub(crate) const WAIT_KEYS: Keys = Keys {
    what: "`wait`",
    known: &["for", "calendar", "until", "event"],
    foreign: &[("seconds", "`for: 30s`"), ("duration", "`for`"), ("time", "`until`")],
};

pub(crate) const EVENT_KEYS: Keys = Keys {
    what: "an `event`",
    known: &["trigger", "connection", "with", "if"],
    foreign: &[("type", "`trigger`"), ("name", "`trigger`"), ("when", "`if`"), ("filter", "`if`")],
};

/// Computed values of a `set`.
const COMPUTED: [&str; 7] = ["ago", "from_now", "add", "condition", "count", "first", "without"];

pub(crate) const ADD_KEYS: Keys = Keys {
    what: "`add`",
    known: &["time", "by"],
    foreign: &[
        ("to", "`time`"),
        ("at", "`time`"),
        ("days", "`by: 7d`"),
        ("hours", "`by: 7h`"),
        ("duration", "`by`"),
    ],
};

/// One call of an action.
#[derive(Debug)]
pub(crate) struct ActionDoc<'t> {
    pub(crate) action: &'t Node,
    pub(crate) with: Option<&'t Node>,
    pub(crate) connection: Option<&'t str>,
    pub(crate) attempts: Option<u32>,
    pub(crate) requires_approval: Option<&'t Node>,
    pub(crate) no_approval_because: Option<&'t Node>,
    pub(crate) poll: Option<PollDoc<'t>>,
}

/// Repeats a read.
#[derive(Debug)]
pub(crate) struct PollDoc<'t> {
    pub(crate) key: &'t Key,
    pub(crate) until: &'t Node,
    pub(crate) every: SignedDuration,
    pub(crate) at_most: SignedDuration,
    pub(crate) continues: bool,
}

/// One value of a `set`.
#[derive(Debug)]
pub(crate) enum SetDoc<'t> {
    Plain(&'t Node),
    Ago(SignedDuration),
    FromNow(SignedDuration),
    Condition(&'t Node),
    Count(&'t Node),
    First(&'t Node),
    Add { time: &'t Node, by: SignedDuration },
    Without { list: &'t Node, other: &'t Node },
}

/// A durable wait.
#[derive(Debug)]
pub(crate) enum WaitDoc<'t> {
    For(DelayDoc<'t>),
    Until(&'t Node),
    /// An event, and how long it is waited for.
    Event(EventDoc<'t>, SignedDuration),
}

/// An event that is waited for.
#[derive(Debug)]
pub(crate) struct EventDoc<'t> {
    pub(crate) trigger: &'t Node,
    pub(crate) connection: Option<&'t str>,
    pub(crate) with: Option<&'t Node>,
    pub(crate) condition: Option<&'t Node>,
}

pub(super) fn read_action<'t>(
    action: &'t Node,
    fields: &Fields<'t>,
    found: &mut Vec<Diagnostic>,
) -> Option<ActionDoc<'t>> {
    text(action, "action", found)?;
    let attempts = fields.get("retry").and_then(|entry| {
        let fields = Fields::open(&entry.value, &RETRY_KEYS, found)?;
        read_count(fields.need("attempts", found)?, "attempts", ATTEMPTS_MAX, found)
    });
    let reason = fields.text("no_approval_because", found);
    let approval = fields.text("requires_approval", found);
    if let (Some(_), Some(reason)) = (approval, reason) {
        let message = "a step has either `requires_approval` or `no_approval_because`";
        found.push(Diagnostic::error(Code::GV003, reason.span, message));
    }
    Some(ActionDoc {
        action,
        with: fields.get("with").map(|entry| &entry.value),
        connection: fields.text("connection", found).and_then(Node::as_str),
        attempts,
        requires_approval: approval,
        no_approval_because: reason,
        poll: fields.get("poll").and_then(|entry| read_poll(entry, found)),
    })
}

fn read_poll<'t>(entry: &'t Entry, found: &mut Vec<Diagnostic>) -> Option<PollDoc<'t>> {
    let fields = Fields::open(&entry.value, &POLL_KEYS, found)?;
    let until = fields.need("until", found).filter(|node| text(node, "until", found).is_some());
    let every = fields.need("every", found).and_then(|node| read_duration(node, "every", found));
    let at_most = fields.need("at_most", found).and_then(|node| read_duration(node, "at_most", found));
    let otherwise = fields
        .get("otherwise")
        .and_then(|entry| read_word(&entry.value, "otherwise", &["fail", "continue"], found));
    let (until, every, at_most) = (until?, every?, at_most?);
    if every > at_most {
        let message = "`every` is longer than `at_most`, so it would be read once only";
        found.push(Diagnostic::error(Code::WF013, fields.span(), message));
    }
    Some(PollDoc { key: &entry.key, until, every, at_most, continues: otherwise == Some(1) })
}

pub(super) fn read_set<'t>(
    node: &'t Node,
    found: &mut Vec<Diagnostic>,
) -> Option<Vec<(&'t Key, SetDoc<'t>)>> {
    let fields = Fields::any(node, "`set`", found)?;
    if fields.entries().is_empty() {
        found.push(Diagnostic::error(Code::WF011, node.span, "`set` names no value"));
    }
    let mut values = Vec::new();
    for entry in fields.entries() {
        check_name(&entry.key, found);
        values.extend(read_set_value(&entry.value, found).map(|value| (&entry.key, value)));
    }
    Some(values)
}

fn read_set_value<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<SetDoc<'t>> {
    let Some([only]) = node.as_map() else { return Some(SetDoc::Plain(node)) };
    let (word, value) = (only.key.text.as_str(), &only.value);
    if !COMPUTED.contains(&word) {
        return Some(SetDoc::Plain(node));
    }
    Some(match word {
        "ago" => SetDoc::Ago(read_duration(value, word, found)?),
        "from_now" => SetDoc::FromNow(read_duration(value, word, found)?),
        "condition" => {
            text(value, word, found)?;
            SetDoc::Condition(value)
        }
        "count" => SetDoc::Count(value),
        "add" => return read_add(value, found),
        "without" => return read_without(value, found),
        _ => SetDoc::First(value),
    })
}

fn read_add<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<SetDoc<'t>> {
    const FORM: &str = "write `{add: {time: $.inputs.start, by: 7d}}`";
    let from = found.len();
    let fields = Fields::open(node, &ADD_KEYS, found);
    let time = fields.and_then(|fields| fields.need("time", found));
    let by = fields.and_then(|fields| fields.need("by", found));
    for missing in found.iter_mut().skip(from).filter(|finding| finding.help.is_none()) {
        missing.help = Some(FORM.to_owned());
    }
    let by = by.and_then(|node| {
        let unsigned = node.as_str().and_then(|text| text.strip_prefix('-'));
        match unsigned.map(parse_duration) {
            Some(Ok(duration)) => Some(-duration),
            _ => read_duration(node, "by", found),
        }
    });
    Some(SetDoc::Add { time: time?, by: by? })
}

fn read_without<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<SetDoc<'t>> {
    if let NodeKind::List(items) = &node.kind
        && let [list, other] = items.as_slice()
    {
        return Some(SetDoc::Without { list, other });
    }
    let message = "`without` takes two lists: what is looked through, and what is left out";
    let help = "write `{without: [$.steps.a.groups, $.steps.b.groups]}`";
    found.push(Diagnostic::error(Code::WF013, node.span, message).help(help));
    None
}

pub(super) fn read_wait<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<WaitDoc<'t>> {
    if let Some(text) = node.as_str() {
        let error = Diagnostic::error(Code::WF013, node.span, "`wait` takes a map");
        found.push(match parse_duration(text) {
            Ok(_) => error.help(format!("write `wait: {{for: {text}}}`")),
            Err(_) => error.help("write `wait: {for: 4h}` or `wait: {until: $.time}`"),
        });
        return None;
    }
    let fields = Fields::open(node, &WAIT_KEYS, found)?;
    if let Some(entry) = fields.get("calendar")
        && (fields.get("for").is_none() || fields.get("event").is_some())
    {
        let message = "`calendar` goes with a `for` that stands without an `event`";
        found.push(Diagnostic::error(Code::WF010, entry.key.span, message));
    }
    match (fields.get("for"), fields.get("until"), fields.get("event")) {
        (Some(_), None, None) => read_delay(&fields, "for", found).map(WaitDoc::For),
        (None, Some(entry), None) => Some(WaitDoc::Until(&entry.value)),
        (within, None, Some(entry)) => {
            let event = read_event(&entry.value, found);
            let Some(within) = within else {
                let error =
                    Diagnostic::error(Code::WF011, entry.key.span, "a wait for an event has no `for`");
                found.push(error.help("say how long: a run must not wait for ever"));
                return None;
            };
            let within = read_duration(&within.value, "for", found);
            Some(WaitDoc::Event(event?, within?))
        }
        _ => {
            let message = "`wait` has `for`, or `until`, or `event` with `for`";
            found.push(Diagnostic::error(Code::WF011, fields.span(), message));
            None
        }
    }
}

fn read_event<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<EventDoc<'t>> {
    let fields = Fields::open(node, &EVENT_KEYS, found)?;
    let trigger = fields.need("trigger", found).filter(|node| text(node, "trigger", found).is_some());
    Some(EventDoc {
        trigger: trigger?,
        connection: fields.text("connection", found).and_then(Node::as_str),
        with: fields.get("with").map(|entry| &entry.value),
        condition: fields.text("if", found),
    })
}

pub(super) fn read_stop(node: &Node, found: &mut Vec<Diagnostic>) -> Option<StopOutcome> {
    let words = StopOutcome::ALL.map(StopOutcome::as_str);
    read_word(node, "stop", &words, found).map(|at| StopOutcome::ALL[at])
}
