//! GV012: a gate that nothing hangs on.

use drawbridge_sdk::Kind;

use crate::check::ctx::Ctx;
use crate::check::flow::goes_on_after_no;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    let reads_outcome = ctx.uses().any(|(_, one)| {
        one.reference.root() == Some("run") && one.reference.name(1).is_none_or(|name| name == "outcome")
    });
    for (at, step) in ctx.steps.iter().enumerate() {
        let (Some(KindDoc::Approval(gate)), Some(id)) = (&step.doc.kind, &step.doc.id) else { continue };
        if gate.stages.is_empty()
            || ctx.uses().any(|(_, one)| ctx.step_read(one) == Some(at))
            || is_named(ctx, id.as_str())
        {
            continue;
        }
        let warning = |help: String| {
            let message = format!("nothing hangs on the decision of `{id}`");
            Diagnostic::warning(Code::GV012, step.doc.span, message).help(help)
        };
        if goes_on_after_no(step) {
            let help = format!("name it in `requires_approval` of a step, or read `$.steps.{id}.outcome`");
            found.push(warning(help).note("`on_reject: continue` goes on after a no"));
        } else if !reads_outcome && !is_followed(ctx, at) && ctx.document.outputs.is_empty() {
            let help = "name it in `requires_approval` of a step, or put it before what it is to stop";
            found.push(warning(help.to_owned()).note("nothing that comes after it changes anything"));
        }
    }
}

fn is_named(ctx: &Ctx<'_, '_>, id: &str) -> bool {
    ctx.steps.iter().any(|step| match &step.doc.kind {
        Some(KindDoc::Action(action)) => {
            action.requires_approval.is_some_and(|gate| gate.as_str() == Some(id))
        }
        _ => false,
    })
}

/// Whether something that changes anything starts after the gate, which a no would keep from starting.
fn is_followed(ctx: &Ctx<'_, '_>, gate: usize) -> bool {
    ctx.steps.iter().enumerate().any(|(at, step)| {
        let changes = match &step.doc.kind {
            Some(KindDoc::Action(action)) => {
                let entry = action.action.as_str().and_then(|name| ctx.catalog.get(name));
                !entry.is_some_and(|entry| matches!(entry.kind, Kind::Read(_)))
            }
            Some(KindDoc::Workflow { .. } | KindDoc::Agent(_) | KindDoc::Stop { .. }) | None => true,
            _ => false,
        };
        changes && ctx.links.is_before(gate, at)
    })
}
