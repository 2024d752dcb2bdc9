//! What a named person does in the instance's own pages, now or later.
//!
//! Owns the shape of the acts and those that are still to come. Carries none of them out.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::span::Span;

/// Most acts that may be waiting.
const WAITING_MAX: usize = 10_000;

/// A person decides approvals that wait for that person, or for somebody who made it a delegate.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approve {
    /// User name, e-mail or `sys_id` of the approver.
    #[serde(rename = "as")]
    pub(crate) person: String,
    /// `approved`, `rejected` or `cancelled`.
    #[serde(default = "approved", alias = "decision")]
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) comments: Option<String>,
    /// `sys_id` or number of the record, or `sys_id` of the approval itself; every approval that waits
    /// for the person when absent.
    #[serde(default)]
    pub(crate) record: Option<String>,
    /// How much later, such as `2h`; at once when absent.
    #[serde(default)]
    pub(crate) after: Option<Span>,
}

fn approved() -> String {
    "approved".to_owned()
}

/// A person changes records.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Update {
    /// User name, e-mail or `sys_id` of who acts.
    #[serde(rename = "as")]
    pub(crate) person: String,
    pub(crate) table: String,
    /// Raw values the records must have; paths over references are followed.
    #[serde(rename = "where", default)]
    pub(crate) wanted: Map<String, Value>,
    pub(crate) set: Map<String, Value>,
    #[serde(default)]
    pub(crate) after: Option<Span>,
}

/// A person writes to a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Comment {
    #[serde(rename = "as")]
    pub(crate) person: String,
    /// `sys_id` or number of the task.
    pub(crate) record: String,
    pub(crate) text: String,
    /// Whether only those who work on it see it.
    #[serde(default)]
    pub(crate) internal: bool,
    #[serde(default)]
    pub(crate) after: Option<Span>,
}

/// A person orders something.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    #[serde(rename = "as")]
    pub(crate) person: String,
    /// Name or `sys_id` of the catalog item.
    pub(crate) item: String,
    #[serde(default = "one")]
    pub(crate) quantity: u32,
    /// User name, e-mail or `sys_id`; the person itself when absent.
    #[serde(default)]
    pub(crate) requested_for: Option<String>,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) after: Option<Span>,
}

fn one() -> u32 {
    1
}

/// Any of these.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    Approve(Approve),
    Update(Update),
    Comment(Comment),
    Order(Place),
}

impl Act {
    /// Who acts.
    pub(crate) fn person(&self) -> &str {
        match self {
            Self::Approve(one) => &one.person,
            Self::Update(one) => &one.person,
            Self::Comment(one) => &one.person,
            Self::Order(one) => &one.person,
        }
    }

    /// How much later it is to happen.
    pub(crate) fn after(&self) -> Option<Span> {
        match self {
            Self::Approve(one) => one.after,
            Self::Update(one) => one.after,
            Self::Comment(one) => one.after,
            Self::Order(one) => one.after,
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Later {
    due: Timestamp,
    act: Act,
}

/// What people will do.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Scripted {
    waiting: Vec<Later>,
}

impl Scripted {
    /// Keeps an act for later; says whether there was room for it.
    pub(crate) fn add(&mut self, due: Timestamp, act: Act) -> bool {
        let fits = self.waiting.len() < WAITING_MAX;
        if fits {
            // Acts of one moment happen in the order in which they were scripted.
            let at = self.waiting.partition_point(|one| one.due <= due);
            self.waiting.insert(at, Later { due, act });
        }
        fits
    }

    /// The next act that is due by then, with its time.
    pub(crate) fn take(&mut self, now: Timestamp) -> Option<(Timestamp, Act)> {
        let first = self.waiting.first().filter(|one| one.due <= now)?;
        let due = first.due;
        let one = self.waiting.remove(0);
        Some((due, one.act))
    }
}
