//! WF036: a time in a condition that is not written as the times of a run are, and so never compares
//! right: they are compared as texts, in UTC and to the second.

use serde_json::Value;

use crate::check::conditions::{Written, conditions};
use crate::check::ctx::Ctx;
use crate::check::world::Meaning;
use crate::diagnostic::{Code, Diagnostic};
use crate::expression::{Atom, Operand};
use crate::model::WrittenTime;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for written in conditions(ctx) {
        for atom in written.condition.atoms() {
            let Atom::Compares { left, right, .. } = &atom else { continue };
            for (literal, other) in [(left, right), (right, left)] {
                if let (Operand::Literal(Value::String(text)), Operand::Path(_)) = (literal, other) {
                    found.extend(judge(ctx, &written, text, other));
                }
            }
        }
    }
}

fn judge(ctx: &Ctx<'_, '_>, written: &Written<'_, '_>, text: &str, other: &Operand) -> Option<Diagnostic> {
    let warn = |why: &str| {
        let message = format!("the time `{text}` never compares right: {why}");
        Diagnostic::warning(Code::WF036, written.piece(text), message)
            .note("times are compared as texts, in UTC and to the second")
    };
    match WrittenTime::of(text)? {
        WrittenTime::Normal => None,
        WrittenTime::Other(normal) => {
            let finding = warn("it is written in another way").help(format!("write `{normal}`"));
            Some(written.mended(finding, text, normal))
        }
        WrittenTime::WithoutZone => Some(warn("it has no zone").help(format!("write `{text}Z` for UTC"))),
        WrittenTime::Date => is_time(ctx, written, other).then(|| {
            let normal = format!("{text}T00:00:00Z");
            let finding = warn("it is a date without a time").help(format!("write `{normal}`"));
            written.mended(finding, text, normal)
        }),
    }
}

/// Whether a path is known to hold a time rather than a date.
fn is_time(ctx: &Ctx<'_, '_>, written: &Written<'_, '_>, operand: &Operand) -> bool {
    let Operand::Path(path) = operand else { return false };
    matches!(ctx.world.meaning(path, written.site), Meaning::Known(shape, _) if shape.is_time())
}
