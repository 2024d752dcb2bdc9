//! WF020: a step that is not there is read, waited for, or named as a gate.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (_, one) in ctx.uses() {
        let Some(root @ ("steps" | "status")) = one.reference.root() else { continue };
        match one.reference.name(1) {
            Some(name) if ctx.world.by_id.contains_key(name) => {}
            Some(name) => found.push(unknown(ctx, name, one.span)),
            None => {
                let message = format!("`$.{root}` is read by the id of a step");
                found.push(
                    Diagnostic::error(Code::WF020, one.span, message).help(format!("write `$.{root}.<id>`")),
                );
            }
        }
    }
    for step in ctx.steps {
        let gate = match &step.doc.kind {
            Some(KindDoc::Action(action)) => action.requires_approval,
            _ => None,
        };
        for node in step.doc.needs.iter().flatten().copied().chain(gate) {
            let name = node.as_str().unwrap_or_default();
            if !ctx.world.by_id.contains_key(name) {
                found.push(unknown(ctx, name, node.span));
            }
        }
    }
}

fn unknown(ctx: &Ctx<'_, '_>, name: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::error(Code::WF020, span, format!("there is no step `{name}`"));
    let mut names: Vec<_> = ctx.world.by_id.keys().copied().collect();
    names.sort_unstable();
    match nearest(name, names) {
        Some(near) => error.did_you_mean(name, near),
        None => error,
    }
}
