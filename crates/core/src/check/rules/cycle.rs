//! WF025: steps that wait for each other.

use crate::check::ctx::Ctx;
use crate::check::step::is_inside;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::graph::cycles;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for circle in cycles(&ctx.links.graph) {
        let mut members: Vec<usize> = circle.iter().map(|at| ctx.links.graph[*at].step).collect();
        members.sort_unstable();
        members.dedup();
        report(ctx, &members, found);
    }
    for (at, step) in ctx.steps.iter().enumerate() {
        for node in step.doc.needs.iter().flatten() {
            let Some(needed) = ctx.world.by_id.get(node.as_str().unwrap_or_default()).copied() else {
                continue;
            };
            let message = if needed == at {
                format!("`{}` waits for itself", step.label())
            } else if is_inside(ctx.steps, at, needed) {
                format!("`{}` waits for `{}`, which it stands in", step.label(), ctx.steps[needed].label())
            } else if is_inside(ctx.steps, needed, at) {
                format!("`{}` waits for `{}`, which stands in it", step.label(), ctx.steps[needed].label())
            } else if ctx.steps[needed].phase != step.phase {
                format!(
                    "`{}` waits for `{}`, which stands in another phase",
                    step.label(),
                    ctx.steps[needed].label()
                )
            } else {
                continue;
            };
            found.push(Diagnostic::error(Code::WF025, node.span, message));
        }
    }
}

fn report(ctx: &Ctx<'_, '_>, members: &[usize], found: &mut Vec<Diagnostic>) {
    let names: Vec<_> = members.iter().map(|at| format!("`{}`", ctx.steps[*at].label())).collect();
    let Some((last, first)) = names.split_last() else { return };
    let message = format!("{} and {last} wait for each other", first.join(", "));
    let written = |at: &usize| -> Option<Span> {
        let names_member = |id: Option<&str>| {
            id.and_then(|id| ctx.world.by_id.get(id)).is_some_and(|needed| members.contains(needed))
        };
        ctx.steps[*at]
            .doc
            .needs
            .iter()
            .flatten()
            .find(|node| names_member(node.as_str()))
            .map(|node| node.span)
    };
    let primary = members.iter().find_map(written).unwrap_or(ctx.steps[members[0]].doc.span);
    let mut error = Diagnostic::error(Code::WF025, primary, message);
    for at in members {
        error = error.label(ctx.steps[*at].doc.span, "");
    }
    found.push(error.help(
        "a step without `needs` waits for the one above it; `needs` may only name steps that come before",
    ));
}
