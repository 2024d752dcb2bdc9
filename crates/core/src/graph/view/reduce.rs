//! Leaves out the edges that follow from others, so that a picture shows each order once.

use petgraph::graph::{DiGraph, NodeIndex};

/// The edges of an acyclic graph without those that a longer way says too; `order` is a topological one.
pub(super) fn reduced<N>(graph: &DiGraph<N, ()>, order: &[NodeIndex]) -> Vec<(usize, usize)> {
    let mut rank = vec![0; graph.node_count()];
    for (at, node) in order.iter().enumerate() {
        rank[node.index()] = at;
    }
    let words = graph.node_count().div_ceil(64);
    let mut reach = vec![vec![0_u64; words]; graph.node_count()];
    let mut edges = Vec::new();
    for node in order.iter().rev() {
        let mut next: Vec<usize> = graph.neighbors(*node).map(NodeIndex::index).collect();
        next.sort_unstable_by_key(|to| rank[*to]);
        next.dedup();
        let mut seen = vec![0_u64; words];
        for to in next {
            if seen[to / 64] & (1 << (to % 64)) == 0 {
                edges.push((node.index(), to));
                seen[to / 64] |= 1 << (to % 64);
                seen.iter_mut().zip(&reach[to]).for_each(|(seen, below)| *seen |= below);
            }
        }
        reach[node.index()] = seen;
    }
    edges.sort_unstable_by_key(|(from, to)| (rank[*from], rank[*to]));
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_that_a_longer_way_says_too_is_left_out() {
        let mut graph: DiGraph<(), ()> = DiGraph::new();
        let at: Vec<_> = (0..5).map(|_| graph.add_node(())).collect();
        let pairs = [(0, 1), (1, 2), (0, 2), (0, 3), (3, 2), (0, 4), (2, 4)];
        graph.extend_with_edges(pairs.map(|(from, to): (usize, usize)| (at[from], at[to])));
        assert_eq!(reduced(&graph, &at), [(0, 1), (0, 3), (1, 2), (2, 4), (3, 2)]);
    }
}
