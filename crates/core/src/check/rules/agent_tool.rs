//! GV011: a tool of an `agent` that needs a gate: a model never grants, hands out credentials or deletes.

use drawbridge_sdk::Kind;

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Agent(agent)) = &step.doc.kind else { continue };
        for tool in &agent.tools {
            let name = tool.as_str().unwrap_or_default();
            let Some(Kind::Write(write)) = ctx.catalog.get(name).map(|entry| &entry.kind) else { continue };
            if write.widest.needs_gate() {
                let message = format!("`{}` may call `{name}`, which needs a gate", step.label());
                found.push(
                    Diagnostic::error(Code::GV011, tool.span, message)
                        .note(format!("`{name}` may be of class {}", write.widest))
                        .help(
                            "let the agent answer what it would do, and do it in a step behind an `approval`",
                        ),
                );
            }
        }
    }
}
