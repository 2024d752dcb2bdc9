//! GV003, GV004: access, credentials or deletions without a gate, or behind a gate that does not come
//! before on every way.

use drawbridge_sdk::{Effect, Kind};

use crate::check::compile_step::literals;
use crate::check::ctx::Ctx;
use crate::check::skip::gate_may_be_missed;
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::{ActionStep, VertexKind};
use crate::model::{ActionDoc, KindDoc};
use crate::syntax::Node;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, step) in ctx.steps.iter().enumerate() {
        let Some(KindDoc::Action(doc)) = &step.doc.kind else { continue };
        if let Some(reason) = doc.no_approval_because
            && reason.as_str().is_some_and(|text| text.trim().is_empty())
        {
            found.push(Diagnostic::error(Code::GV003, reason.span, "`no_approval_because` gives no reason"));
        }
        match doc.requires_approval {
            Some(gate) => check_gate(ctx, at, gate, found),
            None => check_effect(ctx, at, doc, found),
        }
    }
}

fn check_effect(ctx: &Ctx<'_, '_>, at: usize, doc: &ActionDoc<'_>, found: &mut Vec<Diagnostic>) {
    let Some(VertexKind::Action(action)) = &ctx.steps[at].kind else { return };
    if !action.effect.needs_gate() || doc.no_approval_because.is_some() || is_undecided(ctx, action) {
        return;
    }
    let name = ctx.steps[at].label();
    let does = match action.effect {
        Effect::Credential => "sets or hands out a credential",
        Effect::Delete => "deletes an object",
        _ => "grants access",
    };
    let help = format!("put an `approval` step before `{name}` and name it in `requires_approval`");
    found.push(
        Diagnostic::error(Code::GV003, ctx.steps[at].doc.span, format!("`{name}` {does} without a gate"))
            .note(format!("`{}` is of class {} here", action.action, action.effect))
            .help(help),
    );
}

/// Whether another rule speaks of the effect itself: it is refused, or its class is not written out.
fn is_undecided(ctx: &Ctx<'_, '_>, action: &ActionStep) -> bool {
    let Some(Kind::Write(write)) = ctx.catalog.get(&action.action).map(|entry| &entry.kind) else {
        return false;
    };
    let literals = literals(&action.with);
    write.literal.iter().any(|name| literals.get(name).is_none()) || (write.effect)(&literals).is_err()
}

fn check_gate(ctx: &Ctx<'_, '_>, at: usize, gate: &Node, found: &mut Vec<Diagnostic>) {
    let id = gate.as_str().unwrap_or_default();
    let Some(target) = ctx.world.by_id.get(id).copied() else { return };
    let name = ctx.steps[at].label();
    let there = ctx.steps[target].doc.span;
    if !matches!(ctx.steps[target].doc.kind, Some(KindDoc::Approval(_)) | None) {
        let message = format!("`{id}` is no `approval` step");
        found.push(Diagnostic::error(Code::GV004, gate.span, message).label(there, "this step"));
    } else if !ctx.links.is_before(target, at) {
        let message = format!("the gate `{id}` does not come before `{name}`");
        found.push(Diagnostic::error(Code::GV004, gate.span, message).label(there, "the gate"));
    } else if let Some(reason) = gate_may_be_missed(ctx.steps, at, target) {
        let message = format!("the gate `{id}` does not come before `{name}` on every way");
        let help = format!(
            "give `{name}` the condition `$.status.{id} == 'succeeded'`, or take the gate out of the condition"
        );
        found.push(
            Diagnostic::error(Code::GV004, gate.span, message).label(reason.span, reason.text).help(help),
        );
    }
}
