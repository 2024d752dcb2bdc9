//! WF038: a text writes a list or a map, which has no text of its own, or walks what has no elements.

use crate::check::ctx::Ctx;
use crate::check::types::Types;
use crate::diagnostic::{Code, Diagnostic};
use crate::expression::Takes;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (site, one) in ctx.uses() {
        let taken = match one.reference.takes {
            Takes::Anything => continue,
            Takes::Text => Types::ANY.without(Types::LIST.or(Types::MAP)),
            Takes::List => Types::LIST,
            Takes::Elements => Types::LIST.or(Types::MAP),
        };
        // An element inside `#each` stands for one value.
        let types = ctx.world.element_types(&one.reference, site);
        if types.meets(taken) {
            continue;
        }
        let text = one.reference.text.trim_start_matches("$.");
        let given = types.words();
        let error = |message: String| Diagnostic::error(Code::WF038, one.span, message);
        found.push(match one.reference.takes {
            Takes::List => error(format!("`join` takes a list, and `{text}` is {given}"))
                .help(format!("write `{{{{{text}}}}}`")),
            Takes::Elements => error(format!("`#each` takes a list or a map, and `{text}` is {given}"))
                .help(format!("write `{{{{{text}}}}}`")),
            _ if types.meets(Types::LIST) => error(format!("`{text}` is {given}, which a text cannot write"))
                .help(format!("write `{{{{join {text} \", \"}}}}`, or `{{{{json {text}}}}}`")),
            _ => error(format!("`{text}` is {given}, which a text cannot write"))
                .help("write a field of it, or `{{json …}}`"),
        });
    }
}
