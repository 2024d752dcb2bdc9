//! WF024: the output of a step is read that may have been skipped.

use std::collections::HashSet;

use crate::check::ctx::Ctx;
use crate::check::skip::{may_be_skipped, may_be_skipped_at_end};
use crate::check::step::is_inside;
use crate::check::uses::Part;
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    let mut said = HashSet::new();
    for (site, one) in ctx.uses() {
        let Some(target) = ctx.step_read(one) else { continue };
        let is_plain = matches!(one.part, Part::Input | Part::Value) && !one.reference.guarded;
        if !is_plain || one.reference.root() != Some("steps") {
            continue;
        }
        let reason = match site {
            Site::Step(at) if target >= at || is_inside(ctx.steps, at, target) => continue,
            Site::Step(at) => may_be_skipped(ctx.steps, at, target),
            Site::Outputs => may_be_skipped_at_end(ctx.steps, target),
            Site::Trigger(_) => continue,
        };
        let Some(reason) = reason else { continue };
        if said.insert((site, target)) {
            let (name, read) = (ctx.label(site), ctx.steps[target].label());
            let message = format!("`{name}` reads the output of `{read}`, which may not be there");
            let provide = "provide for it with `{{default … \"\"}}` or `set: {first: …}`";
            let help = match site {
                Site::Step(_) => {
                    format!("give `{name}` the condition `$.status.{read} == 'succeeded'`, or {provide}")
                }
                _ => provide.to_owned(),
            };
            found.push(
                Diagnostic::warning(Code::WF024, one.span, message)
                    .label(reason.span, reason.text)
                    .help(help),
            );
        }
    }
}
