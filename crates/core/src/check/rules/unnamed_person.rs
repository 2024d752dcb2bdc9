//! GV009: a gate that excludes somebody whom it does not name.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{KindDoc, NEVER};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Approval(gate)) = &step.doc.kind else { continue };
        for (word, span) in &gate.never {
            let word = NEVER[*word];
            let named = match word {
                "requester" => gate.requester.is_some(),
                "beneficiary" => gate.beneficiary.is_some(),
                _ => true,
            };
            if !named {
                let message =
                    format!("`{}` never asks the {word}, and does not say who that is", step.label());
                found.push(
                    Diagnostic::error(Code::GV009, *span, message)
                        .help(format!("add `{word}:` with a path to that person")),
                );
            }
        }
    }
}
