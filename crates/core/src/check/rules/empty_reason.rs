//! GV015: a reason for doing without a decision that says nothing. One that is missing is an error of
//! other rules.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

/// Fewest letters of a reason that could be one.
const LETTERS_MIN: usize = 10;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let reason = match &step.doc.kind {
            Some(KindDoc::Action(doc)) => doc.no_approval_because,
            Some(KindDoc::Approval(gate)) => {
                gate.expires.as_ref().filter(|expires| expires.approves.is_some()).and_then(|one| one.reason)
            }
            _ => None,
        };
        let Some(reason) = reason else { continue };
        let text = reason.as_str().unwrap_or_default().trim();
        if (1..LETTERS_MIN).contains(&text.chars().count()) {
            let message = format!("`{text}` says nothing about why nobody has to decide");
            let help = "write why, so that whoever looks at it in a year understands it";
            found.push(Diagnostic::warning(Code::GV015, reason.span, message).help(help));
        }
    }
}
