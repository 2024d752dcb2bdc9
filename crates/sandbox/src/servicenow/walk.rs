//! Dot-walking: from a record along its references to the field a path names.
//!
//! Owns which paths exist and where they lead, catalog variables included. Shapes no answer.

use crate::servicenow::dictionary::{Dictionary, Field, Kind};
use crate::servicenow::store::{Record, Store};

/// Longest path followed; a longer one names no field.
const HOPS_MAX: usize = 8;

/// The records and what is known of their tables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) store: &'a Store,
}

/// What stands at the end of a path.
#[derive(Debug, Clone)]
pub(crate) struct Place<'a> {
    pub(crate) field: &'a Field,
    pub(crate) name: &'a str,
    /// The record that holds the field; none where a reference on the way is empty.
    pub(crate) holder: Option<&'a Record>,
}

impl Place<'_> {
    /// The raw value; empty at the end of an empty reference and for journals.
    pub(crate) fn value(&self) -> &str {
        if self.field.kind.is_journal() {
            return "";
        }
        self.holder.map_or("", |record| record.get(self.name))
    }
}

/// The names along a path; none at all where it is too long.
fn hops(path: &str) -> std::iter::Peekable<impl Iterator<Item = &str>> {
    let fits = path.matches('.').count() < HOPS_MAX;
    path.split('.').filter(move |_| fits).peekable()
}

/// The field a path names, without looking at any record.
pub(crate) fn field<'a>(dictionary: &'a Dictionary, table: &str, path: &str) -> Option<&'a Field> {
    let mut table = table.to_owned();
    let mut hops = hops(path);
    loop {
        let field = dictionary.field(&table, hops.next()?)?;
        if hops.peek().is_none() {
            return Some(field);
        }
        if field.kind != Kind::Reference {
            return None;
        }
        table = field.to.clone()?;
    }
}

/// Whether a path names a field or a catalog variable of the table.
pub(crate) fn exists(base: Base<'_>, table: &str, path: &str) -> bool {
    match path.strip_prefix("variables.") {
        Some(name) => {
            base.dictionary.table(table).is_some_and(|t| t.variables_of.is_some()) && known(base, name)
        }
        None => field(base.dictionary, table, path).is_some(),
    }
}

fn known(base: Base<'_>, variable: &str) -> bool {
    base.store.find(base.dictionary, "item_option_new", "name", variable).is_some()
}

/// Follows a path from a record. `table` is the table asked for, which limits the fields of a child.
pub(crate) fn from<'a>(base: Base<'a>, table: &str, record: &'a Record, path: &'a str) -> Option<Place<'a>> {
    let mut table = table;
    let mut holder = Some(record);
    let mut hops = hops(path);
    loop {
        let name = hops.next()?;
        let field = base.dictionary.field(table, name)?;
        if hops.peek().is_none() {
            return Some(Place { field, name, holder });
        }
        if field.kind != Kind::Reference {
            return None;
        }
        table = field.to.as_deref()?;
        holder = holder.and_then(|record| base.store.get(base.dictionary, table, record.get(name)));
    }
}

/// The answer to a catalog variable: its question and the stored value.
pub(crate) fn variable<'a>(base: Base<'a>, record: &Record, name: &str) -> Option<(&'a Record, &'a str)> {
    let table = base.dictionary.table(&record.class)?;
    let item = record.get(table.variables_of.as_deref()?);
    let mut joins = base.store.having(base.dictionary, "sc_item_option_mtom", "request_item", item);
    joins.find_map(|join| {
        let option = base.store.get(base.dictionary, "sc_item_option", join.get("sc_item_option"))?;
        let question = base.store.get(base.dictionary, "item_option_new", option.get("item_option_new"))?;
        (question.get("name") == name).then(|| (question, option.get("value")))
    })
}

/// The text shown for a row another row refers to.
pub(crate) fn label(base: Base<'_>, table: &str, id: &str) -> String {
    let Some(record) = base.store.get(base.dictionary, table, id) else { return String::new() };
    let shown = base.dictionary.display_field(&record.class).unwrap_or("sys_created_on");
    record.get(shown).to_owned()
}

/// The raw value at the end of a path, catalog variables included.
pub(crate) fn value<'a>(base: Base<'a>, table: &str, record: &'a Record, path: &'a str) -> String {
    if let Some(name) = path.strip_prefix("variables.") {
        return variable(base, record, name).map_or("", |(_, value)| value).to_owned();
    }
    from(base, table, record, path).map_or_else(String::new, |place| place.value().to_owned())
}
