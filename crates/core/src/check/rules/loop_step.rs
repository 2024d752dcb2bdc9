//! WF062: a step of a loop that is read or waited for from outside: it has run once per element.

use crate::check::ctx::Ctx;
use crate::check::step::{is_inside, loops};
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (site, one) in ctx.uses() {
        let Some(target) = ctx.step_read(one) else { continue };
        let Some(each) = outermost(ctx, site, target) else { continue };
        let (name, read) = (ctx.steps[each].label(), ctx.steps[target].label());
        let rest = one.reference.text.split_once(read).map_or("", |(_, rest)| rest);
        let what = if one.reference.root() == Some("status") { ".status" } else { "" };
        let path = match what {
            "" => format!("$.steps.{name}.items[*].steps.{read}{rest}"),
            status => format!("$.steps.{name}.items[*]{status}"),
        };
        let message = format!("`{read}` stands in the loop `{name}` and has run once per element");
        found.push(
            Diagnostic::error(Code::WF062, one.span, message)
                .label(ctx.steps[target].doc.span, format!("`{read}` stands here"))
                .help(format!("read all of them: `{path}`")),
        );
    }
    for (at, step) in ctx.steps.iter().enumerate() {
        for node in step.doc.needs.iter().flatten() {
            let needed = ctx.world.by_id.get(node.as_str().unwrap_or_default()).copied();
            let Some((needed, each)) =
                needed.and_then(|needed| Some((needed, outermost(ctx, Site::Step(at), needed)?)))
            else {
                continue;
            };
            let (name, read) = (ctx.steps[each].label(), ctx.steps[needed].label());
            let message = format!("`{read}` stands in the loop `{name}` and runs once per element");
            found.push(Diagnostic::error(Code::WF062, node.span, message).did_you_mean(read, name));
        }
    }
}

/// The outermost loop around a step that the reader does not stand in.
fn outermost(ctx: &Ctx<'_, '_>, site: Site, target: usize) -> Option<usize> {
    let apart = |each: &usize| match site {
        Site::Step(reader) => {
            reader == *each
                || !is_inside(ctx.steps, reader, *each)
                || !loops(ctx.steps, reader).any(|own| own == *each)
        }
        _ => true,
    };
    loops(ctx.steps, target).filter(apart).last()
}
