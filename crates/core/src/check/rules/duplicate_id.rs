//! WF016: two steps or two triggers have one id.

use std::collections::HashMap;

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::StepId;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    let steps = ctx.steps.iter().map(|step| (step.doc.id.as_ref(), step.doc.span));
    report(steps, "step", found);
    let triggers = ctx.triggers.iter().map(|trigger| (trigger.doc.id.as_ref(), trigger.doc.span));
    report(triggers, "trigger", found);
}

fn report<'a>(
    ids: impl Iterator<Item = (Option<&'a StepId>, Span)>,
    what: &str,
    found: &mut Vec<Diagnostic>,
) {
    let mut seen: HashMap<&StepId, Span> = HashMap::new();
    for (id, span) in ids {
        let Some(id) = id else { continue };
        match seen.get(id) {
            None => _ = seen.insert(id, span),
            Some(first) => found.push(
                Diagnostic::error(Code::WF016, span, format!("two {what}s have the id `{id}`"))
                    .label(*first, "the first one"),
            ),
        }
    }
}
