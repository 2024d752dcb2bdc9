//! A stable topological order: ties in the order of the indices, which is the order of the text.
//! (petgraph's own `toposort` gives another order.)

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

/// The vertices in order; those on or behind a circle are left out.
#[must_use]
pub(crate) fn stable_order<N>(graph: &DiGraph<N, ()>) -> Vec<NodeIndex> {
    let mut waits: Vec<usize> =
        graph.node_indices().map(|at| graph.neighbors_directed(at, Direction::Incoming).count()).collect();
    let mut ready: BinaryHeap<_> =
        graph.node_indices().filter(|at| waits[at.index()] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(graph.node_count());
    while let Some(Reverse(at)) = ready.pop() {
        order.push(at);
        for next in graph.neighbors_directed(at, Direction::Outgoing) {
            waits[next.index()] -= 1;
            if waits[next.index()] == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_keeps_to_the_text_where_edges_allow_it() {
        let mut graph: DiGraph<&str, ()> = DiGraph::new();
        let [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map(|name| graph.add_node(name));
        graph.extend_with_edges([(d, b), (a, c), (c, e)]);
        let order: Vec<_> = stable_order(&graph).into_iter().map(|at| graph[at]).collect();
        assert_eq!(order, ["a", "c", "d", "b", "e"]);
        graph.extend_with_edges([(b, d)]);
        assert_eq!(stable_order(&graph), [a, c, e]);
    }
}
