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
            let Atom::Exists { path, negated } = atom else { continue };
            if path.is_singular() && !is_compared(path, &atoms) {
                report(ctx, &written, path, *negated, found);
            }
        }
    }
}

fn report(
    ctx: &Ctx<'_, '_>,
    written: &Written<'_, '_>,
    path: &Reference,
    negated: bool,
    found: &mut Vec<Diagnostic>,
) {
    let Meaning::Known(shape, certain) = ctx.world.meaning(path, written.site) else { return };
    let certain = certain && !written.reads_skipped(ctx, path);
    let types = shape.types();
    let text = &path.text;
    let warn = |message| Diagnostic::warning(Code::WF033, written.piece(text), message);
    let alone = if negated { format!("!{text}") } else { text.clone() };
    found.push(if types.without(Types::NULL) == Types::BOOLEAN {
        let right = format!("{text} == {}", !negated);
        let finding = warn(format!("`{text}` alone asks whether it exists, not whether it is true"))
            .help(format!("write `{right}`"));
        written.mended(finding, &alone, right)
    } else if certain {
        warn(format!("`{text}` alone asks whether it exists, and it always does"))
            .help("compare it with something")
    } else if types.meets(Types::NULL) && types != Types::ANY {
        let right = if negated {
            format!("(!{text} || {text} == null)")
        } else {
            format!("{text} && {text} != null")
        };
        let finding =
            warn(format!("`{text}` alone also holds when it is null")).help(format!("write `{right}`"));
        written.mended(finding, &alone, right)
    } else {
        return;
    });
}

/// Whether the path is a guard for another part of the same condition.
fn is_compared(path: &Reference, atoms: &[Atom]) -> bool {
    let is_path = |operand: &Operand| matches!(operand, Operand::Path(other) | Operand::Length(other) if other.text.starts_with(&path.text));
    atoms.iter().any(|atom| match atom {
        Atom::Exists { .. } => false,
        Atom::Compares { left, right, .. } => is_path(left) || is_path(right),
        Atom::Matches { subject, .. } => is_path(subject),
    })
}
