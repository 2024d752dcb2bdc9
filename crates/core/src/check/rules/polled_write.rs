//! WF027: `poll` on an action that changes something.

use drawbridge_sdk::Kind;

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Action(action)) = &step.doc.kind else { continue };
        let name = action.action.as_str().unwrap_or_default();
        if let Some(poll) = &action.poll
            && ctx.catalog.get(name).is_some_and(|entry| matches!(entry.kind, Kind::Write(_)))
        {
            let message = format!("`poll` repeats a read, and `{name}` changes something");
            let help = "read the result in a step of its own and poll that";
            found.push(Diagnostic::error(Code::WF027, poll.key.span, message).help(help));
        }
    }
}
