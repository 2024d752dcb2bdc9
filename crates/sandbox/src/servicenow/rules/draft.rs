//! A write on its way: the record as it was, as it will be, and who writes.
//!
//! Owns the shape the rules work on. Decides nothing.

use jiff::Timestamp;

use crate::servicenow::actor::Actor;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// A record that is about to be stored.
pub(crate) struct Draft<'a> {
    pub(crate) base: Base<'a>,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
    /// None on an insert.
    pub(crate) before: Option<&'a Record>,
    pub(crate) after: Record,
    /// Journal entries this write appends: field and text.
    pub(crate) notes: Vec<(String, String)>,
}

/// A write that follows from another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Consequence {
    /// A record gets other values.
    Change { table: String, id: String, set: Vec<(String, String)> },
    /// A record comes to be.
    Create { table: String, set: Vec<(String, String)> },
    /// A history of a record gets an entry.
    Note { table: String, id: String, element: String, value: String },
}

impl Consequence {
    /// Other values for a record.
    pub(crate) fn change(record: &Record, set: &[(&str, &str)]) -> Self {
        Self::Change { table: record.class.clone(), id: record.id().to_owned(), set: owned(set) }
    }

    /// A new record.
    pub(crate) fn create(table: &str, set: &[(&str, &str)]) -> Self {
        Self::Create { table: table.to_owned(), set: owned(set) }
    }

    /// An entry in a history of a record.
    pub(crate) fn note(record: &Record, element: &str, value: &str) -> Self {
        Self::Note {
            table: record.class.clone(),
            id: record.id().to_owned(),
            element: element.to_owned(),
            value: value.to_owned(),
        }
    }
}

fn owned(set: &[(&str, &str)]) -> Vec<(String, String)> {
    set.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
}

/// What has been stored, for the rules that run afterwards.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a> {
    pub(crate) base: Base<'a>,
    /// None on an insert.
    pub(crate) before: Option<&'a Record>,
    pub(crate) after: &'a Record,
    pub(crate) notes: &'a [(String, String)],
}

impl Stored<'_> {
    /// Whether the field differs from what was stored; every filled field does on an insert.
    pub(crate) fn changed(&self, field: &str) -> bool {
        self.before.map_or("", |before| before.get(field)) != self.after.get(field)
    }

    /// Whether the write took the record out of work.
    pub(crate) fn closed_now(&self) -> bool {
        self.after.get("active") == "false"
            && self.before.is_none_or(|before| before.get("active") != "false")
    }
}

impl Draft<'_> {
    /// Whether the field differs from what was stored; every filled field does on an insert.
    pub(crate) fn changed(&self, field: &str) -> bool {
        self.before.map_or("", |before| before.get(field)) != self.after.get(field)
    }

    pub(crate) fn get(&self, field: &str) -> &str {
        self.after.get(field)
    }

    /// What stood in the field; nothing on an insert.
    pub(crate) fn was(&self, field: &str) -> &str {
        self.before.map_or("", |before| before.get(field))
    }

    /// Fills a field unless it holds something.
    pub(crate) fn fill(&mut self, field: &str, value: &str) {
        if self.after.get(field).is_empty() {
            self.after.set(field, value);
        }
    }

    /// Puts back what stood in fields.
    pub(crate) fn take_back(&mut self, fields: &[&str]) {
        for field in fields {
            let was = self.was(field).to_owned();
            self.after.set(field, was);
        }
    }

    /// Stamps who and when, unless somebody did.
    pub(crate) fn sign(&mut self, by: &str, at: &str) {
        let (actor, now) = (self.actor.sys_id.clone(), stamp::raw(self.now));
        self.fill(by, &actor);
        self.fill(at, &now);
    }

    /// Adds one to a counter.
    pub(crate) fn count(&mut self, field: &str) {
        let next = self.after.get(field).parse::<u64>().unwrap_or(0).saturating_add(1);
        self.after.set(field, next.to_string());
    }

    pub(crate) fn notes(&self, field: &str) -> bool {
        self.notes.iter().any(|(name, _)| name == field)
    }

    /// Two fields that are one thing under two names: the one that was written wins, the first of both.
    pub(crate) fn mirror(&mut self, first: &str, second: &str) {
        let usual = self.base.dictionary.field(&self.after.class, first).map_or("", |field| &field.default);
        let inserted_otherwise = self.before.is_none() && self.get(first) == usual;
        let second_only = self.changed(second) && (!self.changed(first) || inserted_otherwise);
        let (from, to) = if second_only { (second, first) } else { (first, second) };
        let value = self.get(from).to_owned();
        self.after.set(to, value);
    }

    /// Labels of those fields that hold nothing.
    pub(crate) fn missing(&self, fields: &[&str]) -> Vec<String> {
        let empty = fields.iter().filter(|field| self.get(field).is_empty());
        let class = &self.after.class;
        empty.filter_map(|field| Some(self.base.dictionary.field(class, field)?.label.clone())).collect()
    }
}
