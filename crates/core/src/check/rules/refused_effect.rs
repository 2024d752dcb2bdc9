//! GV002, GV007: an effect that is never allowed, and inputs that decide over the effect and are not
//! written out.

use drawbridge_sdk::{Kind, WriteEntry};

use crate::check::compile_step::literals;
use crate::check::ctx::Ctx;
use crate::check::value::{Given, given};
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::VertexKind;
use crate::model::{ActionDoc, KindDoc};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, step) in ctx.steps.iter().enumerate() {
        let Some(KindDoc::Action(doc)) = &step.doc.kind else { continue };
        let name = doc.action.as_str().unwrap_or_default();
        let Some(Kind::Write(write)) = ctx.catalog.get(name).map(|entry| &entry.kind) else { continue };
        if not_written_out(ctx, Site::Step(at), doc, write, found) {
            continue;
        }
        let Some(VertexKind::Action(action)) = &step.kind else { continue };
        if let Err(refused) = (write.effect)(&literals(&action.with)) {
            let input = write.literal.iter().find_map(|name| doc.with?.get(name));
            let span = input.map_or(doc.action.span, |entry| entry.value.span);
            found.push(Diagnostic::error(Code::GV002, span, refused.message).help(refused.help));
        }
    }
}

fn not_written_out(
    ctx: &Ctx<'_, '_>,
    site: Site,
    doc: &ActionDoc<'_>,
    write: &WriteEntry,
    found: &mut Vec<Diagnostic>,
) -> bool {
    let mut any = false;
    for name in write.literal {
        let Some(entry) = doc.with.and_then(|with| with.get(name)) else { continue };
        if matches!(given(ctx, &entry.value, site), Some(Given::Computed(_))) {
            any = true;
            let action = doc.action.as_str().unwrap_or_default();
            let message = format!("`{name}` of `{action}` must be written out");
            let note = "what the step may do hangs on it, so it must be known before the run";
            found.push(Diagnostic::error(Code::GV007, entry.value.span, message).note(note));
        }
    }
    any
}
