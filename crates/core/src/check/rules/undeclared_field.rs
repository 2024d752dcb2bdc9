//! WF028: a field that nobody declared: the node reads only what its input names (`select`, `fields`,
//! `variables`), so the path would silently be absent.

use serde_json::Value;

use crate::check::ctx::Ctx;
use crate::check::declared::Declared;
use crate::check::shape::{Member, Shape};
use crate::check::uses::Use;
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic};
use crate::expression::Segment;
use crate::model::{KindDoc, WaitDoc};
use crate::syntax::Node;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (site, one) in ctx.uses() {
        let Some((target, schema, from)) = source(ctx, site, one) else { continue };
        let segments = one.reference.segments.get(from..).unwrap_or_default();
        let Some((field, declared)) = undeclared(schema, segments) else { continue };
        let (node, with) = node(ctx, target);
        let (input, label) = (declared.input, ctx.label(target));
        let what = if matches!(target, Site::Trigger(_)) { "an event" } else { "the output" };
        let message = format!("{what} of `{label}` holds no `{field}`, because `{input}` does not name it");
        let is_given = with.is_some_and(|with| with.get(input).is_some());
        let help = if declared.is_map {
            format!("declare it with its type: `{input}: {{ {field}: string }}`")
        } else if is_given {
            format!("add `{field}` to `{input}` of `{label}`")
        } else {
            format!("name it under `with` of `{label}`: `{input}: [{field}]`, with whatever else is read")
        };
        let warning = Diagnostic::warning(Code::WF028, one.span, message).help(help);
        found.push(if is_given || declared.is_map {
            warning
        } else {
            warning.note(format!("without `{input}`, `{node}` reads the usual fields only"))
        });
    }
}

/// What a use reads from: the step or trigger, the schema of what it gives, and where the path goes on.
fn source<'a>(ctx: &'a Ctx<'_, '_>, site: Site, one: &Use) -> Option<(Site, &'a Value, usize)> {
    let output = |step: usize| ctx.world.outputs.get(step);
    match (one.reference.root()?, site) {
        ("steps", _) => {
            let step = ctx.step_read(one)?;
            Some((Site::Step(step), output(step)?, 2))
        }
        ("out", Site::Step(step)) => Some((site, output(step)?, 1)),
        ("trigger", Site::Trigger(trigger)) => Some((site, ctx.world.events.get(trigger)?, 1)),
        ("trigger", Site::Step(step)) => Some((site, ctx.world.waits.get(&step)?, 1)),
        _ => None,
    }
}

fn node<'a>(ctx: &'a Ctx<'_, '_>, target: Site) -> (&'a str, Option<&'a Node>) {
    let (name, with) = match target {
        Site::Trigger(at) => (ctx.triggers[at].doc.trigger, ctx.triggers[at].doc.with),
        Site::Step(at) => match &ctx.steps[at].doc.kind {
            Some(KindDoc::Action(action)) => (Some(action.action), action.with),
            Some(KindDoc::Wait(WaitDoc::Event(event, _))) => (Some(event.trigger), event.with),
            _ => (None, None),
        },
        Site::Outputs => (None, None),
    };
    (name.and_then(Node::as_str).unwrap_or_default(), with)
}

/// The first field on the way that was not declared.
fn undeclared<'s, 'p>(schema: &'s Value, segments: &'p [Segment]) -> Option<(&'p str, Declared<'s>)> {
    let mut shape = Shape::new(schema);
    for segment in segments {
        let member = match segment {
            Segment::Name(name) => {
                let declared = shape.declared().filter(|declared| !declared.names(name));
                match (shape.member(name), declared) {
                    // A field that there cannot be is reported by another rule.
                    (Member::Known(..) | Member::Open, Some(declared)) => return Some((name, declared)),
                    (member, _) => member,
                }
            }
            Segment::Index(_) | Segment::Some => shape.element(),
            Segment::Deep => return None,
        };
        let Member::Known(next, _) = member else { return None };
        shape = next;
    }
    None
}
