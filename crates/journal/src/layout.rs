//! What a run needs to know of the shape of its graph again and again, read off the blueprint once.

use std::collections::BTreeMap;
use std::ops::Range;

use drawbridge_core::graph::{Blueprint, VertexKind, Within};
use petgraph::graph::NodeIndex;

/// The shape of a graph.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Layout {
    /// The branch that is the rescue, of every block that has one.
    rescues: BTreeMap<NodeIndex, usize>,
    /// The loop that passes a vertex, by the index of the vertex.
    loops: Vec<Option<NodeIndex>>,
    /// The vertices that a loop passes, or that no loop passes, in their order.
    orders: BTreeMap<Option<NodeIndex>, Vec<NodeIndex>>,
    /// The indices between the start of a loop and the end of its steps. They are in the order of the
    /// text, so that nothing else stands between them.
    bodies: BTreeMap<NodeIndex, Range<usize>>,
}

impl Layout {
    pub(crate) fn of(blueprint: &Blueprint) -> Self {
        let graph = &blueprint.graph;
        let branches = |start: NodeIndex| match &graph[start].kind {
            VertexKind::Switch(branches) => branches.len(),
            VertexKind::Parallel(names) => names.len(),
            _ => 1,
        };
        let mut layout = Self::default();
        for vertex in graph.node_weights() {
            if let VertexKind::Rescue(start) = vertex.kind {
                layout.rescues.insert(start, branches(start));
            }
        }
        layout.orders.insert(None, Vec::new());
        for ix in graph.node_indices() {
            let around = std::iter::successors(graph[ix].within, |within| graph[within.block].within);
            let passes: Vec<_> = around
                .filter(|within| matches!(graph[within.block].kind, VertexKind::Foreach(_)))
                .filter(|within| !layout.is_rescue(*within))
                .map(|within| within.block)
                .collect();
            layout.loops.push(passes.first().copied());
            for each in passes {
                layout.bodies.entry(each).or_insert(ix.index()..0).end = ix.index() + 1;
            }
        }
        for ix in &blueprint.order {
            layout.orders.entry(layout.loops[ix.index()]).or_default().push(*ix);
        }
        layout
    }

    /// Whether a block has a rescue.
    pub(crate) fn has_rescue(&self, block: NodeIndex) -> bool {
        self.rescues.contains_key(&block)
    }

    /// Whether this is the rescue of its block.
    pub(crate) fn is_rescue(&self, within: Within) -> bool {
        self.rescues.get(&within.block) == Some(&within.branch)
    }

    /// Whether this is passed once per element.
    pub(crate) fn is_pass(&self, within: Within) -> bool {
        self.bodies.contains_key(&within.block) && !self.is_rescue(within)
    }

    /// The loop that passes a vertex.
    pub(crate) fn loop_of(&self, ix: NodeIndex) -> Option<NodeIndex> {
        self.loops[ix.index()]
    }

    /// The vertices that a loop passes, not those of loops in it; without a loop those that none passes.
    pub(crate) fn order(&self, each: Option<NodeIndex>) -> &[NodeIndex] {
        self.orders.get(&each).map_or(&[], Vec::as_slice)
    }

    /// The indices of everything that stands in a loop.
    pub(crate) fn body(&self, each: NodeIndex) -> Range<usize> {
        self.bodies.get(&each).cloned().unwrap_or(0..0)
    }
}
