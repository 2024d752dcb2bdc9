//! WF024: the output of a step is read that may have been skipped.

use std::collections::HashSet;

use crate::check::ctx::Ctx;
use crate::check::skip::may_be_skipped;
use crate::check::step::is_inside;
use crate::check::uses::Part;
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    let mut said = HashSet::new();
    for (site, one) in ctx.uses() {
        let (Site::Step(reader), Some(target)) = (site, ctx.step_read(one)) else { continue };
        let is_plain = matches!(one.part, Part::Input | Part::Value) && !one.reference.guarded;
        let is_output = one.reference.root() == Some("steps");
        if !is_plain || !is_output || target >= reader || is_inside(ctx.steps, reader, target) {
            continue;
        }
        let Some(reason) = may_be_skipped(ctx.steps, reader, target) else { continue };
        if said.insert((reader, target)) {
            let (name, read) = (ctx.steps[reader].label(), ctx.steps[target].label());
            let message = format!("`{name}` reads the output of `{read}`, which may not be there");
            let help = format!(
                "give `{name}` the condition `$.status.{read} == 'succeeded'`, or provide for it with `{{{{default … \"\"}}}}` or `set: {{first: …}}`"
            );
            found.push(
                Diagnostic::warning(Code::WF024, one.span, message)
                    .label(reason.span, reason.text)
                    .help(help),
            );
        }
    }
}
