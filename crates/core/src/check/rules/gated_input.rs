//! GV005: an input of a gated step that is not known when its gate opens, so that nobody could approve it.

use std::collections::HashSet;

use crate::check::ctx::Ctx;
use crate::check::uses::Part;
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    let mut said = HashSet::new();
    for (site, one) in ctx.uses() {
        let (Site::Step(at), Some(read), Part::Input) = (site, ctx.step_read(one), one.part) else {
            continue;
        };
        let Some(KindDoc::Action(doc)) = &ctx.steps[at].doc.kind else { continue };
        let gate = doc.requires_approval.and_then(|node| node.as_str());
        let Some(gate) = gate.and_then(|id| ctx.world.by_id.get(id)).copied() else { continue };
        let known = read != gate && ctx.links.is_before(read, gate);
        if !known && read < at && said.insert((at, read)) {
            let (name, source) = (ctx.steps[at].label(), ctx.steps[read].label());
            let help = if read == gate {
                "the decision cannot be part of what is decided".to_owned()
            } else {
                format!("put `{source}` before `{}`", ctx.steps[gate].label())
            };
            let message =
                format!("an input of `{name}` comes from `{source}` and is not known when its gate opens");
            found.push(
                Diagnostic::error(Code::GV005, one.span, message)
                    .label(ctx.steps[gate].doc.span, "approvers must see what they approve here")
                    .help(help),
            );
        }
    }
}
