//! What happened to one object during a round, put together from the change log.

use std::collections::BTreeMap;

use crate::azure_ad::delta::feed::Relation;
use crate::azure_ad::state::changes::What;

/// The sum of an object's changes.
#[derive(Debug, Default)]
pub(super) struct Story {
    /// Created, deleted or restored: reported whatever is selected.
    pub(super) whole: bool,
    pub(super) properties: Vec<String>,
    /// Per relation, whether each id that came or went is there in the end.
    pub(super) relations: BTreeMap<Relation, BTreeMap<String, bool>>,
}

impl Story {
    pub(super) fn add(&mut self, what: &What) {
        match what {
            What::Created | What::Deleted | What::Restored | What::Purged => self.whole = true,
            What::Changed(changed) => self.properties.extend(changed.iter().map(|one| one.name.clone())),
            What::ManagerSet(id) => self.only(Relation::Manager, id, true),
            What::ManagerRemoved(id) => self.only(Relation::Manager, id, false),
            What::MemberAdded(id) => self.set(Relation::Members, id, true),
            What::MemberRemoved(id) => self.set(Relation::Members, id, false),
            What::OwnerAdded(id) => self.set(Relation::Owners, id, true),
            What::OwnerRemoved(id) => self.set(Relation::Owners, id, false),
            What::Noted(_) => {}
        }
    }

    fn set(&mut self, relation: Relation, id: &str, there: bool) {
        self.relations.entry(relation).or_default().insert(id.to_owned(), there);
    }

    /// A relation to one: the last change is the whole story.
    fn only(&mut self, relation: Relation, id: &str, there: bool) {
        self.relations.insert(relation, BTreeMap::from([(id.to_owned(), there)]));
    }
}
