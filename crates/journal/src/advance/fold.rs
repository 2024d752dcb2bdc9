//! What every part of the machine works on: the checked workflow, the run, the time of the event and the
//! commands that follow. Holds the small questions all parts ask.

use drawbridge_core::expression::{Condition, EvalError};
use drawbridge_core::graph::{Blueprint, Phase, Vertex, VertexKind, Within};
use drawbridge_sdk::Fault;
use jiff::Timestamp;
use petgraph::graph::NodeIndex;
use serde_json::{Map, Value};

use crate::command::Command;
use crate::failure::RunError;
use crate::frame::RUN;
use crate::ids::StepPath;
use crate::state::RunState;
use crate::step::StepState;

/// An event that cannot be: the history is damaged or the host is wrong. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    /// The first event is not `run_started`.
    #[error("`{kind}` stands before `run_started`")]
    NotStarted {
        /// Kind of the event.
        kind: &'static str,
    },
    /// A second `run_started`.
    #[error("the run was started twice")]
    StartedTwice,
    /// A number that does not rise.
    #[error("event {seq} stands after event {last}")]
    OutOfOrder {
        /// Number of the event.
        seq: u64,
        /// Number of the one before.
        last: u64,
    },
    /// The run belongs to another definition.
    #[error("the run was started with another definition")]
    OtherDefinition,
    /// A step that the definition does not have.
    #[error("`{kind}` names `{path}`, which is not such a step of this workflow")]
    UnknownStep {
        /// Kind of the event.
        kind: &'static str,
        /// The step it names.
        path: StepPath,
    },
    /// An answer to a command that was never given.
    #[error("`{kind}` of `{path}` answers a command that was never given")]
    Unasked {
        /// Kind of the event.
        kind: &'static str,
        /// The step it names.
        path: StepPath,
    },
    /// An outcome of a change that was never recorded as sent.
    #[error("`{kind}` of `{path}` speaks of a change that was never sent")]
    NeverSent {
        /// Kind of the event.
        kind: &'static str,
        /// The step it names.
        path: StepPath,
    },
}

pub(super) struct Fold<'a> {
    pub(super) blueprint: &'a Blueprint,
    pub(super) state: &'a mut RunState,
    pub(super) at: Timestamp,
    pub(super) commands: &'a mut Vec<Command>,
    /// Whether a vertex was settled since this was last set to false.
    pub(super) moved: bool,
    /// The frame that is worked on: a vertex means its instance in it, or in the frames around it.
    pub(super) frame: usize,
    /// The passes whose values expressions read now, from the outside in.
    merged: Vec<Merged>,
}

/// A pass whose values stand in the roots, behind so many of the frames around it.
struct Merged {
    frame: usize,
    outputs: usize,
    statuses: usize,
}

impl<'a> Fold<'a> {
    pub(super) fn new(
        blueprint: &'a Blueprint,
        state: &'a mut RunState,
        at: Timestamp,
        commands: &'a mut Vec<Command>,
    ) -> Self {
        Self { blueprint, state, at, commands, moved: false, frame: RUN, merged: Vec::new() }
    }

    pub(super) fn vertex(&self, ix: NodeIndex) -> &'a Vertex {
        &self.blueprint.graph[ix]
    }

    pub(super) fn path(&self, ix: NodeIndex) -> StepPath {
        self.step(ix).path.clone()
    }

    /// The frame that a vertex stands in, seen from the one that is worked on.
    pub(super) fn owner(&self, ix: NodeIndex) -> usize {
        let mut frame = self.frame;
        while let Some(pass) = self.state.frames[frame].pass
            && !self.state.frames[frame].holds(ix)
        {
            frame = pass.parent;
        }
        frame
    }

    pub(super) fn step(&self, ix: NodeIndex) -> &StepState {
        self.state.frames[self.owner(ix)].step(ix)
    }

    pub(super) fn step_mut(&mut self, ix: NodeIndex) -> &mut StepState {
        let owner = self.owner(ix);
        self.state.frames[owner].step_mut(ix)
    }

    /// The vertices of the frame that is worked on, in their order.
    pub(super) fn order(&self) -> Vec<NodeIndex> {
        self.state.layout.order(self.state.frames[self.frame].each()).to_vec()
    }

    pub(super) fn roots(&self) -> &Value {
        &self.state.roots
    }

    /// Evaluates a condition that may read `$.out`.
    pub(super) fn holds_of(&mut self, condition: &Condition, out: Value) -> Result<bool, (Fault, Value)> {
        self.state.roots["out"] = out;
        let held = condition.holds(&self.state.roots);
        let out = self.take_out();
        held.map_err(|error| (unresolved("a condition", &error), out))
    }

    /// The values that a condition over `$.out` read, for a message.
    pub(super) fn values_of(&mut self, condition: &Condition, out: Value) -> Vec<(String, Option<Value>)> {
        self.state.roots["out"] = out;
        let values = condition.values(&self.state.roots);
        self.take_out();
        values
    }

    fn take_out(&mut self) -> Value {
        let roots = self.state.roots.as_object_mut();
        roots.and_then(|roots| roots.remove("out")).unwrap_or(Value::Null)
    }

    /// Whether nothing new may start where this vertex stands.
    pub(super) fn is_halted(&self, ix: NodeIndex) -> bool {
        if self.state.halted {
            return true;
        }
        let mut at = ix;
        while let Some(within) = self.vertex(at).within {
            let is_pass = self.state.layout.is_pass(within);
            if self.step(within.block).block.halted || (is_pass && self.state.frames[self.owner(at)].failed) {
                return true;
            }
            at = within.block;
        }
        false
    }

    /// The places of a vertex in the blocks around it, innermost first.
    pub(super) fn around(&self, ix: NodeIndex) -> impl Iterator<Item = Within> + use<'a> {
        let graph = &self.blueprint.graph;
        std::iter::successors(graph[ix].within, move |within| graph[within.block].within)
    }

    /// Lets expressions read what this vertex may read: the values of the passes it stands in, and as
    /// `$.error` the failure that it follows.
    pub(super) fn focus(&mut self, ix: NodeIndex) {
        self.merge(self.frame);
        let rescue = self.around(ix).find(|within| self.state.layout.is_rescue(*within));
        let error = match rescue {
            Some(rescue) => self.step(rescue.block).block.error.as_ref(),
            None => self.error_of_run(),
        };
        let error = error.map(RunError::root);
        self.state.publish_error(error);
    }

    /// Lets expressions read what the end of this phase may read.
    pub(super) fn unfocus(&mut self) {
        self.merge(RUN);
        let error = self.error_of_run().map(RunError::root);
        self.state.publish_error(error);
    }

    fn error_of_run(&self) -> Option<&RunError> {
        self.state.error.as_ref().filter(|_| self.state.phase != Phase::Main)
    }

    /// Puts the values of this pass and of those around it into the roots, and takes others out.
    fn merge(&mut self, frame: usize) {
        if self.merged.last().map_or(RUN, |merged| merged.frame) == frame {
            return;
        }
        while let Some(merged) = self.merged.pop() {
            self.take_pass(&merged);
        }
        let parent = |frame: &usize| self.state.frames[*frame].pass.map(|pass| pass.parent);
        let mut frames: Vec<_> = std::iter::successors(Some(frame), parent).collect();
        while let Some(frame) = frames.pop() {
            self.put_pass(frame);
        }
    }

    fn put_pass(&mut self, frame: usize) {
        let values = &mut self.state.frames[frame];
        let Some(pass) = values.pass else { return };
        let VertexKind::Foreach(each) = &self.blueprint.graph[pass.each].kind else { return };
        let mut counts = [0, 0];
        let roots = &mut self.state.roots;
        roots[&each.element] = std::mem::take(&mut values.element);
        let maps = [("steps", &mut values.outputs), ("status", &mut values.statuses)];
        for (count, (root, own)) in counts.iter_mut().zip(maps) {
            if let Some(map) = roots[root].as_object_mut() {
                *count = map.len();
                map.extend(std::mem::take(own));
            }
        }
        self.merged.push(Merged { frame, outputs: counts[0], statuses: counts[1] });
    }

    fn take_pass(&mut self, merged: &Merged) {
        let values = &mut self.state.frames[merged.frame];
        let Some(pass) = values.pass else { return };
        let VertexKind::Foreach(each) = &self.blueprint.graph[pass.each].kind else { return };
        let Some(roots) = self.state.roots.as_object_mut() else { return };
        values.element = roots.remove(&each.element).unwrap_or(Value::Null);
        values.outputs = tail(roots.get_mut("steps"), merged.outputs);
        values.statuses = tail(roots.get_mut("status"), merged.statuses);
    }
}

/// Takes out what stands behind the first so many members of a map.
fn tail(map: Option<&mut Value>, first: usize) -> Map<String, Value> {
    let Some(map) = map.and_then(Value::as_object_mut) else { return Map::new() };
    let names: Vec<String> = map.keys().skip(first).cloned().collect();
    // From the last on, so that the order of those that stay is not touched.
    let mut taken: Vec<_> = names.into_iter().rev().filter_map(|name| map.remove_entry(&name)).collect();
    taken.reverse();
    taken.into_iter().collect()
}

/// RN001: an expression that cannot be evaluated with the values of this run.
pub(super) fn unresolved(what: &str, error: &EvalError) -> Fault {
    Fault::new("RN001", format!("{what} cannot be evaluated: {error}"))
}
