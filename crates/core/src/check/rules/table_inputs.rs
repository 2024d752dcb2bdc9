//! WF043, WF044: a `decide` on a table that is not there, or with inputs that are not its own.

use crate::check::ctx::Ctx;
use crate::check::shape::Shape;
use crate::check::types::{Types, schema_of};
use crate::check::value::{Given, given};
use crate::check::world::Site;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::model::{KindDoc, Table};
use crate::syntax::{Entry, Node, list};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for (at, step) in ctx.steps.iter().enumerate() {
        let Some(KindDoc::Decide { table, with }) = &step.doc.kind else { continue };
        let name = table.as_str().unwrap_or_default();
        let declared: Vec<_> = ctx.document.tables.iter().map(|table| table.key.text.as_str()).collect();
        if !declared.contains(&name) {
            let error = Diagnostic::error(Code::WF043, table.span, format!("there is no table `{name}`"));
            found.push(match nearest(name, declared.iter().copied()) {
                Some(near) => error.did_you_mean(name, near),
                None => error.help("declare it under `tables`"),
            });
        }
        if let Some(compiled) = ctx.tables.get(name) {
            compare(ctx, Site::Step(at), compiled, (table, *with), found);
        }
    }
}

fn compare(
    ctx: &Ctx<'_, '_>,
    site: Site,
    table: &Table,
    (name, with): (&Node, Option<&Node>),
    found: &mut Vec<Diagnostic>,
) {
    let entries: &[Entry] = with.and_then(Node::as_map).unwrap_or_default();
    let columns: Vec<_> = table.inputs.iter().map(|(column, _)| column.as_str()).collect();
    for entry in entries {
        let key = entry.key.text.as_str();
        let Some((_, kind)) = table.inputs.iter().find(|(column, _)| column == key) else {
            let message = format!("table `{}` has no input column `{key}`", table.name);
            let error = Diagnostic::error(Code::WF044, entry.key.span, message);
            found.push(match nearest(key, columns.iter().copied()) {
                Some(near) => error.did_you_mean(key, near),
                None => error.note(format!("its input columns are {}", list(&columns))),
            });
            continue;
        };
        let schema = schema_of(*kind);
        let types = Shape::new(&schema).types().or(Types::NULL);
        let own = match given(ctx, &entry.value, site) {
            Some(Given::Literal(value)) => Types::of(&value),
            Some(Given::Computed(types)) => types,
            None => Types::LIST.or(Types::MAP),
        };
        if !types.meets(own) {
            let message = format!(
                "column `{key}` of table `{}` takes {}, and this is {}",
                table.name,
                types.words(),
                own.words()
            );
            found.push(Diagnostic::error(Code::WF044, entry.value.span, message));
        }
    }
    for column in columns {
        if entries.iter().all(|entry| entry.key.text != column) {
            let message = format!("table `{}` needs the input `{column}`", table.name);
            found.push(Diagnostic::error(Code::WF044, name.span, message));
        }
    }
}
