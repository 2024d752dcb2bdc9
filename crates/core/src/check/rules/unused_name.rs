//! WF055: a table or a mapping that is declared and that nothing uses.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::KindDoc;
use crate::syntax::Key;

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    let kinds = || ctx.steps.iter().filter_map(|step| step.doc.kind.as_ref());
    let decides = |name: &str| {
        kinds().any(|kind| matches!(kind, KindDoc::Decide { table, .. } if table.as_str() == Some(name)))
    };
    let maps = |name: &str| {
        kinds().any(|kind| matches!(kind, KindDoc::Map { mapping, .. } if mapping.as_str() == Some(name)))
    };
    let mut say = |key: &Key, what: &str, way: &str| {
        let warning =
            Diagnostic::warning(Code::WF055, key.span, format!("nothing uses the {what} `{}`", key.text));
        found.push(warning.help(format!("{way}, or take it away")));
    };
    for table in &ctx.document.tables {
        let name = table.key.text.as_str();
        if !decides(name) && !ctx.mappings.tables.contains(name) {
            say(table.key, "table", "look it up in a step with `decide`, or in a mapping with `values`");
        }
    }
    for key in &ctx.mappings.names {
        if !maps(&key.text) {
            say(key, "mapping", "apply it in a step with `map`");
        }
    }
}
