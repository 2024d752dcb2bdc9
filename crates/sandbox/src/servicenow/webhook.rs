//! What is sent out and to whom: the settings of the outbox.
//!
//! Owns their shape and refuses what cannot work. Sends nothing.
//! Source: reference section 13.4; the names are those of its properties.

use serde::{Deserialize, Serialize};

use crate::delivery::{TargetRefused, target};
use crate::servicenow::dictionary::Dictionary;

/// Most rules at one time; every write is matched against all of them.
const RULES_MAX: usize = 64;

/// Where changes go, signed how, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhook {
    /// An address of this machine.
    pub(crate) url: String,
    /// The secret both sides know, as text.
    pub(crate) key: String,
    /// The name of the secret, for its rotation.
    #[serde(default = "first_key")]
    pub(crate) key_id: String,
    /// One business rule for each table; with none every task is news.
    #[serde(default = "every_task")]
    pub(crate) tables: Vec<Rule>,
    /// User name whose own writes are no news.
    #[serde(default)]
    pub(crate) integration_user: String,
    /// Whether they are after all.
    #[serde(default)]
    pub(crate) echo: bool,
    /// Fields whose values are sent along; of others only the name is.
    #[serde(default = "shown_fields")]
    pub(crate) value_fields: Vec<String>,
    #[serde(default)]
    pub(crate) mischief: Mischief,
}

/// Which writes to a table are news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// The table; those that extend it belong to it.
    pub(crate) table: String,
    /// An encoded query the record must meet; every record does, if absent.
    #[serde(default)]
    pub(crate) when: String,
    #[serde(default = "every_operation")]
    pub(crate) operations: Vec<Operation>,
}

/// What is done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operation {
    Insert,
    Update,
    Delete,
}

/// What goes wrong on purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Mischief {
    /// How many of the next deliveries are sent twice, as by two senders that overlap.
    pub(crate) duplicates: u32,
    /// How many of the next attempts carry a signature of another key.
    pub(crate) wrong_signatures: u32,
    /// Whether what waits is sent youngest first.
    pub(crate) reversed: bool,
}

/// Why settings were not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebhookRefused {
    #[error(transparent)]
    Target(#[from] TargetRefused),
    #[error("the key is empty")]
    NoKey,
    #[error("the instance has no table `{0}`")]
    NoTable(String),
    #[error("{RULES_MAX} tables are the most at one time")]
    TooMany,
}

impl Webhook {
    /// Settings with what is usual for everything that is not said.
    pub(crate) fn new(url: &str, key: &str, tables: Vec<Rule>, integration_user: &str) -> Self {
        Self {
            url: url.to_owned(),
            key: key.to_owned(),
            key_id: first_key(),
            tables: if tables.is_empty() { every_task() } else { tables },
            integration_user: integration_user.to_owned(),
            echo: false,
            value_fields: shown_fields(),
            mischief: Mischief::default(),
        }
    }

    /// Refuses settings that cannot work.
    pub(crate) fn check(&self, dictionary: &Dictionary) -> Result<(), WebhookRefused> {
        target(&self.url)?;
        if self.key.is_empty() {
            return Err(WebhookRefused::NoKey);
        }
        if self.tables.len() > RULES_MAX {
            return Err(WebhookRefused::TooMany);
        }
        match self.tables.iter().find(|rule| dictionary.table(&rule.table).is_none()) {
            Some(rule) => Err(WebhookRefused::NoTable(rule.table.clone())),
            None => Ok(()),
        }
    }
}

impl Rule {
    /// Everything done to records of the table that meet a query is news.
    pub(crate) fn new(table: &str, when: &str) -> Self {
        Self { table: table.to_owned(), when: when.to_owned(), operations: every_operation() }
    }
}

impl Operation {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

fn first_key() -> String {
    "k1".to_owned()
}

fn every_task() -> Vec<Rule> {
    vec![Rule::new("task", "")]
}

fn every_operation() -> Vec<Operation> {
    vec![Operation::Insert, Operation::Update, Operation::Delete]
}

fn shown_fields() -> Vec<String> {
    ["state", "approval", "assigned_to", "assignment_group", "priority"].map(str::to_owned).to_vec()
}
