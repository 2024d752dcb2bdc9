//! GV003, GV004: access, credentials or deletions without a gate, or behind a gate that does not come
//! before on every way.

use drawbridge_sdk::{Effect, Kind};

use crate::check::compile_step::literals;
use crate::check::ctx::Ctx;
use crate::check::flow::{Choice, goes_on_after_no, way_past_gate};
use crate::check::step::{is_inside, loops};
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::{ActionStep, Phase, VertexKind};
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
    let help = match gate_before(ctx, at) {
        Some(gate) => format!("name `{}` in `requires_approval` of `{name}`", ctx.steps[gate].label()),
        None => format!("put an `approval` step before `{name}` and name it in `requires_approval`"),
    };
    found.push(
        Diagnostic::error(Code::GV003, ctx.steps[at].doc.span, format!("`{name}` {does} without a gate"))
            .note(format!("`{}` is of class {} here", action.action, action.effect))
            .help(help),
    );
}

/// The nearest gate that comes before a step on every way.
fn gate_before(ctx: &Ctx<'_, '_>, at: usize) -> Option<usize> {
    (0..at).rev().find(|gate| {
        let step = &ctx.steps[*gate];
        let is_gate = matches!(step.doc.kind, Some(KindDoc::Approval(_))) && step.doc.id.is_some();
        is_gate
            && loops(ctx.steps, *gate).all(|each| is_inside(ctx.steps, at, each))
            && ctx.links.is_before(*gate, at)
            && way_past_gate(ctx.steps, ctx.links, at, *gate).is_none()
    })
}

/// Whether another rule speaks of the effect itself: it is refused, or its class is not written out.
fn is_undecided(ctx: &Ctx<'_, '_>, action: &ActionStep) -> bool {
    let Some(Kind::Write(write)) = ctx.catalog.get(&action.action).map(|entry| &entry.kind) else {
        return false;
    };
    let literals = literals(&action.with);
    write.literal.iter().any(|name| literals.get(name).is_none()) || (write.effect)(&literals).is_err()
}

fn check_gate(ctx: &Ctx<'_, '_>, at: usize, node: &Node, found: &mut Vec<Diagnostic>) {
    let id = node.as_str().unwrap_or_default();
    let Some(gate) = ctx.world.by_id.get(id).copied() else { return };
    let name = ctx.steps[at].label();
    let there = ctx.steps[gate].doc.span;
    let error = |message: String| Diagnostic::error(Code::GV004, node.span, message);
    if !matches!(ctx.steps[gate].doc.kind, Some(KindDoc::Approval(_)) | None) {
        found.push(error(format!("`{id}` is no `approval` step")).label(there, "this step"));
    } else if let Some(each) = loops(ctx.steps, gate).find(|each| !is_inside(ctx.steps, at, *each)) {
        let each = ctx.steps[each].label();
        let message =
            format!("the gate `{id}` is asked once per element of `{each}`, and `{name}` stands outside");
        let help = format!("put `{name}` into the loop, or ask once before it");
        found.push(error(message).label(there, "the gate").help(help));
    } else if !ctx.links.is_before(gate, at) {
        let message = format!("the gate `{id}` does not come before `{name}`");
        found.push(error(message).label(there, "the gate").help(out_of_order(ctx, at, gate)));
    } else if let Some(way) = way_past_gate(ctx.steps, ctx.links, at, gate) {
        let message = format!("the gate `{id}` does not come before `{name}` on every way");
        found.push(escaped(ctx, error(message), &way, at, gate));
    }
}

/// The way out where nothing brings the gate before the step.
fn out_of_order(ctx: &Ctx<'_, '_>, at: usize, gate: usize) -> String {
    let (name, id) = (ctx.steps[at].label(), ctx.steps[gate].label());
    let word = |phase| match phase {
        Phase::Main => "`steps`",
        Phase::OnFailure => "`on_failure`",
        Phase::Finally => "`finally`",
    };
    let (here, there) = (ctx.steps[at].phase, ctx.steps[gate].phase);
    if here != there {
        let here = word(here);
        format!("{here} also runs when nobody approved in {}; ask in {here}, before `{name}`", word(there))
    } else if gate > at {
        format!("move `{name}` below `{id}`")
    } else {
        format!("name `{id}` in `needs` of `{name}`, or put it below the gate")
    }
}

/// Shows a way past the gate: every choice on it with its place, and all of them as one line.
fn escaped(ctx: &Ctx<'_, '_>, error: Diagnostic, way: &[Choice], at: usize, gate: usize) -> Diagnostic {
    let (name, id) = (ctx.steps[at].label(), ctx.steps[gate].label());
    let demand = if goes_on_after_no(&ctx.steps[gate]) {
        format!("$.steps.{id}.outcome == 'approved'")
    } else {
        format!("$.status.{id} == 'succeeded'")
    };
    let mut way_text = String::new();
    let mut error = error;
    for choice in way {
        way_text.push_str(&format!("`{}` ({}) → ", ctx.steps[choice.step].label(), choice.what));
        error = error.label(choice.span, choice.why.clone());
    }
    let own = way.iter().any(|choice| choice.step == gate && choice.what == "skipped");
    let more = if own { ", or take the gate out of the condition" } else { "" };
    error
        .note(format!("a way past the gate: {way_text}`{name}`"))
        .help(format!("give `{name}` the condition `{demand}`{more}"))
}
