//! Replica lag: for a while after a write, reads see the tenant as it was. Off until it is switched on.
//!
//! Owns what objects looked like before recent writes. A request that is to see the past has the old objects put in
//! the place of the new ones while it is carried out.
//!
//! Source: microsoft-graph.md section 9.4.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::azure_ad::state::directory::Directory;
use crate::azure_ad::state::object::Object;

/// How long which writes stay unseen, and what is unseen now.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Lag {
    pub(crate) rule: Rule,
    behind: Vec<Behind>,
}

/// How long which writes stay unseen, in milliseconds of virtual time; 0 for not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rule {
    /// A new object is not found.
    pub(crate) created_ms: u32,
    /// A changed or deleted object is shown as it was.
    pub(crate) changed_ms: u32,
    /// Beginnings of the path templates that lag, such as `/users/{user-id}`; all of them when empty.
    pub(crate) paths: Vec<String>,
}

/// An object as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Behind {
    until: Timestamp,
    before: Object,
    /// Whether it was not there at all.
    created: bool,
}

impl Lag {
    /// Notes that an object is about to be created.
    pub(crate) fn will_create(&mut self, now: Timestamp, object: &Object) {
        let before = Object { deleted_at: Some(now), ..object.clone() };
        self.note(now, self.rule.created_ms, before, true);
    }

    /// Notes that an object is about to change.
    pub(crate) fn will_change(&mut self, now: Timestamp, object: Option<&Object>) {
        if let Some(object) = object.filter(|_| self.rule.changed_ms > 0) {
            self.note(now, self.rule.changed_ms, object.clone(), false);
        }
    }

    /// Adds what a request under way noted.
    pub(crate) fn join(&mut self, now: Timestamp, noted: Self) {
        self.behind.retain(|one| one.until > now);
        for one in noted.behind {
            let same =
                |known: &&Behind| known.before.kind == one.before.kind && known.before.id == one.before.id;
            if self.behind.iter().find(same).is_none() {
                self.behind.push(one);
            }
        }
    }

    fn note(&mut self, now: Timestamp, millis: u32, before: Object, created: bool) {
        if millis == 0 {
            return;
        }
        self.behind.retain(|one| one.until > now);
        let known =
            self.behind.iter().any(|one| one.before.kind == before.kind && one.before.id == before.id);
        let until = now.checked_add(SignedDuration::from_millis(i64::from(millis))).unwrap_or(Timestamp::MAX);
        if !known {
            self.behind.push(Behind { until, before, created });
        }
    }

    /// Puts the past in the place of the present, or back: called before and after a request that is to see it.
    ///
    /// A write sees only that new objects are missing; it would overwrite a present it did not see.
    pub(crate) fn swap(&mut self, directory: &mut Directory, now: Timestamp, template: &str, reads: bool) {
        let lags =
            self.rule.paths.is_empty() || self.rule.paths.iter().any(|path| template.starts_with(path));
        // A delta query has delays of its own, and a create must see the names that are taken.
        let concerned = template.contains('{') || (reads && !template.ends_with("delta()"));
        if !lags || !concerned {
            return;
        }
        for one in self.behind.iter_mut().filter(|one| one.until > now && (reads || one.created)) {
            let (kind, id) = (one.before.kind, one.before.id.clone());
            directory.change(kind, &id, |object| std::mem::swap(object, &mut one.before));
        }
    }
}
