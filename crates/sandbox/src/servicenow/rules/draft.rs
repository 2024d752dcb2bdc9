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
pub(crate) struct Consequence {
    pub(crate) table: String,
    pub(crate) id: String,
    pub(crate) set: Vec<(String, String)>,
}

impl Draft<'_> {
    /// Whether the field differs from what was stored; every filled field does on an insert.
    pub(crate) fn changed(&self, field: &str) -> bool {
        self.before.map_or("", |before| before.get(field)) != self.after.get(field)
    }

    pub(crate) fn get(&self, field: &str) -> &str {
        self.after.get(field)
    }

    /// Fills a field unless it holds something.
    pub(crate) fn fill(&mut self, field: &str, value: &str) {
        if self.after.get(field).is_empty() {
            self.after.set(field, value);
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
}
