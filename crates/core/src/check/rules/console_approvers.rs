//! GV010: approvers named at a gate that cannot ask them.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::KindDoc;

/// The channel that is ours; whoever may use it decides.
const CONSOLE: &str = "console";

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Approval(gate)) = &step.doc.kind else { continue };
        let at_console = gate.via.is_none_or(|via| via.as_str() == Some(CONSOLE));
        let mut say = |span: Span, what: String, without: &str| {
            let message = format!("{what} names approvers, and at the console whoever may use it decides");
            let help =
                format!("ask them where they are known, such as `via: servicenow`, or leave `{without}` out");
            found.push(Diagnostic::error(Code::GV010, span, message).help(help));
        };
        for stage in gate.stages.iter().filter(|stage| at_console && !stage.approvers.is_empty()) {
            say(stage.span, format!("stage `{}` of `{}`", stage.name, step.label()), "approvers");
        }
        if let Some(escalate) = gate.escalate.as_ref().filter(|one| at_console && !one.to.is_empty()) {
            say(escalate.key.span, format!("`escalate` of `{}`", step.label()), "escalate");
        }
    }
}
