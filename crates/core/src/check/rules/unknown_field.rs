//! WF023: a field that an output or event does not have.

use crate::check::ctx::Ctx;
use crate::check::uses::Part;
use crate::check::world::{Meaning, Site};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax::list;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (site, one) in ctx.uses() {
        let root = one.reference.root();
        if matches!(site, Site::Trigger(_)) && one.part == Part::Input {
            continue;
        }
        let Meaning::Missing { name, known } = ctx.world.meaning(&one.reference, site) else { continue };
        let own = match root {
            Some("steps") => format!("the output of `{}`", one.reference.name(1).unwrap_or_default()),
            Some("out") => format!("the answer of `{}`", ctx.label(site)),
            Some("trigger") => format!("an event of `{}`", ctx.label(site)),
            // The first member of these is looked at by another rule.
            Some("inputs" | "settings" | "run" | "error") if one.reference.name(1) == Some(name.as_str()) => {
                continue;
            }
            _ => format!("`{}`", one.reference.text),
        };
        let error = Diagnostic::error(Code::WF023, one.span, format!("{own} has no field `{name}`"));
        found.push(match nearest(&name, known.iter().copied()) {
            Some(near) => error.did_you_mean(&name, near),
            None if known.is_empty() => error,
            None => error.note(format!("its fields are {}", list(&known))),
        });
    }
}
