//! WF033: a bare path in a condition, which asks whether it exists and not what it holds.

use crate::check::conditions::{Written, conditions};
use crate::check::ctx::Ctx;
use crate::check::types::Types;
use crate::check::world::Meaning;
use crate::diagnostic::{Code, Diagnostic};
use crate::expression::{Atom, Operand, Reference};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for written in conditions(ctx) {
        let atoms = written.condition.atoms();
        for atom in &atoms {
            let Atom::Exists { path, .. } = atom else { continue };
            if path.is_singular() && !is_compared(path, &atoms) {
                report(ctx, &written, path, found);
            }
        }
    }
}

fn report(ctx: &Ctx<'_, '_>, written: &Written<'_, '_>, path: &Reference, found: &mut Vec<Diagnostic>) {
    let Meaning::Known(shape, certain) = ctx.world.meaning(path, written.site) else { return };
    let certain = certain && !written.reads_skipped(ctx, path);
    let types = shape.types();
    let text = &path.text;
    let (message, help) = if types.without(Types::NULL) == Types::BOOLEAN {
        (
            format!("`{text}` alone asks whether it exists, not whether it is true"),
            format!("write `{text} == true`"),
        )
    } else if certain {
        (
            format!("`{text}` alone asks whether it exists, and it always does"),
            "compare it with something".to_owned(),
        )
    } else if types.meets(Types::NULL) && types != Types::ANY {
        (format!("`{text}` alone also holds when it is null"), format!("write `{text} && {text} != null`"))
    } else {
        return;
    };
    found.push(Diagnostic::warning(Code::WF033, written.piece(text), message).help(help));
}

/// Whether the path is a guard for another part of the same condition.
fn is_compared(path: &Reference, atoms: &[Atom]) -> bool {
    let is_path =
        |operand: &Operand| matches!(operand, Operand::Path(other) if other.text.starts_with(&path.text));
    atoms.iter().any(|atom| match atom {
        Atom::Exists { .. } => false,
        Atom::Compares { left, right, .. } => is_path(left) || is_path(right),
        Atom::Matches { subject, .. } => is_path(subject),
    })
}
