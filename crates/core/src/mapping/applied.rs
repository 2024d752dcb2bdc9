//! What a mapping gives, what it asks for, and how it is answered.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What a mapping gives for one source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Applied {
    /// Fields with their values, in the order of the text: null empties the field, one that is not here
    /// stays what it is.
    pub target: Map<String, Value>,
    /// Fields whose value has no counterpart and that a person should look at.
    pub flagged: Vec<Note>,
    /// Fields whose value has no counterpart yet.
    pub deferred: Vec<Note>,
    /// What must be looked up first, each once. While there is any, `target` is not whole: look, and
    /// apply again with the answers.
    pub lookups: Vec<Lookup>,
}

/// A field that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Name of the field.
    pub field: String,
    /// The value that has no counterpart.
    pub value: Value,
    /// Why it was left out.
    pub reason: Reason,
}

/// Why a field was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no counterpart.
    NoMatch,
    /// There are several, and nobody can tell which is meant.
    Ambiguous,
}

/// A question to the target's system: which record has this value in this field?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    /// The first field that asks.
    pub field: String,
    /// Full name of the record, such as `servicenow.sys_user`.
    pub record: String,
    /// The field that is compared.
    pub by: String,
    /// What it must be; never empty.
    pub value: String,
}

/// The answer to a [`Lookup`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupAnswer {
    /// As asked.
    pub record: String,
    /// As asked.
    pub by: String,
    /// As asked.
    pub value: String,
    /// What was found.
    pub found: Found,
}

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// One record with this key.
    One(String),
    /// None.
    None,
    /// More than one.
    Ambiguous,
}

impl Applied {
    /// The output of a step that maps.
    #[must_use]
    pub fn output(&self) -> Value {
        json!({ "target": self.target, "flagged": self.flagged, "deferred": self.deferred })
    }
}

impl Lookup {
    /// Its answer, once it is known.
    #[must_use]
    pub fn answered(&self, found: Found) -> LookupAnswer {
        let (record, by, value) = (self.record.clone(), self.by.clone(), self.value.clone());
        LookupAnswer { record, by, value, found }
    }
}
