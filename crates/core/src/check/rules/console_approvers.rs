//! GV010: approvers named at a gate that cannot ask them.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

/// The channel that is ours; whoever may use it decides.
const CONSOLE: &str = "console";

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Approval(gate)) = &step.doc.kind else { continue };
        let at_console = gate.via.is_none_or(|via| via.as_str() == Some(CONSOLE));
        for stage in gate.stages.iter().filter(|stage| at_console && !stage.approvers.is_empty()) {
            let message = format!(
                "stage `{}` of `{}` names approvers, and at the console whoever may use it decides",
                stage.name,
                step.label()
            );
            found.push(
                Diagnostic::error(Code::GV010, stage.span, message).help(
                    "ask them where they are known, such as `via: servicenow`, or leave `approvers` out",
                ),
            );
        }
    }
}
