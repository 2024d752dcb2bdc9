//! The parsed text of an `approval`.

use super::calendar_doc::{DelayDoc, read_delay};
use super::words::{read_count, read_word};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::{Entry, Fields, Key, Keys, Node, items, kind, text};

/// Most approvals that one stage may need.
const NEED_MAX: u32 = 50;
/// Most reminders of one stage.
const REMINDERS_MAX: u32 = 100;
/// Reminders of one stage where `at_most` does not say.
const REMINDERS_USUAL: u32 = 10;

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
        "remind",
        "escalate",
        "expires",
        "on_reject",
    ],
    foreign: &[
        ("title", "`subject`"),
        ("message", "`subject`"),
        ("approvers", "`stages`, each with `approvers`"),
        ("reviewers", "`stages`, each with `approvers`"),
        ("assignees", "`stages`, each with `approvers`"),
        ("any_of", "`need: 1` of a stage"),
        ("all_of", "`need` of a stage, with as many as are asked"),
        ("quorum", "`need` of a stage"),
        ("channel", "`via`"),
        ("timeout", "`expires`"),
        ("deadline", "`expires`"),
        ("sla", "`expires`"),
        ("on_timeout", "`then` of `expires`"),
        ("details", "`show`"),
        ("need", "`need` of a stage"),
        ("on_rejected", "`on_reject`"),
        ("reminder", "`remind`"),
        ("reminders", "`remind`"),
        ("escalation", "`escalate`"),
        ("exclude", "`never`"),
    ],
};

pub(crate) const STAGE_KEYS: Keys = Keys {
    what: "a stage",
    known: &["name", "if", "approvers", "need"],
    foreign: &[
        ("when", "`if`"),
        ("id", "`name`"),
        ("min", "`need`"),
        ("minimum", "`need`"),
        ("quorum", "`need`"),
        ("required", "`need`"),
        ("any_of", "`approvers` with `need: 1`"),
        ("all_of", "`approvers`, with `need` as many as are asked"),
        ("reviewers", "`approvers`"),
        ("assignees", "`approvers`"),
        ("who", "`approvers`"),
    ],
};

pub(crate) const EXPIRES_KEYS: Keys = Keys {
    what: "`expires`",
    known: &["after", "calendar", "then", "reason"],
    foreign: &[("in", "`after`"), ("because", "`reason`"), ("action", "`then`")],
};

pub(crate) const REMIND_KEYS: Keys = Keys {
    what: "`remind`",
    known: &["every", "calendar", "at_most"],
    foreign: &[
        ("after", "`every`"),
        ("interval", "`every`"),
        ("max", "`at_most`"),
        ("times", "`at_most`"),
        ("count", "`at_most`"),
    ],
};

pub(crate) const ESCALATE_KEYS: Keys = Keys {
    what: "`escalate`",
    known: &["after", "calendar", "to"],
    foreign: &[("in", "`after`"), ("approvers", "`to`"), ("notify", "`to`"), ("with", "`to`")],
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
    pub(crate) remind: Option<RemindDoc<'t>>,
    pub(crate) escalate: Option<EscalateDoc<'t>>,
    pub(crate) expires: Option<ExpiresDoc<'t>>,
    pub(crate) continues_on_reject: bool,
}

impl<'t> GateDoc<'t> {
    /// Every source of approvers, in the order of the text.
    pub(crate) fn people(&self) -> impl Iterator<Item = &ApproversDoc<'t>> {
        let later = self.escalate.iter().flat_map(|escalate| &escalate.to);
        self.stages.iter().flat_map(|stage| &stage.approvers).chain(later)
    }
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
    pub(crate) after: DelayDoc<'t>,
    pub(crate) approves: Option<Span>,
    pub(crate) reason: Option<&'t Node>,
}

/// When people are reminded.
#[derive(Debug)]
pub(crate) struct RemindDoc<'t> {
    pub(crate) key: &'t Key,
    pub(crate) every: DelayDoc<'t>,
    pub(crate) at_most: u32,
}

/// Who else is asked when nobody decides.
#[derive(Debug)]
pub(crate) struct EscalateDoc<'t> {
    pub(crate) key: &'t Key,
    pub(crate) after: DelayDoc<'t>,
    pub(crate) to: Vec<ApproversDoc<'t>>,
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
        remind: fields.get("remind").and_then(|entry| read_remind(entry, found)),
        escalate: fields.get("escalate").and_then(|entry| read_escalate(entry, found)),
        expires: value("expires").and_then(|node| read_expires(node, found)),
        continues_on_reject: on_reject == Some(1),
    })
}

fn read_stage<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<StageDoc<'t>> {
    let fields = Fields::open(node, &STAGE_KEYS, found)?;
    let name = fields.need("name", found);
    let approvers = fields.get("approvers");
    let approvers = approvers.map_or_else(Vec::new, |entry| read_people(&entry.value, "approvers", found));
    let need = fields.get("need").and_then(|entry| read_count(&entry.value, "need", NEED_MAX, found));
    Some(StageDoc {
        name: name.and_then(|node| text(node, "name", found)).unwrap_or_default(),
        span: name.map_or(fields.span(), |node| node.span),
        condition: fields.text("if", found),
        approvers,
        need: need.unwrap_or(1),
    })
}

fn read_people<'t>(node: &'t Node, key: &str, found: &mut Vec<Diagnostic>) -> Vec<ApproversDoc<'t>> {
    items(node, key, found).iter().filter_map(|item| read_approvers(item, found)).collect()
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
    let after = read_delay(&fields, "after", found);
    let then = fields.get("then").map(|entry| &entry.value);
    let approves = then.filter(|node| read_word(node, "then", &["reject", "approve"], found) == Some(1));
    let reason = fields.text("reason", found);
    Some(ExpiresDoc { after: after?, approves: approves.map(|node| node.span), reason })
}

fn read_remind<'t>(entry: &'t Entry, found: &mut Vec<Diagnostic>) -> Option<RemindDoc<'t>> {
    let fields = Fields::open(&entry.value, &REMIND_KEYS, found)?;
    let every = read_delay(&fields, "every", found);
    let at_most =
        fields.get("at_most").and_then(|entry| read_count(&entry.value, "at_most", REMINDERS_MAX, found));
    Some(RemindDoc { key: &entry.key, every: every?, at_most: at_most.unwrap_or(REMINDERS_USUAL) })
}

fn read_escalate<'t>(entry: &'t Entry, found: &mut Vec<Diagnostic>) -> Option<EscalateDoc<'t>> {
    let fields = Fields::open(&entry.value, &ESCALATE_KEYS, found)?;
    let after = read_delay(&fields, "after", found);
    let to = fields.need("to", found).map_or_else(Vec::new, |node| read_people(node, "to", found));
    Some(EscalateDoc { key: &entry.key, after: after?, to })
}
