//! A compiled mapping: its fields in the order of the text.

use indexmap::IndexMap;
use serde_json::Value;

use crate::expression::{Condition, Path, Template, Text};
use crate::model::{Case, MaxLength, Otherwise, Table, Unmatched};

/// A mapping from one record to another.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Name within the workflow.
    pub name: String,
    /// Record that it reads, such as `azure_ad.user`.
    pub from: String,
    /// Record whose fields it gives, such as `servicenow.sys_user`.
    pub to: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

impl Mapping {
    /// Whether one of its fields has to be looked up in another record.
    #[must_use]
    pub fn looks_up(&self) -> bool {
        let mut alternatives = self.fields.iter().flat_map(|field| &field.alternatives);
        alternatives.any(|one| matches!(one.gives.translation, Some(Translation::Lookup { .. })))
    }
}

/// One field of the target.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name of the field.
    pub target: String,
    /// The first whose condition holds is taken; never empty.
    pub alternatives: Vec<Alternative>,
}

/// One way to fill a field.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// Taken only if this holds.
    pub condition: Option<Condition>,
    /// Where the value comes from and what becomes of it.
    pub gives: Gives,
}

/// Where a value comes from and what becomes of it, in the order in which that happens.
#[derive(Debug, Clone)]
pub struct Gives {
    /// Where it comes from.
    pub source: Source,
    /// What an absent value does.
    pub on_absent: Otherwise,
    /// What a null value does.
    pub on_null: Otherwise,
    /// How its letters are written.
    pub case: Option<Case>,
    /// What it is translated by.
    pub translation: Option<Translation>,
    /// What a value that is not translated does.
    pub no_match: Unmatched,
    /// How long it may be.
    pub max_length: Option<MaxLength>,
    /// Whether the mapping fails when the field gets no value or an empty text.
    pub required: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// `from`: a path.
    From(Path),
    /// `first_of`: the first that is neither absent, null nor empty text.
    FirstOf(Vec<Template>),
    /// `value`: written out.
    Value(Value),
    /// `text`: a text with values in it.
    Text(Text),
}

/// What a value is translated by.
#[derive(Debug, Clone)]
pub enum Translation {
    /// `values`: a decision table with one input and one output column.
    Table(Box<Table>),
    /// `values`: written out, by the text of the value.
    Map(IndexMap<String, Value>),
    /// `lookup`: the key of the one record whose field has the value.
    Lookup {
        /// Full name of the record, such as `servicenow.sys_user`.
        record: String,
        /// The field that is compared.
        by: String,
    },
}
