//! WF061: a guard that counts what is no effect, or an effect that the workflow does not have.

use drawbridge_sdk::Kind;

use crate::check::compile_top::CLASSES;
use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::model::KindDoc;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for guard in &ctx.document.guards {
        let name = guard.count.as_str().unwrap_or_default();
        if CLASSES.iter().any(|class| class.as_str() == name) {
            continue;
        }
        let error = |message: String| Diagnostic::error(Code::WF061, guard.count.span, message);
        match ctx.catalog.get(name).map(|entry| &entry.kind) {
            Some(Kind::Write(_)) => {
                let used = ctx.steps.iter().any(|step| {
                    matches!(&step.doc.kind, Some(KindDoc::Action(doc)) if doc.action.as_str() == Some(name))
                });
                if !used {
                    let message = format!("no step of this workflow calls `{name}`");
                    found.push(Diagnostic::warning(Code::WF061, guard.count.span, message).help(
                        "a guard counts the effects of its own workflow; leave it out, or count a class such as `grant`",
                    ));
                }
            }
            Some(_) => found.push(
                error(format!("`{name}` changes nothing, so there is nothing to count"))
                    .help("count an action that changes something, or a class such as `grant`"),
            ),
            None => {
                let writes = ctx.catalog.iter().filter(|entry| matches!(entry.kind, Kind::Write(_)));
                let names = writes.map(|entry| entry.name).chain(CLASSES.map(drawbridge_sdk::Effect::as_str));
                let error = error(format!("`{name}` is neither an action nor a class of effects"));
                found.push(match nearest(name, names) {
                    Some(near) => error.did_you_mean(name, near),
                    None => error.help("count an action, or a class: `ticket`, `change`, `notify`, `cut`, `grant`, `credential`, `delete`"),
                });
            }
        }
    }
}
