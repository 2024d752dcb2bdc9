//! GV001: a gate at which nobody is asked.

use crate::check::compile_gate::CONSOLE;
use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Approval(gate)) = &step.doc.kind else { continue };
        let via = gate.via.and_then(|node| node.as_str()).unwrap_or(CONSOLE);
        if gate.stages.is_empty() {
            let message = format!("`{}` asks nobody: it has no stage", step.label());
            found.push(Diagnostic::error(Code::GV001, step.doc.span, message));
        }
        if let Some(escalate) = gate.escalate.as_ref().filter(|escalate| escalate.to.is_empty()) {
            let message = format!("`escalate` of `{}` asks nobody", step.label());
            let help = "name who is asked besides under `to`";
            found.push(Diagnostic::error(Code::GV001, escalate.key.span, message).help(help));
        }
        for stage in &gate.stages {
            if stage.approvers.is_empty() && via != CONSOLE {
                let message = format!("stage `{}` of `{}` asks nobody", stage.name, step.label());
                let help =
                    "name its `approvers`; only with `via: console` may whoever uses the console decide";
                found.push(Diagnostic::error(Code::GV001, stage.span, message).help(help));
            }
        }
    }
}
