//! The steps of a workflow as one list in the order of the text, each with its place among the others.

use crate::expression::Condition;
use crate::graph::{Common, Phase, VertexKind};
use crate::model::{Document, KindDoc, StepDoc};

use super::uses::Use;

/// One step with its place and what its expressions compiled to.
#[derive(Debug)]
pub(super) struct Step<'t> {
    /// Its text.
    pub(super) doc: &'t StepDoc<'t>,
    /// The phase it belongs to.
    pub(super) phase: Phase,
    /// The block it stands in, as position in the list, with the branch.
    pub(super) within: Option<(usize, usize)>,
    /// The step above it in the same branch.
    pub(super) above: Option<usize>,
    /// Position after its last inner step; its own position plus one for a leaf.
    pub(super) end: usize,
    /// What it compiled to; absent where something in it was reported.
    pub(super) kind: Option<VertexKind>,
    /// The common keys.
    pub(super) common: Common,
    /// What it reads.
    pub(super) uses: Vec<Use>,
}

impl Step<'_> {
    /// The words for it in a message: its id, or what it is.
    pub(super) fn label(&self) -> &str {
        self.doc.id.as_ref().map_or("a step without id", |id| id.as_str())
    }

    /// Whether it opens a block.
    pub(super) fn is_block(&self) -> bool {
        matches!(
            self.doc.kind,
            Some(KindDoc::Group(_) | KindDoc::Switch(_) | KindDoc::Parallel(_) | KindDoc::Foreach(_))
        )
    }

    /// Whether it passes its steps once per element.
    pub(super) fn is_loop(&self) -> bool {
        matches!(self.doc.kind, Some(KindDoc::Foreach(_)))
    }

    /// The number of the branch that runs after a failure in the others, of a block that has one.
    pub(super) fn rescue_branch(&self) -> Option<usize> {
        self.doc.rescue.as_ref().map(|_| branches(self.doc).len())
    }

    /// The condition of one of its branches.
    pub(super) fn branch_condition(&self, branch: usize) -> Option<&Condition> {
        match &self.kind {
            Some(VertexKind::Switch(conditions)) => conditions.get(branch)?.as_ref(),
            _ => None,
        }
    }
}

/// Every step in the order of the text, not compiled yet.
pub(super) fn flatten<'t>(document: &'t Document<'t>) -> Vec<Step<'t>> {
    let mut steps = Vec::new();
    add(&document.steps, Phase::Main, None, &mut steps);
    add(&document.on_failure, Phase::OnFailure, None, &mut steps);
    add(&document.finally, Phase::Finally, None, &mut steps);
    steps
}

fn add<'t>(docs: &'t [StepDoc<'t>], phase: Phase, within: Option<(usize, usize)>, steps: &mut Vec<Step<'t>>) {
    let mut above = None;
    for doc in docs {
        let at = steps.len();
        let (kind, common, uses) = (None, Common::default(), Vec::new());
        steps.push(Step { doc, phase, within, above, end: at + 1, kind, common, uses });
        for (branch, inner) in branches(doc).into_iter().chain(doc.rescue.as_deref()).enumerate() {
            add(inner, phase, Some((at, branch)), steps);
        }
        steps[at].end = steps.len();
        above = Some(at);
    }
}

/// The branches of a block, without its `rescue`; none of a step that is no block.
pub(super) fn branches<'t>(doc: &'t StepDoc<'t>) -> Vec<&'t [StepDoc<'t>]> {
    match &doc.kind {
        Some(KindDoc::Group(steps)) => vec![steps],
        Some(KindDoc::Foreach(each)) => vec![&each.steps],
        Some(KindDoc::Switch(branches)) => branches.iter().map(|branch| branch.steps.as_slice()).collect(),
        Some(KindDoc::Parallel(branches)) => branches.iter().map(|(_, steps)| steps.as_slice()).collect(),
        _ => Vec::new(),
    }
}

/// The loops around a step, from the inside out.
pub(super) fn loops<'a>(steps: &'a [Step<'_>], at: usize) -> impl Iterator<Item = usize> + 'a {
    around(steps, at).filter(|(block, branch)| is_pass(&steps[*block], *branch)).map(|(block, _)| block)
}

/// Whether a branch of a block is passed once per element; the `rescue` of a loop is not.
fn is_pass(block: &Step<'_>, branch: usize) -> bool {
    block.is_loop() && block.rescue_branch() != Some(branch)
}

/// Whether a step runs only after a failure, so that it may read `$.error`.
pub(super) fn is_after_failure(steps: &[Step<'_>], at: usize) -> bool {
    steps[at].phase == Phase::OnFailure
        || around(steps, at).any(|(block, branch)| steps[block].rescue_branch() == Some(branch))
}

/// Whether one step stands inside another.
pub(super) fn is_inside(steps: &[Step<'_>], inner: usize, outer: usize) -> bool {
    outer < inner && inner < steps[outer].end
}

/// The blocks around a step with the branch it stands in, from the inside out.
pub(super) fn around(steps: &[Step<'_>], at: usize) -> impl Iterator<Item = (usize, usize)> {
    std::iter::successors(steps[at].within, |(block, _)| steps[*block].within)
}
