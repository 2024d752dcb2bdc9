//! WF060: parts of the language that are checked and that the engine cannot run yet.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{KindDoc, WaitDoc};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    let mut say = |span: Span, what: &str| {
        let message = format!("{what} is checked, and cannot be run yet");
        found.push(Diagnostic::warning(Code::WF060, span, message));
    };
    for (key, what) in [("guards", "`guards`"), ("cancel_on", "`cancel_on`"), ("mappings", "`mappings`")] {
        if let Some(entry) = ctx.root.get(key) {
            say(entry.key.span, what);
        }
    }
    for concurrency in ctx.document.triggers.iter().filter_map(|trigger| trigger.concurrency.as_ref()) {
        say(concurrency.key.span, "`concurrency`");
    }
    for step in ctx.steps {
        let what = match &step.doc.kind {
            Some(KindDoc::Agent(_)) => "`agent`",
            Some(KindDoc::Workflow { .. }) => "`workflow`",
            Some(KindDoc::Wait(WaitDoc::Event(..))) => "`wait` for an `event`",
            Some(KindDoc::Foreach(_)) => "`foreach`",
            Some(KindDoc::Map { .. }) => "`map`",
            Some(KindDoc::Approval(gate)) => {
                if let Some(remind) = &gate.remind {
                    say(remind.key.span, "`remind`");
                }
                continue;
            }
            _ => continue,
        };
        say(step.doc.span, what);
    }
}
