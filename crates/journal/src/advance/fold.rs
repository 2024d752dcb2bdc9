//! What every part of the machine works on: the checked workflow, the run, the time of the event and the
//! commands that follow. Holds the small questions all parts ask.

use drawbridge_core::expression::{Condition, EvalError};
use drawbridge_core::graph::{Blueprint, Phase, Vertex, Within};
use drawbridge_sdk::Fault;
use jiff::Timestamp;
use petgraph::graph::NodeIndex;
use serde_json::Value;

use crate::command::Command;
use crate::failure::RunError;
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
}

impl<'a> Fold<'a> {
    pub(super) fn vertex(&self, ix: NodeIndex) -> &'a Vertex {
        &self.blueprint.graph[ix]
    }

    pub(super) fn path(&self, ix: NodeIndex) -> StepPath {
        StepPath::new(self.vertex(ix).id.as_str())
    }

    pub(super) fn step(&self, ix: NodeIndex) -> &StepState {
        &self.state.steps[ix.index()]
    }

    pub(super) fn step_mut(&mut self, ix: NodeIndex) -> &mut StepState {
        &mut self.state.steps[ix.index()]
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
        self.state.halted || self.around(ix).any(|within| self.step(within.block).block.halted)
    }

    /// The places of a vertex in the blocks around it, innermost first.
    pub(super) fn around(&self, ix: NodeIndex) -> impl Iterator<Item = Within> + use<'a> {
        let graph = &self.blueprint.graph;
        std::iter::successors(graph[ix].within, move |within| graph[within.block].within)
    }

    /// Lets expressions read what this vertex may read: as `$.error` the failure that it follows.
    pub(super) fn focus(&mut self, ix: NodeIndex) {
        let rescue = self.around(ix).find(|within| self.state.layout.is_rescue(*within));
        match rescue {
            Some(rescue) => {
                let error = self.step(rescue.block).block.error.as_ref().map(RunError::root);
                self.state.publish_error(error);
            }
            None => self.unfocus(),
        }
    }

    /// Lets expressions read what the end of this phase may read.
    pub(super) fn unfocus(&mut self) {
        let error = self.state.error.as_ref().filter(|_| self.state.phase != Phase::Main);
        let error = error.map(RunError::root);
        self.state.publish_error(error);
    }
}

/// RN001: an expression that cannot be evaluated with the values of this run.
pub(super) fn unresolved(what: &str, error: &EvalError) -> Fault {
    Fault::new("RN001", format!("{what} cannot be evaluated: {error}"))
}
