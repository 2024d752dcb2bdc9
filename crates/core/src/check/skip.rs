//! Whether a step may have been skipped when another one reads it, and whether that is provided for.

use super::step::{Step, around};
use crate::diagnostic::Span;
use crate::expression::Condition;
use crate::graph::Phase;
use crate::model::KindDoc;
use crate::syntax::Node;

/// Why a step may have given nothing.
#[derive(Debug, Clone)]
pub(super) struct Reason<'t> {
    /// Where that is written.
    pub(super) span: Span,
    /// In words.
    pub(super) text: &'static str,
    /// The step or block that it hangs on.
    step: usize,
    /// The condition that decides alone, where there is one: under the very same one it is certain.
    condition: Option<&'t str>,
}

/// Why `target` may have given nothing when `reader` runs; `None` where it certainly gave something, or
/// where a condition around the reader looks at it.
pub(super) fn may_be_skipped<'t>(steps: &[Step<'t>], reader: usize, target: usize) -> Option<Reason<'t>> {
    let deciding: Vec<_> = steps[reader].common.condition.iter().chain(outer(steps, reader)).collect();
    unprovided(steps, Some(reader), target, &deciding)
}

/// The same for what `outputs` reads, when all steps have ended.
pub(super) fn may_be_skipped_at_end<'t>(steps: &[Step<'t>], target: usize) -> Option<Reason<'t>> {
    unprovided(steps, None, target, &[])
}

/// The same for what is read in the very condition that decides over the reader.
pub(super) fn may_be_skipped_in_condition<'t>(
    steps: &[Step<'t>],
    reader: usize,
    target: usize,
) -> Option<Reason<'t>> {
    let deciding: Vec<_> = outer(steps, reader).collect();
    unprovided(steps, Some(reader), target, &deciding)
}

fn unprovided<'t>(
    steps: &[Step<'t>],
    reader: Option<usize>,
    target: usize,
    deciding: &[&Condition],
) -> Option<Reason<'t>> {
    reasons(steps, reader, target).into_iter().find(|reason| !is_provided(steps, target, reason, deciding))
}

fn reasons<'t>(steps: &[Step<'t>], reader: Option<usize>, target: usize) -> Vec<Reason<'t>> {
    let mut reasons = Vec::new();
    let step = &steps[target];
    if step.phase != reader.map_or(Phase::Main, |reader| steps[reader].phase) {
        let text = "stands in another phase and may not have run";
        reasons.push(Reason { span: step.doc.span, text, step: target, condition: None });
    }
    if let Some(node) = step.doc.condition {
        reasons.push(Reason {
            span: node.span,
            text: "it is skipped unless this holds",
            step: target,
            condition: node.as_str(),
        });
    }
    // A loop with `on_error: continue` collects what its passes did and gives that.
    if step.doc.continues_on_error && !step.is_loop() {
        let text = "it may fail without stopping the run";
        reasons.push(Reason { span: step.doc.span, text, step: target, condition: None });
    }
    for (block, branch) in around(steps, target) {
        let outer = &steps[block];
        let theirs = reader.and_then(|reader| branch_of(steps, reader, block));
        if let Some(rescue) =
            outer.rescue_branch().filter(|rescue| theirs.is_none_or(|own| own == *rescue && own != branch))
        {
            let text = if branch == rescue {
                "it runs only after a failure in its block"
            } else {
                "a failure in its block may have come before it"
            };
            reasons.push(Reason { span: step.doc.span, text, step: block, condition: None });
        }
        if theirs.is_some() {
            break;
        }
        if let Some(KindDoc::Switch(branches)) = &outer.doc.kind {
            let written = branches.get(branch).and_then(|branch| branch.condition);
            let span = written.map_or(outer.doc.span, |node| node.span);
            let text = "it stands in a branch that may not be taken";
            // Only the first branch is taken whenever its condition holds.
            let condition = written.filter(|_| branch == 0).and_then(Node::as_str);
            reasons.push(Reason { span, text, step: block, condition });
        }
        if outer.doc.continues_on_error {
            let text = "it stands in a block that may fail without stopping the run";
            reasons.push(Reason { span: outer.doc.span, text, step: block, condition: None });
        }
        if let Some(node) = outer.doc.condition {
            reasons.push(Reason {
                span: node.span,
                text: "it is skipped unless this holds",
                step: block,
                condition: node.as_str(),
            });
        }
    }
    reasons
}

/// Whether a condition that decides over the reader also looks at the step, or is the very same.
fn is_provided(steps: &[Step<'_>], target: usize, reason: &Reason<'_>, deciding: &[&Condition]) -> bool {
    let watched = [target, reason.step].map(|at| steps[at].doc.id.as_ref().map(|id| id.as_str()));
    deciding.iter().any(|condition| {
        reason.condition == Some(condition.source())
            || condition.references().iter().any(|reference| {
                matches!(reference.root(), Some("steps" | "status"))
                    && reference.name(1).is_some_and(|id| watched.contains(&Some(id)))
            })
    })
}

/// The branch of a block that a step stands in.
fn branch_of(steps: &[Step<'_>], at: usize, block: usize) -> Option<usize> {
    around(steps, at).find(|(around, _)| *around == block).map(|(_, branch)| branch)
}

/// The conditions of the blocks around a step that must hold before it runs.
fn outer<'a>(steps: &'a [Step<'_>], reader: usize) -> impl Iterator<Item = &'a Condition> {
    around(steps, reader).flat_map(|(block, branch)| {
        steps[block].common.condition.iter().chain(steps[block].branch_condition(branch))
    })
}
