//! WF060: parts of the language that are checked and that the engine cannot run yet.

use crate::check::ctx::Ctx;
use crate::check::step::loops;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{KindDoc, WaitDoc};
use crate::syntax::Node;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    let mut say = |span: Span, what: &str| {
        let message = format!("{what} is checked, and cannot be run yet");
        found.push(Diagnostic::warning(Code::WF060, span, message));
    };
    for (key, what) in [("guards", "`guards`"), ("cancel_on", "`cancel_on`")] {
        if let Some(entry) = ctx.root.get(key) {
            say(entry.key.span, what);
        }
    }
    for concurrency in ctx.document.triggers.iter().filter_map(|trigger| trigger.concurrency.as_ref()) {
        say(concurrency.key.span, "`concurrency`");
    }
    for (at, step) in ctx.steps.iter().enumerate() {
        if let Some(node) = gate_elsewhere(ctx, at) {
            say(node.span, "a gate outside of the loop around the step it approves");
        }
        let what = match &step.doc.kind {
            Some(KindDoc::Agent(_)) => "`agent`",
            Some(KindDoc::Workflow { .. }) => "`workflow`",
            Some(KindDoc::Wait(WaitDoc::Event(..))) => "`wait` for an `event`",
            Some(KindDoc::Map { mapping, .. }) if looks_up(ctx, mapping) => "a mapping with a `lookup`",
            Some(KindDoc::Approval(gate)) => {
                if let Some(remind) = &gate.remind {
                    say(remind.key.span, "`remind`");
                }
                continue;
            }
            _ => continue,
        };
        say(step.doc.span, what);
    }
}

fn looks_up(ctx: &Ctx<'_, '_>, mapping: &Node) -> bool {
    let compiled = mapping.as_str().and_then(|name| ctx.mappings.compiled.get(name));
    compiled.is_some_and(|compiled| compiled.mapping.looks_up())
}

/// Where a step of a loop names a gate that is not asked once per element like the step itself.
fn gate_elsewhere<'t>(ctx: &Ctx<'_, 't>, at: usize) -> Option<&'t Node> {
    let Some(KindDoc::Action(action)) = &ctx.steps[at].doc.kind else { return None };
    let node = action.requires_approval?;
    let gate = *ctx.world.by_id.get(node.as_str()?)?;
    (!loops(ctx.steps, at).eq(loops(ctx.steps, gate))).then_some(node)
}
