//! GV014: a reason where none is needed, so that the text claims something that is not so.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::VertexKind;
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        match &step.doc.kind {
            Some(KindDoc::Action(doc)) => {
                let (Some(reason), Some(VertexKind::Action(action))) = (doc.no_approval_because, &step.kind)
                else {
                    continue;
                };
                if action.effect.needs_gate() || ctx.catalog.get(&action.action).is_none() {
                    continue;
                }
                let message = format!("`{}` needs no approval, so there is nothing to explain", step.label());
                found.push(
                    Diagnostic::warning(Code::GV014, reason.span, message)
                        .note(format!("`{}` is of class {} here", action.action, action.effect))
                        .help("leave `no_approval_because` out"),
                );
            }
            Some(KindDoc::Approval(gate)) => {
                let Some(expires) = &gate.expires else { continue };
                if let (Some(reason), None) = (expires.reason, expires.approves) {
                    let message = "`reason` is for a time-out that approves, and this one rejects";
                    found.push(Diagnostic::warning(Code::GV014, reason.span, message).help("leave it out"));
                }
            }
            _ => {}
        }
    }
}
