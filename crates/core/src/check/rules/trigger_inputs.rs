//! WF050: a trigger that does not fill the inputs of the workflow, or fills them with something else.

use crate::check::ctx::Ctx;
use crate::check::shape::Shape;
use crate::check::types::{Types, schema_of};
use crate::check::value::{Given, given};
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax::{Entry, Node, list};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, trigger) in ctx.triggers.iter().enumerate().take(ctx.document.triggers.len()) {
        let entries: &[Entry] = trigger.doc.inputs.and_then(Node::as_map).unwrap_or_default();
        for entry in entries {
            fill(ctx, Site::Trigger(at), entry, found);
        }
        if trigger.doc.inputs.is_none() && tells_nothing(ctx, at) {
            continue;
        }
        for input in ctx.document.inputs.iter().filter(|input| input.default.is_none()) {
            let name = input.key.text.as_str();
            if entries.iter().all(|entry| entry.key.text != name) {
                let label = ctx.label(Site::Trigger(at));
                let message = format!("trigger `{label}` does not fill the input `{name}`");
                found.push(
                    Diagnostic::error(Code::WF050, trigger.doc.span, message)
                        .label(input.key.span, "it has no default")
                        .help(format!("fill it under `inputs` of the trigger: `{name}: $.trigger.…`")),
                );
            }
        }
    }
}

/// Whether events of this trigger hold nothing: a run that is started by hand is given its inputs itself.
fn tells_nothing(ctx: &Ctx<'_, '_>, trigger: usize) -> bool {
    let event = &ctx.world.events[trigger];
    event.get("type").is_some() && Shape::new(event).names().is_empty()
}

fn fill(ctx: &Ctx<'_, '_>, site: Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    let name = entry.key.text.as_str();
    let Some(input) = ctx.document.inputs.iter().find(|input| input.key.text == name) else {
        let names: Vec<_> = ctx.document.inputs.iter().map(|input| input.key.text.as_str()).collect();
        let error =
            Diagnostic::error(Code::WF050, entry.key.span, format!("the workflow has no input `{name}`"));
        found.push(match nearest(name, names.iter().copied()) {
            Some(near) => error.did_you_mean(name, near),
            None if names.is_empty() => error.help("declare it under `inputs`"),
            None => error.note(format!("its inputs are {}", list(&names))),
        });
        return;
    };
    let Some(kind) = input.kind else { return };
    let schema = schema_of(kind);
    let types = Shape::new(&schema).types();
    let own = match given(ctx, &entry.value, site) {
        Some(Given::Literal(value)) => Types::of(&value),
        Some(Given::Computed(types)) => types,
        None if entry.value.as_list().is_some() => Types::LIST,
        None => Types::MAP,
    };
    if !types.meets(own) {
        let message = format!("the input `{name}` takes {}, and this is {}", types.words(), own.words());
        found.push(
            Diagnostic::error(Code::WF050, entry.value.span, message).label(input.key.span, "declared here"),
        );
    }
}
