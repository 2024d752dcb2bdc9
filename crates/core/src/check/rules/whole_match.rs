//! WF037: `match` with a pattern that stands for one text only. `match` takes the whole text, so most
//! likely a part was meant.

use crate::check::conditions::conditions;
use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::expression::Atom;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for written in conditions(ctx) {
        for atom in written.condition.atoms() {
            let Atom::Matches { pattern, whole: true, .. } = &atom else { continue };
            if pattern.contains(|sign: char| r"\.[](){}*+?|^$".contains(sign)) {
                continue;
            }
            let message = format!("`match` takes the whole text, so this is `== '{pattern}'`");
            let help = format!("write `search(…, '{pattern}')` for a part, `'{pattern}.*'` for a beginning");
            found.push(
                Diagnostic::warning(Code::WF037, written.piece(&format!("'{pattern}'")), message).help(help),
            );
        }
    }
}
