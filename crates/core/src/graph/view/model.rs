//! What a picture of a workflow shows, before anybody draws it.

use drawbridge_sdk::Effect;
use serde::Serialize;

/// A workflow as nodes and edges. Serialised, it is the JSON form of the picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// Name of the workflow.
    pub workflow: String,
    /// The author's version number.
    pub version: u32,
    /// Title for people.
    pub title: String,
    /// Triggers first, then steps in the order they are read.
    pub nodes: Vec<Node>,
    /// What leads to what, without edges that follow from others.
    pub edges: Vec<Edge>,
}

/// What a node is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// What starts runs.
    Trigger,
    /// Calls an action.
    Action,
    /// Waits for people.
    Gate,
    /// Looks a decision table up.
    Decision,
    /// Applies a mapping.
    Mapping,
    /// Names values.
    Values,
    /// Waits for a time or an event.
    Wait,
    /// Ends the run.
    Stop,
    /// Runs another workflow.
    Child,
    /// Lets a model work.
    Agent,
    /// Starts a block that takes one of its branches.
    Choice,
    /// Starts a block that takes all of its branches.
    Fork,
    /// Where it is seen whether the steps of a block failed.
    Rescue,
    /// Ends a block.
    Join,
}

/// The branch of a block that a node stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Place {
    /// Position of the node that starts the block.
    pub block: usize,
    /// Index of the branch.
    pub branch: usize,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// Id of the step or trigger; start, rescue and end of a block share one.
    pub id: String,
    /// What it is drawn as.
    pub shape: Shape,
    /// `trigger`, `steps`, `on_failure` or `finally`.
    pub phase: &'static str,
    /// What it does, a few words.
    pub detail: String,
    /// When it is skipped otherwise, shortened.
    pub condition: Option<String>,
    /// Class of its effect, for an action that has one.
    pub effect: Option<Effect>,
    /// The innermost branch it stands in.
    pub within: Option<Place>,
    /// For the start of a block: what is said about each branch.
    pub branches: Vec<String>,
    /// For rescue and end of a block: the node that starts it.
    pub block: Option<usize>,
}

/// The phases that are drawn in a box of their own, with what stands above it.
pub(super) const PHASES: [(&str, &str); 3] =
    [("steps", "steps"), ("on_failure", "on_failure · after a failure"), ("finally", "finally · always")];

/// How much a node weighs for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Changes nothing.
    Plain,
    /// Changes something.
    Change,
    /// Takes access away.
    Cut,
    /// Gives access, hands out a credential or deletes.
    Strong,
}

impl View {
    /// The steps of one branch, or of the top of a phase, in order; a block by the node that starts it.
    pub(super) fn items<'a>(
        &'a self,
        within: Option<Place>,
        phase: &'a str,
    ) -> impl Iterator<Item = usize> + 'a {
        let belongs = move |node: &Node| node.within == within && node.phase == phase && !node.is_point();
        (0..self.nodes.len()).filter(move |at| belongs(&self.nodes[*at]))
    }

    /// The branches of a block that hold steps.
    pub(super) fn branches(&self, block: usize) -> Vec<Place> {
        let places = self.nodes.iter().filter_map(|node| node.within).filter(|place| place.block == block);
        let mut branches: Vec<Place> = places.collect();
        branches.sort_unstable_by_key(|place| place.branch);
        branches.dedup();
        branches
    }

    /// The rescue and the end of a block.
    pub(super) fn points(&self, block: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(move |at| self.nodes[*at].block == Some(block))
    }
}

impl Node {
    /// What stands in it, line by line; the id first.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.id.clone(), self.detail.clone()];
        lines.extend(self.condition.as_ref().map(|holds| format!("if {holds}")));
        lines
    }

    /// The word for an effect that is worth one.
    pub(super) fn effect_word(&self) -> Option<&'static str> {
        self.effect.filter(|effect| *effect > Effect::Housekeeping).map(Effect::as_str)
    }

    /// How much it weighs for a reader.
    pub(super) fn weight(&self) -> Weight {
        match self.effect {
            Some(effect) if effect.needs_gate() => Weight::Strong,
            Some(Effect::Cut) => Weight::Cut,
            Some(effect) if effect > Effect::Housekeeping => Weight::Change,
            _ => Weight::Plain,
        }
    }

    /// Whether it is one that starts a block.
    #[must_use]
    pub fn is_block(&self) -> bool {
        matches!(self.shape, Shape::Choice | Shape::Fork)
    }

    /// Whether it is a point between steps and no step itself.
    #[must_use]
    pub fn is_point(&self) -> bool {
        matches!(self.shape, Shape::Rescue | Shape::Join)
    }
}

/// What an edge means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// The second comes after the first.
    Then,
    /// The first is a gate, and the second is only done as it was approved there.
    Guards,
}

/// One edge, by the positions of its nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// Where it begins.
    pub from: usize,
    /// Where it leads.
    pub to: usize,
    /// What it means.
    pub kind: EdgeKind,
    /// What is said at it; may be empty.
    pub label: String,
}
