//! WF045: a `map` of a mapping that is not there.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    let names = || ctx.mappings.names.iter().map(|key| key.text.as_str());
    for step in ctx.steps {
        let Some(KindDoc::Map { mapping, .. }) = &step.doc.kind else { continue };
        let Some(name) = mapping.as_str().filter(|name| names().all(|known| known != *name)) else {
            continue;
        };
        let error = Diagnostic::error(Code::WF045, mapping.span, format!("there is no mapping `{name}`"));
        found.push(match nearest(name, names()) {
            Some(near) => error.did_you_mean(name, near),
            None => error.help("declare it under `mappings`"),
        });
    }
}
