//! GV006: a gate that approves when nobody decides, without a reason.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Approval(gate)) = &step.doc.kind else { continue };
        let Some(expires) = &gate.expires else { continue };
        let has_reason =
            expires.reason.and_then(|node| node.as_str()).is_some_and(|text| !text.trim().is_empty());
        if let Some(span) = expires.approves
            && !has_reason
        {
            let message = format!("`{}` approves when nobody decides, and gives no reason", step.label());
            found.push(
                Diagnostic::error(Code::GV006, span, message).help("add `reason:`, or write `then: reject`"),
            );
        }
    }
}
