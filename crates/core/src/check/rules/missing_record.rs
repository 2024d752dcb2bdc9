//! GV017: a gate that names no record, in a channel that hangs its questions on one.

use drawbridge_sdk::Kind;

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Approval(gate)) = &step.doc.kind else { continue };
        let Some(via) = gate.via.and_then(|node| node.as_str()) else { continue };
        let Some(Kind::Channel(channel)) = ctx.catalog.get(via).map(|entry| &entry.kind) else { continue };
        if channel.needs_record && gate.record.is_none() {
            let message = format!("`{}` asks in `{via}` and names no record", step.label());
            let help = "add `record:` with a path to the record, such as the requested item";
            found.push(Diagnostic::error(Code::GV017, step.doc.span, message).help(help));
        }
    }
}
