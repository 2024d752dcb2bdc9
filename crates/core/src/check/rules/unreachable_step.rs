//! WF026: a step after an unconditional `stop`.

use crate::check::ctx::Ctx;
use crate::check::step::Step;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{BranchDoc, KindDoc, StepDoc};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(above) = reached_from(ctx.steps, step) else { continue };
        if ends_run(above.doc) {
            let message = format!("`{}` is never reached", step.label());
            let label = format!("`{}` always ends the run", above.label());
            found.push(Diagnostic::warning(Code::WF026, step.doc.span, message).label(above.doc.span, label));
        }
    }
}

/// The step that must end before this one starts, where the text says so alone.
fn reached_from<'a, 't>(steps: &'a [Step<'t>], step: &Step<'t>) -> Option<&'a Step<'t>> {
    match (step.above, &step.doc.needs) {
        (Some(above), None) => Some(&steps[above]),
        _ => None,
    }
}

fn ends_run(doc: &StepDoc<'_>) -> bool {
    if doc.condition.is_some() {
        return false;
    }
    let ends = |steps: &[StepDoc<'_>]| steps.iter().any(ends_run);
    match &doc.kind {
        Some(KindDoc::Stop { .. }) => true,
        Some(KindDoc::Switch(branches)) => {
            let has_else = branches.iter().any(|branch| branch.condition.is_none());
            has_else && branches.iter().all(|branch: &BranchDoc<'_>| ends(&branch.steps))
        }
        _ if doc.rescue.is_some() => false,
        Some(KindDoc::Group(steps)) => ends(steps),
        Some(KindDoc::Parallel(branches)) => branches.iter().any(|(_, steps)| ends(steps)),
        _ => false,
    }
}
