//! WF021: a step is read that has not run when it is read.

use crate::check::ctx::Ctx;
use crate::check::step::{around, is_inside};
use crate::check::uses::Part;
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (site, one) in ctx.uses() {
        let (Site::Step(reader), Some(target)) = (site, ctx.step_read(one)) else { continue };
        let (name, read) = (ctx.steps[reader].label(), ctx.steps[target].label());
        let there = ctx.steps[target].doc.span;
        let error = |message: String| Diagnostic::error(Code::WF021, one.span, message);
        if reader == target {
            let error = error(format!("`{name}` reads its own output before it is there"));
            let own = one.part == Part::Answer;
            found.push(if own { error.help("its own answer is `$.out`") } else { error });
        } else if is_inside(ctx.steps, reader, target) {
            let message = format!("`{name}` stands inside `{read}`, which has not ended when it runs");
            found.push(error(message).label(there, format!("`{read}` begins here")));
        } else if target > reader {
            let message = format!("`{name}` reads the output of `{read}`, which may not have run yet");
            let help = format!("move `{name}` below `{read}`");
            found.push(error(message).label(there, format!("`{read}` stands here")).help(help));
        } else if stand_apart(ctx, reader, target) {
            let message = format!(
                "`{name}` reads the output of `{read}`, which stands in another branch of the same `switch`"
            );
            found.push(error(message).label(there, format!("`{read}` stands here")));
        }
    }
}

/// Whether both stand in different branches of one `switch`, so that only one of them runs.
fn stand_apart(ctx: &Ctx<'_, '_>, one: usize, other: usize) -> bool {
    around(ctx.steps, one).any(|(block, branch)| {
        matches!(ctx.steps[block].doc.kind, Some(KindDoc::Switch(_)))
            && around(ctx.steps, other).any(|(shared, theirs)| shared == block && theirs != branch)
    })
}
