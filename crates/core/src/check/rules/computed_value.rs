//! WF019: a computed value of a `set` is given what it cannot take: `count` and `without` take lists, `add`
//! takes a time.

use serde_json::Value;

use crate::check::ctx::Ctx;
use crate::check::types::Types;
use crate::check::value::{Given, given};
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{KindDoc, SetDoc, WrittenTime};
use crate::syntax::Node;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, step) in ctx.steps.iter().enumerate() {
        let Some(KindDoc::Set(values)) = &step.doc.kind else { continue };
        for (_, value) in values {
            let site = Site::Step(at);
            match value {
                SetDoc::Count(node) => takes(ctx, node, site, "`count`", found),
                SetDoc::Without { list, other } => {
                    takes(ctx, list, site, "`without`", found);
                    takes(ctx, other, site, "`without`", found);
                }
                SetDoc::Add { time, .. } => found.extend(time_of(ctx, time, site)),
                _ => {}
            }
        }
    }
}

fn takes(ctx: &Ctx<'_, '_>, node: &Node, site: Site, name: &str, found: &mut Vec<Diagnostic>) {
    let types = match given(ctx, node, site) {
        Some(Given::Computed(types)) => types,
        Some(Given::Literal(value)) => Types::of(&value),
        None if node.as_list().is_some() => return,
        None => Types::MAP,
    };
    if !types.meets(Types::LIST) {
        let message = format!("{name} takes a list, and this is {}", types.words());
        found.push(Diagnostic::error(Code::WF019, node.span, message));
    }
}

fn time_of(ctx: &Ctx<'_, '_>, node: &Node, site: Site) -> Option<Diagnostic> {
    let error = |message: String| Diagnostic::error(Code::WF019, node.span, message);
    let types = match given(ctx, node, site) {
        Some(Given::Literal(Value::String(text))) => {
            let is_time = matches!(WrittenTime::of(&text), Some(WrittenTime::Normal | WrittenTime::Other(_)));
            let message = format!("`time` of `add` takes a time, and `{text}` is none");
            let help = "write it with its zone, such as `2026-01-31T08:00:00Z`";
            return (!is_time).then(|| error(message).help(help));
        }
        Some(Given::Literal(value)) => Types::of(&value),
        Some(Given::Computed(types)) => types,
        None => Types::of(&node.to_value()),
    };
    let message = format!("`time` of `add` takes a time, and this is {}", types.words());
    (!types.meets(Types::TEXT)).then(|| error(message))
}
