//! Where an instance path of a validator leads in the text.

use jsonschema::paths::{Location, LocationSegment};

use crate::syntax::{Entry, Node};

/// Where an instance path leads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'t> {
    /// The value there.
    pub(super) node: &'t Node,
    /// The nearest member of a map at or above it.
    pub(super) entry: Option<&'t Entry>,
    /// Whether the value is that of the member, and no element of a list behind it.
    pub(super) is_member: bool,
}

/// The value at an instance path, or the deepest one that is there.
pub(super) fn place<'t>(root: &'t Node, path: &Location) -> Place<'t> {
    let mut place = Place { node: root, entry: None, is_member: false };
    for segment in path {
        let next = match segment {
            // The last one of two equal keys is the one that was judged.
            LocationSegment::Property(name) => {
                let entries = place.node.as_map().unwrap_or_default();
                let entry = entries.iter().rev().find(|entry| entry.key.text == name);
                entry.map(|entry| Place { node: &entry.value, entry: Some(entry), is_member: true })
            }
            LocationSegment::Index(at) => {
                let items = place.node.as_list().unwrap_or_default();
                items.get(at).map(|node| Place { node, is_member: false, ..place })
            }
        };
        let Some(next) = next else { break };
        place = next;
    }
    place
}
