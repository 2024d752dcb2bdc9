//! A frame: the steps of a run that no loop passes, or those of one pass of a loop with what only this
//! pass can read. Knows its steps; starts none.

use drawbridge_core::graph::{Blueprint, VertexKind};
use petgraph::graph::NodeIndex;
use serde_json::{Map, Value};

use crate::ids::StepPath;
use crate::layout::Layout;
use crate::step::StepState;

/// The frame of the steps that no loop passes.
pub(crate) const RUN: usize = 0;

/// Where an instance of a vertex stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) frame: usize,
    pub(crate) ix: NodeIndex,
}

/// Which pass of which loop a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pass {
    /// The loop.
    pub(crate) each: NodeIndex,
    /// The frame that the loop stands in.
    pub(crate) parent: usize,
    /// Which element, from 0.
    pub(crate) number: usize,
}

/// The steps of a run outside of loops, or of one pass.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    /// Which pass it is; absent for the steps that no loop passes.
    pub(crate) pass: Option<Pass>,
    /// Whether a step of this pass failed and nothing inside took that: nothing new starts in it.
    pub(crate) failed: bool,
    /// Whether everything in this pass is settled.
    pub(crate) over: bool,
    /// The element of this pass.
    pub(crate) element: Value,
    /// What the steps of this pass gave, while expressions read another frame.
    pub(crate) outputs: Map<String, Value>,
    /// How they ended.
    pub(crate) statuses: Map<String, Value>,
    first: usize,
    steps: Vec<StepState>,
}

impl Frame {
    /// The frame of the steps that no loop passes.
    pub(crate) fn run(blueprint: &Blueprint) -> Self {
        let steps = blueprint.graph.node_weights().map(|vertex| StepPath::new(vertex.id.as_str()));
        Self::new(None, Value::Null, 0, steps.map(StepState::new).collect())
    }

    /// The frame of one pass; `loop_path` is where its loop stands.
    pub(crate) fn pass(
        blueprint: &Blueprint,
        layout: &Layout,
        pass: Pass,
        loop_path: &StepPath,
        element: Value,
    ) -> Self {
        let body = layout.body(pass.each);
        let path = |ix| loop_path.inside(pass.number, &blueprint.graph[NodeIndex::new(ix)].id);
        let steps = body.clone().map(|ix| StepState::new(path(ix))).collect();
        Self::new(Some(pass), element, body.start, steps)
    }

    fn new(pass: Option<Pass>, element: Value, first: usize, steps: Vec<StepState>) -> Self {
        let (outputs, statuses) = (Map::new(), Map::new());
        Self { pass, failed: false, over: false, element, outputs, statuses, first, steps }
    }

    /// The loop whose pass it is.
    pub(crate) fn each(&self) -> Option<NodeIndex> {
        self.pass.map(|pass| pass.each)
    }

    /// Whether a vertex stands in it, or in a loop in it.
    pub(crate) fn holds(&self, ix: NodeIndex) -> bool {
        (self.first..self.first + self.steps.len()).contains(&ix.index())
    }

    pub(crate) fn step(&self, ix: NodeIndex) -> &StepState {
        &self.steps[ix.index() - self.first]
    }

    pub(crate) fn step_mut(&mut self, ix: NodeIndex) -> &mut StepState {
        &mut self.steps[ix.index() - self.first]
    }

    /// Its steps, and those of loops in it as they were before any pass.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &StepState> {
        self.steps.iter()
    }
}

/// Whether a vertex is a step that people and events name; block ends are not.
pub(crate) fn is_named(kind: &VertexKind) -> bool {
    !matches!(kind, VertexKind::End(_) | VertexKind::Rescue(_))
}
