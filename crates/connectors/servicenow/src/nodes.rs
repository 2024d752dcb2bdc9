//! Every node of this crate, by folder.

use drawbridge_sdk::Entry;

use crate::{actions, channel, people, records};

/// The lists of nodes of this crate, for the catalogue.
pub const NODES: &[&[Entry]] = &[actions::NODES, people::NODES, channel::NODES, records::NODES];
