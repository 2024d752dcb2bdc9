//! GV016: `same_person_twice` at a gate with one stage, where nobody decides twice.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{KindDoc, NEVER};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Approval(gate)) = &step.doc.kind else { continue };
        let twice = gate.never.iter().find(|(word, _)| NEVER[*word] == "same_person_twice");
        if let (Some((_, span)), [_]) = (twice, gate.stages.as_slice()) {
            let message = format!("`{}` has one stage, so nobody can approve twice", step.label());
            let help = "leave `same_person_twice` out";
            found.push(Diagnostic::warning(Code::GV016, *span, message).help(help));
        }
    }
}
