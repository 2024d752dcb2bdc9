//! Whether a step may have been skipped when another one reads it, and whether that is provided for.

use super::step::{Step, around, is_inside};
use crate::diagnostic::Span;
use crate::expression::Condition;
use crate::model::KindDoc;

/// Why a step may have given nothing.
#[derive(Debug, Clone)]
pub(super) struct Reason {
    /// Where that is written.
    pub(super) span: Span,
    /// In words.
    pub(super) text: &'static str,
    /// The step or block that it hangs on.
    step: usize,
}

/// Why `target` may have given nothing when `reader` runs; `None` where it certainly gave something, or
/// where a condition around the reader looks at it.
pub(super) fn may_be_skipped(steps: &[Step<'_>], reader: usize, target: usize) -> Option<Reason> {
    let deciding: Vec<_> = steps[reader].common.condition.iter().chain(outer(steps, reader)).collect();
    unprovided(steps, reader, target, &deciding)
}

/// The same for what is read in the very condition that decides over the reader.
pub(super) fn may_be_skipped_in_condition(
    steps: &[Step<'_>],
    reader: usize,
    target: usize,
) -> Option<Reason> {
    let deciding: Vec<_> = outer(steps, reader).collect();
    unprovided(steps, reader, target, &deciding)
}

fn unprovided(steps: &[Step<'_>], reader: usize, target: usize, deciding: &[&Condition]) -> Option<Reason> {
    reasons(steps, reader, target).into_iter().find(|reason| !is_provided(steps, target, reason, deciding))
}

fn reasons(steps: &[Step<'_>], reader: usize, target: usize) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let step = &steps[target];
    if step.phase != steps[reader].phase {
        let text = "stands in another phase and may not have run";
        reasons.push(Reason { span: step.doc.span, text, step: target });
    }
    if let Some(node) = step.doc.condition {
        reasons.push(Reason { span: node.span, text: "it is skipped unless this holds", step: target });
    }
    if step.doc.continues_on_error {
        let text = "it may fail without stopping the run";
        reasons.push(Reason { span: step.doc.span, text, step: target });
    }
    for (block, branch) in around(steps, target) {
        let outer = &steps[block];
        if is_inside(steps, reader, block) {
            break;
        }
        if let Some(KindDoc::Switch(branches)) = &outer.doc.kind {
            let span = branches
                .get(branch)
                .and_then(|branch| branch.condition)
                .map_or(outer.doc.span, |node| node.span);
            reasons.push(Reason { span, text: "it stands in a branch that may not be taken", step: block });
        }
        if let Some(node) = outer.doc.condition {
            reasons.push(Reason { span: node.span, text: "it is skipped unless this holds", step: block });
        }
    }
    reasons
}

/// Whether a condition that decides over the reader also looks at the step, or is the very same.
fn is_provided(steps: &[Step<'_>], target: usize, reason: &Reason, deciding: &[&Condition]) -> bool {
    let watched = [target, reason.step].map(|at| steps[at].doc.id.as_ref().map(|id| id.as_str()));
    let theirs = steps[reason.step].doc.condition.and_then(|node| node.as_str());
    deciding.iter().any(|condition| {
        theirs == Some(condition.source())
            || condition.references().iter().any(|reference| {
                matches!(reference.root(), Some("steps" | "status"))
                    && reference.name(1).is_some_and(|id| watched.contains(&Some(id)))
            })
    })
}

/// The conditions of the blocks around a step that must hold before it runs.
fn outer<'a>(steps: &'a [Step<'_>], reader: usize) -> impl Iterator<Item = &'a Condition> {
    around(steps, reader).flat_map(|(block, branch)| {
        steps[block].common.condition.iter().chain(steps[block].branch_condition(branch))
    })
}
