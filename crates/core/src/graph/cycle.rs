//! Circles: every member of every one.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// The members of every circle, each in the order of the text.
#[must_use]
pub(crate) fn cycles<N>(graph: &DiGraph<N, ()>) -> Vec<Vec<NodeIndex>> {
    // Not `tarjan_scc`: it recurses along the steps and would end on the stack of a small thread.
    let mut circles: Vec<Vec<NodeIndex>> = kosaraju_scc(graph)
        .into_iter()
        .filter(|members| members.len() > 1 || graph.contains_edge(members[0], members[0]))
        .map(|mut members| {
            members.sort_unstable();
            members
        })
        .collect();
    circles.sort_unstable();
    circles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_circle_is_named_with_all_its_members() {
        let mut graph: DiGraph<(), ()> = DiGraph::new();
        let at: Vec<_> = (0..6).map(|_| graph.add_node(())).collect();
        graph.extend_with_edges([
            (at[0], at[1]),
            (at[2], at[1]),
            (at[1], at[2]),
            (at[3], at[3]),
            (at[4], at[5]),
        ]);
        assert_eq!(cycles(&graph), [vec![at[1], at[2]], vec![at[3]]]);
    }
}
