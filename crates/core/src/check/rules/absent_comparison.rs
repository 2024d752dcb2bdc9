//! WF034: a comparison that holds because something is absent: `!=` with an absent path is true, and so
//! are `==`, `<=` and `>=` of two absent ones (a requester who equals the approver), `!(… == …)` and
//! `!match(…)`.

use serde_json::Value;

use crate::check::conditions::{Written, conditions};
use crate::check::ctx::Ctx;
use crate::check::types::Types;
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
    let is_uncertain =
        |path: &&Reference| !is_asked(path, atoms) && presence(ctx, written, path) == Presence::Uncertain;
    match atom {
        Atom::Compares { comparator, left, right, negated } => {
            let sign = if *negated {
                format!("!(… {} …)", comparator.as_str())
            } else {
                comparator.as_str().to_owned()
            };
            let paths = [path(left), path(right)];
            if (*comparator == Comparator::Unequal) != *negated {
                let is_null = [left, right].contains(&&Operand::Literal(Value::Null));
                let absent = paths.into_iter().flatten().find(is_uncertain);
                // Another rule says of those that they are never null.
                let absent =
                    absent.filter(|path| !is_null || ctx.world.types(path, written.site).meets(Types::NULL));
                found.extend(absent.map(|path| one_absent(written, &sign, path, *negated)));
            } else if let ([Some(left), Some(right)], true) = (paths, holds_of_nothing(*comparator, *negated))
            {
                let may_be =
                    |path| !is_asked(path, atoms) && presence(ctx, written, path) != Presence::Certain;
                if may_be(left) && may_be(right) {
                    found.push(both_absent(written, &sign, [left, right], *negated));
                }
            }
        }
        Atom::Matches { subject, whole, negated: true, .. } => {
            let sign = if *whole { "!match" } else { "!search" };
            let absent = path(subject).filter(|path| is_uncertain(path));
            found.extend(absent.map(|path| one_absent(written, sign, path, true)));
        }
        Atom::Matches { .. } | Atom::Exists { .. } => {}
    }
}

/// Whether a comparison holds of two absent sides.
fn holds_of_nothing(comparator: Comparator, negated: bool) -> bool {
    match comparator {
        Comparator::Equal | Comparator::LessOrEqual | Comparator::MoreOrEqual => !negated,
        Comparator::Unequal | Comparator::Less | Comparator::More => negated,
    }
}

fn path(operand: &Operand) -> Option<&Reference> {
    match operand {
        Operand::Path(path) | Operand::Length(path) => Some(path),
        Operand::Literal(_) | Operand::Number | Operand::Unknown => None,
    }
}

fn one_absent(written: &Written<'_, '_>, sign: &str, path: &Reference, negated: bool) -> Diagnostic {
    warn(written, format!("`{sign}` also holds when `{}` is absent", path.text), path, negated)
}

fn both_absent(
    written: &Written<'_, '_>,
    sign: &str,
    [left, right]: [&Reference; 2],
    negated: bool,
) -> Diagnostic {
    let message = format!("`{sign}` also holds when `{}` and `{}` are both absent", left.text, right.text);
    warn(written, message, left, negated)
}

fn warn(written: &Written<'_, '_>, message: String, path: &Reference, negated: bool) -> Diagnostic {
    let text = &path.text;
    let finding = Diagnostic::warning(Code::WF034, written.piece(text), message)
        .help(format!("ask for it first: `{text} && …`"));
    // Inside `!( )` the question would be turned round with the rest.
    if negated { finding } else { written.mended(finding, text, format!("{text} && {text}")) }
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
        _ => Presence::Unknown,
    }
}

/// Whether the same condition asks for the path by itself.
fn is_asked(path: &Reference, atoms: &[Atom]) -> bool {
    atoms.iter().any(|atom| matches!(atom, Atom::Exists { path: asked, .. } if asked.text == path.text))
}
