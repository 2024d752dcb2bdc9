//! The one change that a write wants to make, described before it is sent.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::Request;

/// SHA-256 of a canonical JSON text, as 64 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The digest of a value; the order of object keys does not matter.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let mut canonical = value.clone();
        canonical.sort_all_objects();
        let hash = Sha256::digest(canonical.to_string().as_bytes());
        let mut hex = String::with_capacity(64);
        for byte in hash {
            write!(hex, "{byte:02x}").expect("a String takes every text");
        }
        Self(hex)
    }

    /// The hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One field that a change would alter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Name of the field, as the platform spells it.
    pub field: String,
    /// What it holds now; absent where it is not known or the record is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// What it would hold.
    pub to: Value,
}

/// How to take a change back, as data for a later command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undo {
    /// Name of the action that takes it back.
    pub action: String,
    /// Its input.
    pub input: Value,
}

/// One remote change, described completely: the runtime sends exactly this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What it does, in words for a person.
    pub summary: String,
    /// The request to send.
    pub request: Request,
    /// The fields it would alter, from what to what.
    pub fields: Vec<FieldChange>,
    /// The output that can be foreseen, so that a plan can go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted: Option<Value>,
    /// How to take it back, where that is known beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Undo>,
}

impl Change {
    /// A change by one request.
    #[must_use]
    pub fn new(summary: impl Into<String>, request: Request) -> Self {
        Self { summary: summary.into(), request, fields: Vec::new(), predicted: None, undo: None }
    }

    /// Adds a field that the change alters.
    #[must_use]
    pub fn field(mut self, field: &str, from: Option<Value>, to: Value) -> Self {
        self.fields.push(FieldChange { field: field.to_owned(), from, to });
        self
    }

    /// The digest of what would be sent and altered; what a gate approves.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json::json!({ "request": self.request, "fields": self.fields }))
    }
}

/// What was sent and when: what `settle` is given after an unknown outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// The change as it was recorded before it was sent.
    pub change: Change,
    /// When it was recorded, right before the send, in UTC.
    pub sent_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn digest_ignores_key_order_and_sees_every_value() {
        let one = Digest::of(&json!({"a": 1, "b": {"c": [1, 2], "d": null}}));
        let two = Digest::of(&json!({"b": {"d": null, "c": [1, 2]}, "a": 1}));
        let three = Digest::of(&json!({"b": {"d": null, "c": [2, 1]}, "a": 1}));
        assert_eq!(one, two);
        assert_ne!(one, three);
        assert_eq!(one.as_str().len(), 64);
    }
}
