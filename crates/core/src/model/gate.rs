//! The parsed text of an `approval`.

use jiff::SignedDuration;

use super::words::{read_count, read_duration, read_word};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::{Fields, Key, Keys, Node, items, kind, text};

/// Most approvals that one stage may need.
const NEED_MAX: u32 = 50;

pub(crate) const GATE_KEYS: Keys = Keys {
    what: "an `approval`",
    known: &[
        "subject",
        "show",
        "via",
        "connection",
        "record",
        "requester",
        "beneficiary",
        "stages",
        "never",
        "expires",
        "on_reject",
    ],
    foreign: &[
        ("title", "`subject`"),
        ("message", "`subject`"),
        ("approvers", "`stages`, each with `approvers`"),
        ("channel", "`via`"),
        ("timeout", "`expires`"),
        ("details", "`show`"),
        ("need", "`need` of a stage"),
        ("on_rejected", "`on_reject`"),
    ],
    later: &["remind", "escalate"],
};

pub(crate) const STAGE_KEYS: Keys = Keys {
    what: "a stage",
    known: &["name", "if", "approvers", "need"],
    foreign: &[("when", "`if`"), ("id", "`name`"), ("min", "`need`"), ("quorum", "`need`")],
    later: &[],
};

pub(crate) const EXPIRES_KEYS: Keys = Keys {
    what: "`expires`",
    known: &["after", "then", "reason"],
    foreign: &[("in", "`after`"), ("because", "`reason`"), ("action", "`then`")],
    later: &["calendar"],
};

/// A wait for people.
#[derive(Debug)]
pub(crate) struct GateDoc<'t> {
    pub(crate) subject: Option<&'t Node>,
    pub(crate) show: Vec<&'t Node>,
    /// Name of the channel; absent for the console.
    pub(crate) via: Option<&'t Node>,
    pub(crate) connection: Option<&'t str>,
    pub(crate) record: Option<&'t Node>,
    pub(crate) requester: Option<&'t Node>,
    pub(crate) beneficiary: Option<&'t Node>,
    pub(crate) stages: Vec<StageDoc<'t>>,
    /// Positions in [`NEVER`] with their places.
    pub(crate) never: Vec<(usize, Span)>,
    pub(crate) expires: Option<ExpiresDoc<'t>>,
    pub(crate) continues_on_reject: bool,
}

/// The words of `never`.
pub(crate) const NEVER: [&str; 3] = ["requester", "beneficiary", "same_person_twice"];

/// One stage.
#[derive(Debug)]
pub(crate) struct StageDoc<'t> {
    pub(crate) name: &'t str,
    pub(crate) span: Span,
    pub(crate) condition: Option<&'t Node>,
    pub(crate) approvers: Vec<ApproversDoc<'t>>,
    pub(crate) need: u32,
}

/// One source of approvers: `{ servicenow.manager_of: $.inputs.person }`.
#[derive(Debug)]
pub(crate) struct ApproversDoc<'t> {
    pub(crate) source: &'t Key,
    pub(crate) connection: Option<&'t str>,
    pub(crate) input: &'t Node,
}

/// What happens when nobody decides.
#[derive(Debug)]
pub(crate) struct ExpiresDoc<'t> {
    pub(crate) after: SignedDuration,
    pub(crate) approves: Option<Span>,
    pub(crate) reason: Option<&'t Node>,
}

pub(super) fn read_gate<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<GateDoc<'t>> {
    let fields = Fields::open(node, &GATE_KEYS, found)?;
    let value = |key| fields.get(key).map(|entry| &entry.value);
    let on_reject =
        value("on_reject").and_then(|node| read_word(node, "on_reject", &["end", "continue"], found));
    let stages = match fields.need("stages", found) {
        Some(node) => {
            items(node, "stages", found).iter().filter_map(|item| read_stage(item, found)).collect()
        }
        None => Vec::new(),
    };
    let never = value("never").map_or_else(Vec::new, |node| {
        let words = items(node, "never", found);
        words.iter().filter_map(|item| Some((read_word(item, "never", &NEVER, found)?, item.span))).collect()
    });
    Some(GateDoc {
        subject: fields.need("subject", found).filter(|node| text(node, "subject", found).is_some()),
        show: value("show").map_or_else(Vec::new, |node| items(node, "show", found).iter().collect()),
        via: fields.text("via", found),
        connection: fields.text("connection", found).and_then(Node::as_str),
        record: value("record"),
        requester: value("requester"),
        beneficiary: value("beneficiary"),
        stages,
        never,
        expires: value("expires").and_then(|node| read_expires(node, found)),
        continues_on_reject: on_reject == Some(1),
    })
}

fn read_stage<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<StageDoc<'t>> {
    let fields = Fields::open(node, &STAGE_KEYS, found)?;
    let name = fields.need("name", found);
    let approvers = match fields.get("approvers") {
        Some(entry) => items(&entry.value, "approvers", found)
            .iter()
            .filter_map(|item| read_approvers(item, found))
            .collect(),
        None => Vec::new(),
    };
    let need = fields.get("need").and_then(|entry| read_count(&entry.value, "need", NEED_MAX, found));
    Some(StageDoc {
        name: name.and_then(|node| text(node, "name", found)).unwrap_or_default(),
        span: name.map_or(fields.span(), |node| node.span),
        condition: fields.text("if", found),
        approvers,
        need: need.unwrap_or(1),
    })
}

fn read_approvers<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<ApproversDoc<'t>> {
    const FORM: &str = "write `{ servicenow.manager_of: $.inputs.person }`";
    let Some(entries) = node.as_map() else {
        found.push(kind(node, "a source of approvers", "a map of one key").help(FORM));
        return None;
    };
    let mut connection = None;
    let mut sources = Vec::new();
    for entry in entries {
        if entry.key.text == "connection" {
            connection = text(&entry.value, "connection", found);
        } else {
            sources.push(entry);
        }
    }
    if let [only] = sources.as_slice() {
        return Some(ApproversDoc { source: &only.key, connection, input: &only.value });
    }
    let message = "a source of approvers has one key, its name";
    found.push(Diagnostic::error(Code::WF013, node.span, message).help(FORM));
    None
}

fn read_expires<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<ExpiresDoc<'t>> {
    let fields = Fields::open(node, &EXPIRES_KEYS, found)?;
    let after = fields.need("after", found).and_then(|node| read_duration(node, "after", found));
    let then = fields.get("then").map(|entry| &entry.value);
    let approves = then.filter(|node| read_word(node, "then", &["reject", "approve"], found) == Some(1));
    let reason = fields.text("reason", found);
    Some(ExpiresDoc { after: after?, approves: approves.map(|node| node.span), reason })
}
