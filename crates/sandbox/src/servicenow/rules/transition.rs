//! The states of changes and the moves between them, by the kind of change.
//!
//! The tables of this file are the whole model: what is not in them is refused.
//! Source: reference section 10.4. That moves which wait for an approval cannot be made by hand is
//! read from the conditions the `nextstates` resource reports.

use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

pub(crate) const NEW: &str = "-5";
pub(crate) const ASSESS: &str = "-4";
pub(crate) const AUTHORIZE: &str = "-3";
pub(crate) const SCHEDULED: &str = "-2";
pub(crate) const IMPLEMENT: &str = "-1";
pub(crate) const REVIEW: &str = "0";
pub(crate) const CLOSED: &str = "3";
pub(crate) const CANCELED: &str = "4";

/// The name of the business rule that refuses other moves.
pub(crate) const GUARD: &str = "Change Model: Check State Transition";

/// What a move demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    NotOnHold,
    /// Approved, or nobody was asked.
    Approved,
    Rejected,
    NoActiveTasks,
}

impl Condition {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NotOnHold => "Not On hold",
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
            Self::NoActiveTasks => "No active Change Tasks",
        }
    }

    pub(crate) fn passes(self, base: Base<'_>, change: &Record) -> bool {
        let tasks = || {
            let all = base.store.all(base.dictionary, "change_task");
            all.filter(|task| task.get("change_request") == change.id())
        };
        match self {
            Self::NotOnHold => change.get("on_hold") != "true",
            Self::Approved => !matches!(change.get("approval"), "requested" | "rejected" | "cancelled"),
            Self::Rejected => change.get("approval") == "rejected",
            Self::NoActiveTasks => {
                tasks().next().is_some() && tasks().all(|task| task.get("active") == "false")
            }
        }
    }
}

/// One move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transition {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    /// Whether the platform makes it by itself once its conditions pass.
    pub(crate) automatic: bool,
    pub(crate) conditions: &'static [Condition],
}

const fn by_hand(from: &'static str, to: &'static str) -> Transition {
    Transition { from, to, automatic: false, conditions: &[Condition::NotOnHold] }
}

const fn cancel(from: &'static str) -> Transition {
    Transition { from, to: CANCELED, automatic: false, conditions: &[] }
}

const fn once_approved(from: &'static str, to: &'static str) -> Transition {
    Transition { from, to, automatic: true, conditions: &[Condition::Approved, Condition::NotOnHold] }
}

const fn once_rejected(from: &'static str) -> Transition {
    Transition { from, to: NEW, automatic: true, conditions: &[Condition::Rejected] }
}

const ALL_DONE: Transition =
    Transition { from: IMPLEMENT, to: REVIEW, automatic: true, conditions: &[Condition::NoActiveTasks] };

const NORMAL: &[Transition] = &[
    by_hand(NEW, ASSESS),
    once_approved(ASSESS, AUTHORIZE),
    once_rejected(ASSESS),
    once_approved(AUTHORIZE, SCHEDULED),
    once_rejected(AUTHORIZE),
    by_hand(SCHEDULED, IMPLEMENT),
    ALL_DONE,
    by_hand(IMPLEMENT, REVIEW),
    by_hand(REVIEW, CLOSED),
    cancel(NEW),
    cancel(ASSESS),
    cancel(AUTHORIZE),
    cancel(SCHEDULED),
    cancel(IMPLEMENT),
];

const STANDARD: &[Transition] = &[
    by_hand(NEW, SCHEDULED),
    by_hand(SCHEDULED, IMPLEMENT),
    ALL_DONE,
    by_hand(IMPLEMENT, REVIEW),
    by_hand(REVIEW, CLOSED),
    cancel(NEW),
    cancel(SCHEDULED),
    cancel(IMPLEMENT),
];

const EMERGENCY: &[Transition] = &[
    by_hand(NEW, AUTHORIZE),
    once_approved(AUTHORIZE, SCHEDULED),
    once_rejected(AUTHORIZE),
    by_hand(SCHEDULED, IMPLEMENT),
    ALL_DONE,
    by_hand(IMPLEMENT, REVIEW),
    by_hand(REVIEW, CLOSED),
    cancel(NEW),
    cancel(AUTHORIZE),
    cancel(SCHEDULED),
    cancel(IMPLEMENT),
];

/// The name of the model a change follows: that of its model record, else its type.
pub(crate) fn model(base: Base<'_>, change: &Record) -> &'static str {
    let named = base.store.get(base.dictionary, "chg_model", change.get("chg_model"));
    let name = named.map_or(change.get("type"), |model| model.get("name"));
    match name.to_ascii_lowercase().as_str() {
        "standard" => "standard",
        "emergency" => "emergency",
        _ => "normal",
    }
}

/// Every move out of the state the change is in.
pub(crate) fn from_here(base: Base<'_>, change: &Record) -> Vec<Transition> {
    let moves = match model(base, change) {
        "standard" => STANDARD,
        "emergency" => EMERGENCY,
        _ => NORMAL,
    };
    moves.iter().filter(|one| one.from == change.get("state")).copied().collect()
}

impl Transition {
    /// Whether the change may make the move now.
    pub(crate) fn is_open(&self, base: Base<'_>, change: &Record) -> bool {
        self.conditions.iter().all(|condition| condition.passes(base, change))
    }
}
