//! Every node of this crate, by folder.

use drawbridge_sdk::Entry;

use crate::{actions, people, records, triggers};

/// The lists of nodes of this crate, for the catalogue.
pub const NODES: &[&[Entry]] = &[triggers::NODES, actions::NODES, people::NODES, records::NODES];
