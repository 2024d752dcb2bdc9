//! WF048: a `map` from what does not have the fields that its mapping reads.

use crate::check::ctx::Ctx;
use crate::check::shape::Member;
use crate::check::types::Types;
use crate::check::value::{Given, given};
use crate::check::world::{Meaning, Site};
use crate::diagnostic::{Code, Diagnostic};
use crate::expression::Path;
use crate::model::KindDoc;
use crate::syntax::list;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, step) in ctx.steps.iter().enumerate() {
        let Some(KindDoc::Map { mapping: name, from }) = &step.doc.kind else { continue };
        let name = name.as_str().unwrap_or_default();
        let Some(mapping) = ctx.mappings.compiled.get(name) else { continue };
        let site = Site::Step(at);
        let types = match given(ctx, from, site) {
            Some(Given::Literal(value)) => Types::of(&value),
            Some(Given::Computed(types)) => types,
            None if from.as_map().is_some() => Types::MAP,
            None => Types::LIST,
        };
        if !types.meets(Types::MAP) {
            let message = format!("`from` takes a record, and this is {}", types.words());
            found.push(Diagnostic::error(Code::WF049, from.span, message));
            continue;
        }
        let is_missing = |field: &&str| match from.as_map() {
            Some(entries) => entries.iter().all(|entry| entry.key.text != *field),
            None => {
                let references = from.as_str().and_then(|text| Path::parse(text).ok());
                let references = references.map(|path| path.references()).unwrap_or_default();
                references.first().is_some_and(|reference| match ctx.world.meaning(reference, site) {
                    Meaning::Known(shape, _) => matches!(shape.member(field), Member::Missing),
                    Meaning::Open | Meaning::Missing { .. } => false,
                })
            }
        };
        let missing: Vec<_> = mapping.reads.iter().map(String::as_str).filter(is_missing).collect();
        if !missing.is_empty() {
            let message = format!("mapping `{name}` reads {}, which this never has", list(&missing));
            let warning = Diagnostic::warning(Code::WF048, from.span, message);
            found.push(warning.help(format!("give it a record of `{}`", mapping.mapping.from)));
        }
    }
}
