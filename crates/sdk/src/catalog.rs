//! The catalogue: every node that this binary knows, by name.

use std::collections::BTreeMap;

use crate::{Entry, Kind};

/// All nodes by name, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    entries: BTreeMap<&'static str, &'static Entry>,
}

impl Catalog {
    /// The catalogue of these lists of nodes.
    ///
    /// # Panics
    /// When two nodes have one name; a test over the shipped catalogue keeps that from happening.
    #[must_use]
    pub fn new(lists: &[&'static [Entry]]) -> Self {
        let mut entries = BTreeMap::new();
        for entry in lists.iter().flat_map(|list| list.iter()) {
            let before = entries.insert(entry.name, entry);
            assert!(before.is_none(), "two nodes are named `{}`", entry.name);
        }
        Self { entries }
    }

    /// One node by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'static Entry> {
        self.entries.get(name).copied()
    }

    /// Every node, by name.
    pub fn iter(&self) -> impl Iterator<Item = &'static Entry> + '_ {
        self.entries.values().copied()
    }

    /// Every action, by name.
    pub fn actions(&self) -> impl Iterator<Item = &'static Entry> + '_ {
        self.iter().filter(|entry| matches!(entry.kind, Kind::Read(_) | Kind::Write(_)))
    }
}
