//! WF064: a loop over what is no list.

use crate::check::ctx::Ctx;
use crate::check::types::Types;
use crate::check::value::{Given, given};
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, step) in ctx.steps.iter().enumerate() {
        let Some(KindDoc::Foreach(each)) = &step.doc.kind else { continue };
        let types = match given(ctx, each.list, Site::Step(at)) {
            Some(Given::Literal(value)) => Types::of(&value),
            Some(Given::Computed(types)) => types,
            None if each.list.as_list().is_some() => Types::LIST,
            None => Types::MAP,
        };
        if !types.meets(Types::LIST) {
            let message = format!("`{}` goes through a list, and this is {}", step.label(), types.words());
            let error = Diagnostic::error(Code::WF064, each.list.span, message);
            let text = each.list.as_str().unwrap_or_default();
            found.push(if types == Types::MAP && text.starts_with("$.") {
                error.help(format!("the members of a map are a list: `{text}[*]`"))
            } else {
                error
            });
        }
    }
}
