//! WF063: the name of a loop's element that is a root already.

use crate::check::ctx::Ctx;
use crate::check::step::loops;
use crate::check::world::ROOTS;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, step) in ctx.steps.iter().enumerate() {
        let Some(KindDoc::Foreach(each)) = &step.doc.kind else { continue };
        let (name, span) = each.element;
        let span = span.unwrap_or(step.doc.span);
        if ROOTS.contains(&name) {
            let message = format!("`$.{name}` is a root already");
            let help = "name the element by what it is, such as `as: member`";
            found.push(Diagnostic::error(Code::WF063, span, message).help(help));
            continue;
        }
        let outer = loops(ctx.steps, at).find(|outer| {
            matches!(&ctx.steps[*outer].doc.kind, Some(KindDoc::Foreach(outer)) if outer.element.0 == name)
        });
        if let Some(outer) = outer {
            let message = format!("`$.{name}` is the element of the loop around this one");
            found.push(
                Diagnostic::error(Code::WF063, span, message)
                    .label(ctx.steps[outer].doc.span, "this loop")
                    .help("give one of them another name with `as`"),
            );
        }
    }
}
