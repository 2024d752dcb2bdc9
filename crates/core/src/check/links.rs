//! Which step starts after which: the order of the text, `needs` and references as one graph.

use std::collections::{BTreeMap, HashMap};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, Reversed};

use super::step::{Step, is_inside};

/// One vertex of the graph: a step, or the end of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    /// Position of the step.
    pub(super) step: usize,
    /// Which part of it.
    pub(super) part: PointPart,
}

/// The part of a step that a vertex stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PointPart {
    /// The step itself, or the start of a block.
    Start,
    /// Where the steps of a block are joined before its `rescue`.
    Rescue,
    /// The end of a block.
    End,
}

/// The steps as a graph.
#[derive(Debug)]
pub(super) struct Links {
    /// Vertices in the order of the text.
    pub(super) graph: DiGraph<Point, ()>,
    starts: Vec<NodeIndex>,
    ends: Vec<NodeIndex>,
    /// Where blocks are joined before their `rescue`, by the position of the block.
    rescues: HashMap<usize, NodeIndex>,
}

impl Links {
    /// The graph of these steps; `by_id` finds a step by its id.
    pub(super) fn new(steps: &[Step<'_>], by_id: &HashMap<&str, usize>) -> Self {
        let mut links = Self::vertices(steps);
        for (at, step) in steps.iter().enumerate() {
            links.place(steps, at);
            for name in step.doc.needs.iter().flatten().filter_map(|node| node.as_str()) {
                if let Some(from) = by_id.get(name) {
                    links.follow(steps, *from, at);
                }
            }
            for read in &step.uses {
                let root = read.reference.root();
                let name = read.reference.name(1).filter(|_| matches!(root, Some("steps" | "status")));
                if let Some(from) = name.and_then(|name| by_id.get(name))
                    && *from < at
                {
                    links.follow(steps, *from, at);
                }
            }
        }
        links
    }

    /// Where a step starts.
    pub(super) fn start(&self, step: usize) -> NodeIndex {
        self.starts[step]
    }

    /// Whether the first step has certainly ended when the second one starts.
    pub(super) fn is_before(&self, first: usize, second: usize) -> bool {
        petgraph::algo::has_path_connecting(&self.graph, self.ends[first], self.starts[second], None)
    }

    /// Which steps have ended, or begun as a block, before this one starts.
    pub(super) fn before(&self, step: usize) -> Vec<bool> {
        let mut walk = Dfs::new(Reversed(&self.graph), self.starts[step]);
        let mut before = vec![false; self.starts.len()];
        while let Some(at) = walk.next(Reversed(&self.graph)) {
            let Point { step: other, part } = self.graph[at];
            before[other] |= part == PointPart::Start && other != step;
        }
        before
    }

    fn vertices(steps: &[Step<'_>]) -> Self {
        let mut graph = DiGraph::new();
        let mut starts = vec![NodeIndex::end(); steps.len()];
        let mut ends = starts.clone();
        let mut rescues = HashMap::new();
        let mut open: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, step) in steps.iter().enumerate() {
            if let Some((block, branch)) = step.within
                && steps[block].rescue_branch() == Some(branch)
            {
                rescues
                    .entry(block)
                    .or_insert_with(|| graph.add_node(Point { step: block, part: PointPart::Rescue }));
            }
            starts[at] = graph.add_node(Point { step: at, part: PointPart::Start });
            ends[at] = starts[at];
            if step.is_block() {
                open.entry(step.end).or_default().push(at);
            }
            for block in open.remove(&(at + 1)).unwrap_or_default().into_iter().rev() {
                ends[block] = graph.add_node(Point { step: block, part: PointPart::End });
            }
        }
        Self { graph, starts, ends, rescues }
    }

    /// Ties a step to the one above it and to the block around it.
    fn place(&mut self, steps: &[Step<'_>], at: usize) {
        let step = &steps[at];
        let join = step.within.map(|(block, branch)| {
            let rescue = self.rescues.get(&block).copied();
            let is_rescue = steps[block].rescue_branch() == Some(branch);
            let (first, last) = (self.starts[block], self.ends[block]);
            if is_rescue { (rescue.unwrap_or(first), last) } else { (first, rescue.unwrap_or(last)) }
        });
        match (step.above, &step.doc.needs) {
            (Some(above), None) => self.edge(self.ends[above], self.starts[at]),
            (_, _) => {
                if let Some((first, _)) = join {
                    self.edge(first, self.starts[at]);
                }
            }
        }
        if let Some((_, last)) = join {
            self.edge(self.ends[at], last);
        }
        if let Some(rescue) = self.rescues.get(&at).copied() {
            self.edge(self.starts[at], rescue);
            self.edge(rescue, self.ends[at]);
        } else if step.is_block() {
            self.edge(self.starts[at], self.ends[at]);
        }
    }

    /// The second step starts after the first has ended.
    fn follow(&mut self, steps: &[Step<'_>], first: usize, second: usize) {
        let apart = first != second && !is_inside(steps, second, first);
        if apart && steps[first].phase == steps[second].phase && !is_inside(steps, first, second) {
            self.edge(self.ends[first], self.starts[second]);
        }
    }

    fn edge(&mut self, from: NodeIndex, to: NodeIndex) {
        self.graph.update_edge(from, to, ());
    }
}
