//! Dot-walking: from a record along its references to the field a path names.
//!
//! Owns which paths exist and where they lead, catalog variables included. Shapes no answer.
//! A reader who may not see a record on the way finds the end of the path empty: the rules of the
//! table a path reaches hold for it as they do for whoever asks that table.

use crate::servicenow::actor::{Actor, Deed};
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
    /// The record that holds the field; none where a reference on the way is empty or leads to a record
    /// the reader may not see.
    pub(crate) holder: Option<&'a Record>,
}

impl<'a> Place<'a> {
    /// The raw value; empty at the end of an empty reference and for journals.
    pub(crate) fn value(&self) -> &'a str {
        if self.field.kind.is_journal() {
            return "";
        }
        self.holder.map_or("", |record| record.get(self.name))
    }
}

/// A path looked up once in the dictionary, to be followed from many records.
#[derive(Debug, Clone)]
pub(crate) enum Route<'a> {
    Field {
        /// References on the way: the field and the table it leads to.
        hops: Vec<(&'a str, &'a str)>,
        name: &'a str,
        field: &'a Field,
        /// Who follows it; the platform itself, which sees every record, if absent.
        reader: Option<&'a Actor>,
    },
    /// The answer to a catalog variable.
    Variable(String),
}

impl<'a> Route<'a> {
    /// The same path, followed by somebody who may not see every record.
    pub(crate) fn seen_by(mut self, actor: &'a Actor) -> Self {
        if let Self::Field { reader, .. } = &mut self {
            *reader = Some(actor);
        }
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Field { field, .. } => field.kind,
            Self::Variable(_) => Kind::String,
        }
    }

    /// The table a reference or list at the end leads to.
    pub(crate) fn target(&self) -> Option<&'a str> {
        match self {
            Self::Field { field, .. } => field.to.as_deref(),
            Self::Variable(_) => None,
        }
    }

    /// The raw value at the end; empty behind an empty reference and for journals.
    pub(crate) fn value(&self, base: Base<'a>, record: &'a Record) -> &'a str {
        match self {
            Self::Variable(name) => variable(base, record, name).map_or("", |(_, value)| value),
            Self::Field { field, .. } if field.kind.is_journal() => "",
            Self::Field { hops, name, reader, .. } => {
                let end = hops.iter().try_fold(record, |holder, (reference, table)| {
                    reached(base, *reader, table, holder.get(reference))
                });
                end.map_or("", |holder| holder.get(name))
            }
        }
    }

    /// What a condition on text compares: the name shown for a reference, else the raw value.
    pub(crate) fn text(&self, base: Base<'a>, record: &'a Record) -> &'a str {
        let raw = self.value(base, record);
        match (self.kind(), self.target()) {
            (Kind::Reference, Some(table)) => shown(base, table, raw),
            _ => raw,
        }
    }
}

/// Looks a path up; nothing where it names no field and no catalog variable of the table.
pub(crate) fn route<'a>(base: Base<'a>, table: &str, path: &str) -> Option<Route<'a>> {
    if let Some(name) = path.strip_prefix("variables.") {
        return exists(base, table, path).then(|| Route::Variable(name.to_owned()));
    }
    let mut definition = base.dictionary.table(table)?;
    let mut followed = Vec::new();
    let mut names = hops(path);
    loop {
        let (name, field) = definition.fields.get_key_value(names.next()?)?;
        if names.peek().is_none() {
            return Some(Route::Field { hops: followed, name, field, reader: None });
        }
        if field.kind != Kind::Reference {
            return None;
        }
        let next = field.to.as_deref()?;
        definition = base.dictionary.table(next)?;
        followed.push((name.as_str(), next));
    }
}

/// The record a reference leads to, if the reader may see it.
pub(crate) fn reached<'a>(
    base: Base<'a>,
    reader: Option<&Actor>,
    table: &str,
    id: &str,
) -> Option<&'a Record> {
    let record = base.store.get(base.dictionary, table, id)?;
    let seen = |reader: &Actor| {
        let definition = base.dictionary.table(&record.class);
        definition.is_some_and(|definition| reader.may_on(Deed::Read, definition, record))
    };
    reader.is_none_or(seen).then_some(record)
}

/// The names along a path; none at all where it is too long.
fn hops(path: &str) -> std::iter::Peekable<impl Iterator<Item = &str>> {
    let fits = path.matches('.').count() < HOPS_MAX;
    path.split('.').filter(move |_| fits).peekable()
}

/// The field a path names, without looking at any record.
pub(crate) fn field<'a>(dictionary: &'a Dictionary, table: &str, path: &str) -> Option<&'a Field> {
    along(dictionary, table, path)?.pop()
}

/// The fields along a path, the one it names last.
pub(crate) fn along<'a>(dictionary: &'a Dictionary, table: &str, path: &str) -> Option<Vec<&'a Field>> {
    let mut table = table;
    let mut found = Vec::new();
    let mut hops = hops(path);
    loop {
        let field = dictionary.field(table, hops.next()?)?;
        found.push(field);
        if hops.peek().is_none() {
            return Some(found);
        }
        if field.kind != Kind::Reference {
            return None;
        }
        table = field.to.as_deref()?;
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

/// Follows a path from a record as far as the reader may. `table` is the table asked for, which limits
/// the fields of a child. A path over a field that is closed to the reader names none.
pub(crate) fn from<'a>(
    base: Base<'a>,
    reader: &Actor,
    (table, record): (&str, &'a Record),
    path: &'a str,
) -> Option<Place<'a>> {
    let mut table = table;
    let mut holder = Some(record);
    let mut hops = hops(path);
    loop {
        let name = hops.next()?;
        let field = base.dictionary.field(table, name).filter(|field| reader.may_see(field))?;
        if hops.peek().is_none() {
            return Some(Place { field, name, holder });
        }
        if field.kind != Kind::Reference {
            return None;
        }
        table = field.to.as_deref()?;
        holder = holder.and_then(|record| reached(base, Some(reader), table, record.get(name)));
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

/// The text shown for a row another row refers to; empty where there is no such row.
pub(crate) fn shown<'a>(base: Base<'a>, table: &str, id: &str) -> &'a str {
    let Some(record) = base.store.get(base.dictionary, table, id) else { return "" };
    record.get(base.dictionary.display_field(&record.class).unwrap_or("sys_created_on"))
}

/// The same as a text of its own.
pub(crate) fn label(base: Base<'_>, table: &str, id: &str) -> String {
    shown(base, table, id).to_owned()
}

/// The raw value at the end of a path, catalog variables included.
pub(crate) fn value(base: Base<'_>, table: &str, record: &Record, path: &str) -> String {
    route(base, table, path).map_or_else(String::new, |route| route.value(base, record).to_owned())
}
