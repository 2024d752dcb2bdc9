//! What a run needs to know of the shape of its graph again and again, read off the blueprint once.

use std::collections::BTreeMap;

use drawbridge_core::graph::{Blueprint, VertexKind, Within};
use petgraph::graph::NodeIndex;

/// The shape of a graph.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Layout {
    /// The branch that is the rescue, of every block that has one.
    rescues: BTreeMap<NodeIndex, usize>,
}

impl Layout {
    pub(crate) fn of(blueprint: &Blueprint) -> Self {
        let starts = blueprint.graph.node_weights().filter_map(|vertex| match vertex.kind {
            VertexKind::Rescue(start) => Some(start),
            _ => None,
        });
        let branches = |start: NodeIndex| match &blueprint.graph[start].kind {
            VertexKind::Switch(branches) => branches.len(),
            VertexKind::Parallel(names) => names.len(),
            _ => 1,
        };
        Self { rescues: starts.map(|start| (start, branches(start))).collect() }
    }

    /// Whether a block has a rescue.
    pub(crate) fn has_rescue(&self, block: NodeIndex) -> bool {
        self.rescues.contains_key(&block)
    }

    /// Whether this is the rescue of its block.
    pub(crate) fn is_rescue(&self, within: Within) -> bool {
        self.rescues.get(&within.block) == Some(&within.branch)
    }
}
