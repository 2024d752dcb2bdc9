//! WF012, WF018, WF019: inputs of a node that it does not have, that it needs, or that do not fit.

use drawbridge_sdk::Kind;
use serde_json::Value;

use crate::check::ctx::Ctx;
use crate::check::shape::Shape;
use crate::check::value::Asked;
use crate::check::world::Site;
use crate::diagnostic::{Diagnostic, Span};
use crate::model::{KindDoc, WaitDoc};
use crate::syntax::Node;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, trigger) in ctx.triggers.iter().enumerate() {
        let Some(name) = trigger.doc.trigger else { continue };
        let text = name.as_str().unwrap_or_default();
        if ctx.catalog.get(text).is_some_and(|entry| matches!(entry.kind, Kind::Trigger(_))) {
            let asked = Asked { ctx, node: text, site: Site::Trigger(at) };
            compare(&asked, ctx.schemas.input(text), trigger.doc.with, name.span, found);
        }
    }
    for (at, step) in ctx.steps.iter().enumerate() {
        let site = Site::Step(at);
        match &step.doc.kind {
            Some(KindDoc::Action(action)) => {
                let text = action.action.as_str().unwrap_or_default();
                let is_action = |kind: &Kind| matches!(kind, Kind::Read(_) | Kind::Write(_));
                if ctx.catalog.get(text).is_some_and(|entry| is_action(&entry.kind)) {
                    let asked = Asked { ctx, node: text, site };
                    compare(&asked, ctx.schemas.input(text), action.with, action.action.span, found);
                }
            }
            Some(KindDoc::Wait(WaitDoc::Event(event, _))) => {
                let text = event.trigger.as_str().unwrap_or_default();
                if ctx.catalog.get(text).is_some_and(|entry| matches!(entry.kind, Kind::Trigger(_))) {
                    let asked = Asked { ctx, node: text, site };
                    compare(&asked, ctx.schemas.input(text), event.with, event.trigger.span, found);
                }
            }
            Some(KindDoc::Approval(gate)) => {
                for approvers in gate.people() {
                    let text = approvers.source.text.as_str();
                    if ctx.catalog.get(text).is_some_and(|entry| matches!(entry.kind, Kind::People(_))) {
                        let shape = Shape::new(ctx.schemas.input(text));
                        Asked { ctx, node: text, site }.value(shape, approvers.input, "the input", found);
                    }
                }
            }
            _ => {}
        }
    }
}

fn compare(
    asked: &Asked<'_, '_, '_>,
    schema: &Value,
    with: Option<&Node>,
    name: Span,
    found: &mut Vec<Diagnostic>,
) {
    let shape = Shape::new(schema);
    match with {
        None => asked.missing(shape, |_| false, name, found),
        Some(node) if node.as_map().is_some() => asked.map(shape, node, found),
        // That `with` is no map was said already.
        Some(_) => {}
    }
}
