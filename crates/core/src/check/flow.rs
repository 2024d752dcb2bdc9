//! The ways a run may take from the start of a phase to one step, as a graph of control flow.
//!
//! Only what has certainly ended before the step is on it: steps that run side by side follow each other
//! here in the order of the text, because all of them have run. Every choice is an edge: a skipped step, a
//! branch, a block that fails and goes on, a list without elements, a gate where no is not the end. What
//! dominates the step in this graph has happened on every way to it.

use std::collections::HashMap;

use petgraph::algo::{astar, dominators};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::NodeFiltered;

use super::links::Links;
use super::step::{Step, around, is_inside};
use crate::diagnostic::Span;
use crate::expression::{Atom, Comparator, Condition, Operand};
use crate::model::KindDoc;

/// What one more choice costs on the way that is shown; more than any way has places.
const CHOICE_COST: usize = 100_000;

/// A choice on a way.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// The step at which it is made.
    pub(super) step: usize,
    /// Where that is written.
    pub(super) span: Span,
    /// What is chosen, a few words.
    pub(super) what: String,
    /// Why it may be chosen.
    pub(super) why: String,
}

impl Choice {
    fn new(step: usize, span: Span, what: &str, why: &str) -> Self {
        Self { step, span, what: what.to_owned(), why: why.to_owned() }
    }
}

/// The choices of a way on which a run comes to `goal` although `gate` has not approved; `None` where there
/// is none. The gate must stand before the step.
pub(super) fn way_past_gate(
    steps: &[Step<'_>],
    links: &Links,
    goal: usize,
    gate: usize,
) -> Option<Vec<Choice>> {
    if stands_on_every_way(steps, goal, gate) {
        return None;
    }
    let deciding = deciding(steps, goal);
    if deciding.iter().any(|(condition, _)| demands_approval(steps, condition, gate)) {
        return None;
    }
    let flow = Flow::new(steps, links, goal, gate, deciding);
    let (target, approved) = (flow.target?, flow.approved);
    let dominators = dominators::simple_fast(&flow.graph, flow.start);
    if dominators.dominators(target)?.any(|place| Some(place) == approved) {
        return None;
    }
    let rest = NodeFiltered::from_fn(&flow.graph, |place| Some(place) != approved);
    let cost = |choice: &Option<Choice>| if choice.is_some() { CHOICE_COST } else { 1 };
    let (_, way) = astar(&rest, flow.start, |at| at == target, |edge| cost(edge.weight()), |_| 0)?;
    let edges = way.windows(2).filter_map(|pair| flow.graph.find_edge(pair[0], pair[1]));
    Some(edges.filter_map(|edge| flow.graph[edge].clone()).collect())
}

/// Whether a gate is passed on every way because of where it stands: above the step or a block around it, in
/// the same branch, never skipped, and the end of that branch where it fails or nobody approves.
///
/// The usual place, so that a long workflow of many gates is not walked once for each.
fn stands_on_every_way(steps: &[Step<'_>], goal: usize, gate: usize) -> bool {
    let step = &steps[gate];
    let below = std::iter::once(goal)
        .chain(around(steps, goal).map(|(block, _)| block))
        .any(|at| gate < at && steps[at].phase == step.phase && steps[at].within == step.within);
    let is_asked = step.doc.condition.is_none() && !step.doc.continues_on_error;
    below && is_asked && matches!(step.doc.kind, Some(KindDoc::Approval(_))) && !goes_on_after_no(step)
}

/// The conditions that must hold before a step runs, each with the `rescue` in which it is evaluated.
fn deciding<'a>(steps: &'a [Step<'_>], goal: usize) -> Vec<(&'a Condition, Option<usize>)> {
    let own = steps[goal].common.condition.iter().map(|condition| (condition, rescue_around(steps, goal)));
    let outer = around(steps, goal).flat_map(|(block, branch)| {
        let conditions = steps[block].common.condition.iter().chain(steps[block].branch_condition(branch));
        conditions.map(move |condition| (condition, rescue_around(steps, block)))
    });
    own.chain(outer).collect()
}

/// The block in whose `rescue` a step stands: `$.error` is another one in each.
fn rescue_around(steps: &[Step<'_>], at: usize) -> Option<usize> {
    around(steps, at).find(|(block, branch)| steps[*block].rescue_branch() == Some(*branch)).map(|(at, _)| at)
}

/// Whether a condition holds only after the gate has approved.
fn demands_approval(steps: &[Step<'_>], condition: &Condition, gate: usize) -> bool {
    // A gate that goes on after a no has succeeded all the same.
    let goes_on = goes_on_after_no(&steps[gate]);
    condition.demands().iter().any(|atom| is_approval(atom, steps[gate].label(), goes_on))
}

fn is_approval(atom: &Atom, gate: &str, goes_on: bool) -> bool {
    let Atom::Compares { comparator: Comparator::Equal, left, right, negated: false } = atom else {
        return false;
    };
    let (path, word) = match (left, right) {
        (Operand::Path(path), Operand::Literal(word)) | (Operand::Literal(word), Operand::Path(path)) => {
            (path, word.as_str().unwrap_or_default())
        }
        _ => return false,
    };
    path.name(1) == Some(gate)
        && match path.root() {
            Some("status") => word == "succeeded" && path.segments.len() == 2 && !goes_on,
            Some("steps") => {
                word == "approved" && path.name(2) == Some("outcome") && path.segments.len() == 3
            }
            _ => false,
        }
}

/// Whether a gate lets the run go on after somebody said no.
pub(super) fn goes_on_after_no(step: &Step<'_>) -> bool {
    matches!(&step.doc.kind, Some(KindDoc::Approval(gate)) if gate.continues_on_reject)
}

struct Flow<'a, 't> {
    steps: &'a [Step<'t>],
    goal: usize,
    gate: usize,
    deciding: Vec<(&'a Condition, Option<usize>)>,
    /// The steps that have ended, or begun as a block, before the goal starts.
    before: Vec<bool>,
    /// Steps by the block and branch they stand in.
    inner: HashMap<(Option<usize>, usize), Vec<usize>>,
    graph: DiGraph<(), Option<Choice>>,
    start: NodeIndex,
    target: Option<NodeIndex>,
    approved: Option<NodeIndex>,
    /// Places of steps whose failure no block has taken so far.
    failing: Vec<(usize, NodeIndex)>,
}

impl<'a, 't> Flow<'a, 't> {
    fn new(
        steps: &'a [Step<'t>],
        links: &Links,
        goal: usize,
        gate: usize,
        deciding: Vec<(&'a Condition, Option<usize>)>,
    ) -> Self {
        let mut inner: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.phase == steps[goal].phase) {
            let place = step.within.map_or((None, 0), |(block, branch)| (Some(block), branch));
            inner.entry(place).or_default().push(at);
        }
        let mut graph = DiGraph::new();
        let start = graph.add_node(());
        let before = links.before(goal);
        let (target, approved, failing) = (None, None, Vec::new());
        let mut flow =
            Self { steps, goal, gate, deciding, before, inner, graph, start, target, approved, failing };
        flow.chain(start, None, 0);
        flow
    }

    /// The steps of one branch after each other; gives the place after the last one.
    fn chain(&mut self, from: NodeIndex, block: Option<usize>, branch: usize) -> NodeIndex {
        let steps = self.inner.get(&(block, branch)).cloned().unwrap_or_default();
        let on_way = steps.into_iter().filter(|at| *at == self.goal || self.before[*at]);
        on_way.collect::<Vec<_>>().into_iter().fold(from, |from, at| self.step(from, at))
    }

    fn step(&mut self, from: NodeIndex, at: usize) -> NodeIndex {
        let step = &self.steps[at];
        let (place, after) = (self.graph.add_node(()), self.graph.add_node(()));
        self.graph.add_edge(from, place, None);
        let leads_to_goal = at == self.goal || is_inside(self.steps, self.goal, at);
        if let (Some(condition), Some(node), false) =
            (&step.common.condition, step.doc.condition, leads_to_goal)
            && !self.is_implied(condition, rescue_around(self.steps, at))
        {
            self.choose(
                from,
                after,
                Choice::new(at, node.span, "skipped", "it is skipped unless this holds"),
            );
        }
        if at == self.goal {
            self.target = Some(place);
        } else if step.is_block() {
            self.block(place, after, at);
        } else {
            self.leaf(place, after, at);
        }
        after
    }

    fn leaf(&mut self, place: NodeIndex, after: NodeIndex, at: usize) {
        let step = &self.steps[at];
        match &step.doc.kind {
            Some(KindDoc::Approval(_)) if at == self.gate => {
                let approved = self.graph.add_node(());
                self.approved = Some(approved);
                self.graph.add_edge(place, approved, None);
                self.graph.add_edge(approved, after, None);
                if goes_on_after_no(step) {
                    let why = "`on_reject: continue` goes on after a no";
                    self.choose(place, after, Choice::new(at, step.doc.span, "rejected", why));
                }
            }
            // Nothing comes after it.
            Some(KindDoc::Stop { .. }) => {}
            _ => _ = self.graph.add_edge(place, after, None),
        }
        if step.doc.continues_on_error {
            let why = "it may fail without stopping the run";
            self.choose(place, after, Choice::new(at, step.doc.span, "failed", why));
        } else {
            self.failing.push((at, place));
        }
    }

    fn block(&mut self, place: NodeIndex, after: NodeIndex, at: usize) {
        let step = &self.steps[at];
        self.failing.push((at, place));
        let taken = self.failing.len();
        let ends = self.branches(place, at);
        for end in ends {
            self.graph.add_edge(end, after, None);
        }
        if step.is_loop() {
            let why = "the list may be empty";
            self.choose(place, after, Choice::new(at, step.doc.span, "no element", why));
        }
        if let Some(rescue) = step.rescue_branch() {
            let rescued = self.graph.add_node(());
            let failed = self.failing.split_off(taken);
            for (inner, from) in failed.into_iter().chain([(at, place)]) {
                let why = "a failure here leads to `rescue`";
                self.choose(from, rescued, Choice::new(inner, self.steps[inner].doc.span, "failed", why));
            }
            let end = self.chain(rescued, Some(at), rescue);
            self.graph.add_edge(end, after, None);
        }
        if step.doc.continues_on_error {
            for (inner, from) in self.failing.split_off(taken).into_iter().chain([(at, place)]) {
                let why = format!("a failure here does not stop the run: `{}` goes on", step.label());
                self.choose(from, after, Choice::new(inner, self.steps[inner].doc.span, "failed", &why));
            }
        }
    }

    /// The branches of a block without its `rescue`; gives the places from which it ends.
    fn branches(&mut self, place: NodeIndex, at: usize) -> Vec<NodeIndex> {
        let step = &self.steps[at];
        let goes_to = around(self.steps, self.goal).find(|(block, _)| *block == at).map(|(_, branch)| branch);
        match &step.doc.kind {
            Some(KindDoc::Switch(docs)) => {
                let mut ends = Vec::new();
                for (branch, doc) in docs.iter().enumerate() {
                    if goes_to.is_some_and(|goes_to| goes_to != branch && goes_to < docs.len()) {
                        continue;
                    }
                    let taken = self.graph.add_node(());
                    let span = doc.condition.map_or(step.doc.span, |node| node.span);
                    let (what, why) = match doc.condition {
                        Some(_) => (format!("branch {}", branch + 1), "this branch may be taken"),
                        None => ("`else`".to_owned(), "`else` may be taken"),
                    };
                    self.choose(place, taken, Choice::new(at, span, &what, why));
                    ends.push(self.chain(taken, Some(at), branch));
                    let certain = match step.branch_condition(branch) {
                        Some(condition) => self.is_implied(condition, rescue_around(self.steps, at)),
                        None => doc.condition.is_none(),
                    };
                    if certain {
                        return ends;
                    }
                }
                if goes_to.is_none_or(|goes_to| goes_to >= docs.len()) {
                    let none = self.graph.add_node(());
                    let why = "no branch may be taken: there is no `else`";
                    self.choose(place, none, Choice::new(at, step.doc.span, "no branch", why));
                    ends.push(none);
                }
                ends
            }
            Some(KindDoc::Parallel(docs)) => {
                // The branch of the goal comes last: the others may hold what it waits for.
                let others = (0..docs.len()).filter(|branch| Some(*branch) != goes_to);
                let all = others.chain(goes_to.filter(|branch| *branch < docs.len()));
                let all: Vec<_> = all.collect();
                vec![all.into_iter().fold(place, |from, branch| self.chain(from, Some(at), branch))]
            }
            _ => vec![self.chain(place, Some(at), 0)],
        }
    }

    fn choose(&mut self, from: NodeIndex, to: NodeIndex, choice: Choice) {
        self.graph.add_edge(from, to, Some(choice));
    }

    /// Whether a condition holds whenever those hold that decide over the goal.
    fn is_implied(&self, condition: &Condition, rescue: Option<usize>) -> bool {
        let reads_error = condition.references().iter().any(|one| one.root() == Some("error"));
        let (atoms, demands) = (condition.atoms(), condition.demands());
        let mut known =
            self.deciding.iter().filter(|(_, theirs)| !reads_error || *theirs == rescue).map(|(one, _)| *one);
        let held: Vec<Atom> = known.clone().flat_map(Condition::demands).collect();
        known.any(|one| one.source() == condition.source())
            || (!demands.is_empty()
                && atoms.len() == demands.len()
                && demands.iter().all(|demand| is_exact(demand) && held.contains(demand)))
    }
}

/// Whether two parts of conditions that look the same mean the same.
fn is_exact(atom: &Atom) -> bool {
    let exact = |side: &Operand| match side {
        Operand::Literal(_) => true,
        Operand::Path(path) => path.is_singular(),
        _ => false,
    };
    match atom {
        Atom::Exists { path, .. } => path.is_singular(),
        Atom::Compares { left, right, .. } => exact(left) && exact(right),
        Atom::Matches { subject, .. } => exact(subject),
    }
}
