//! WF034: a comparison that holds because something is absent: `!=` with an absent path is true, and so
//! are `==`, `<=` and `>=` of two absent ones (a requester who equals the approver).

use crate::check::conditions::{Written, conditions};
use crate::check::ctx::Ctx;
use crate::check::world::Meaning;
use crate::diagnostic::{Code, Diagnostic};
use crate::expression::{Atom, Comparator, Operand, Reference};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for written in conditions(ctx) {
        let atoms = written.condition.atoms();
        for atom in &atoms {
            compare(ctx, &written, atom, &atoms, found);
        }
    }
}

fn compare(
    ctx: &Ctx<'_, '_>,
    written: &Written<'_, '_>,
    atom: &Atom,
    atoms: &[Atom],
    found: &mut Vec<Diagnostic>,
) {
    let Atom::Compares { comparator, left, right } = atom else { return };
    let paths: Vec<&Reference> = [left, right]
        .into_iter()
        .filter_map(|side| match side {
            Operand::Path(path) if !is_asked(path, atoms) => Some(path),
            _ => None,
        })
        .collect();
    let sign = comparator.as_str();
    let (message, path) = match (comparator, paths.as_slice()) {
        (Comparator::Unequal, paths) => {
            let Some(path) = paths.iter().find(|path| presence(ctx, written, path) == Presence::Uncertain)
            else {
                return;
            };
            (format!("`!=` also holds when `{}` is absent", path.text), *path)
        }
        (Comparator::Equal | Comparator::LessOrEqual | Comparator::MoreOrEqual, [left, right]) => {
            if [left, right].into_iter().any(|path| presence(ctx, written, path) == Presence::Certain) {
                return;
            }
            (format!("`{sign}` also holds when `{}` and `{}` are both absent", left.text, right.text), *left)
        }
        _ => return,
    };
    let help = format!("ask for it first: `{} && …`", path.text);
    found.push(Diagnostic::warning(Code::WF034, written.piece(&path.text), message).help(help));
}

#[derive(PartialEq, Eq)]
enum Presence {
    Certain,
    Uncertain,
    Unknown,
}

fn presence(ctx: &Ctx<'_, '_>, written: &Written<'_, '_>, path: &Reference) -> Presence {
    if written.reads_skipped(ctx, path) {
        return Presence::Uncertain;
    }
    match ctx.world.meaning(path, written.site) {
        Meaning::Known(_, true) => Presence::Certain,
        Meaning::Known(_, false) => Presence::Uncertain,
        Meaning::Open | Meaning::Missing { .. } => Presence::Unknown,
    }
}

/// Whether the same condition asks for the path by itself.
fn is_asked(path: &Reference, atoms: &[Atom]) -> bool {
    atoms.iter().any(|atom| matches!(atom, Atom::Exists { path: asked, .. } if asked.text == path.text))
}
