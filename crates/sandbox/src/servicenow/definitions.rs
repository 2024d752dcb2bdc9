//! What rows of `sys_db_object`, `sys_dictionary` and `sys_choice` make of tables, columns and choices.
//!
//! Owns how such rows are read. An instance begins with the embedded tables and the rows that describe
//! them; what a row says differently holds from the moment it is written. Stores nothing.
//! Source: reference section 1. A table with choices of its own for a column does not offer those of the
//! table it extends. Columns the platform ships cannot be removed here.

use std::sync::Arc;

use crate::servicenow::dictionary::{Dictionary, Field, Kind, Table};
use crate::servicenow::platform;
use crate::servicenow::shape::Shape;
use crate::servicenow::store::{Record, Store};

/// The tables whose rows define others, in the order in which they build on each other.
const DEFINING: [&str; 3] = ["sys_db_object", "sys_dictionary", "sys_choice"];
/// Longest name of a table or column.
const NAME_MAX: usize = 80;

/// Whether rows of the class say what tables are.
pub(crate) fn are_defined_by(class: &str) -> bool {
    DEFINING.contains(&class)
}

/// The tables of an instance of that shape with what its rows say differently from those it began with.
pub(crate) fn of(shape: Shape, store: &Store) -> Arc<Dictionary> {
    let mut dictionary = Dictionary::shared(shape);
    let shipped = Dictionary::shaped(shape);
    for class in DEFINING.into_iter().filter(|class| store.is_written(class)) {
        let first = |id: &str| platform::rows(class).and_then(|rows| rows.get(id));
        let changed = store.all(shipped, class).filter(|row| first(row.id()) != Some(row));
        let began = platform::rows(class).into_iter().flat_map(|rows| rows.values());
        let gone = began.filter(|row| store.get(shipped, class, row.id()).is_none());
        for row in changed.chain(gone) {
            apply(&mut dictionary, (shipped, store), row);
        }
    }
    dictionary
}

/// Takes note of a row that was written or removed: the store says which.
pub(crate) fn apply(dictionary: &mut Arc<Dictionary>, (shipped, store): (&Dictionary, &Store), row: &Record) {
    let name = row.get("name");
    match (row.class.as_str(), row.get("element")) {
        ("sys_db_object", _) => table(Arc::make_mut(dictionary), (shipped, store), name),
        ("sys_dictionary", element) => column(Arc::make_mut(dictionary), (shipped, store), (name, element)),
        ("sys_choice", element) if dictionary.field(name, element).is_some() => {
            choices(Arc::make_mut(dictionary), store, name, element);
        }
        _ => {}
    }
}

/// Whether a table or column may be called that.
fn is_name(text: &str) -> bool {
    text.len() <= NAME_MAX
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A table is made, named anew or removed.
fn table(dictionary: &mut Dictionary, (shipped, store): (&Dictionary, &Store), name: &str) {
    let row = store.find(shipped, "sys_db_object", "name", name);
    match (row, dictionary.table_mut(name)) {
        (Some(row), Some(table)) => table.label = row.get("label").to_owned(),
        (Some(row), None) if is_name(name) => {
            let above =
                store.get(shipped, "sys_db_object", row.get("super_class")).map(|row| row.get("name"));
            let above = above.and_then(|above| dictionary.table(above));
            let table = Table::written(name, row.get("label"), above, row.get("is_extendable") == "true");
            dictionary.add(table);
        }
        (None, Some(_)) if shipped.table(name).is_none() => dictionary.remove(name),
        _ => {}
    }
}

/// A column is made, described anew or removed, here and in the tables that inherit it.
fn column(
    dictionary: &mut Dictionary,
    (shipped, store): (&Dictionary, &Store),
    (name, element): (&str, &str),
) {
    let mut rows = store.having(shipped, "sys_dictionary", "name", name);
    let row = rows.find(|row| row.get("element") == element);
    if element.is_empty() {
        if let (Some(row), Some(table)) = (row, dictionary.table_mut(name)) {
            table.audit = row.get("audit") == "true";
        }
        return;
    }
    let first = shipped.field(name, element);
    let row = row.filter(|row| row.get("active") != "false");
    if (row.is_none() && first.is_some()) || !is_name(element) {
        return;
    }
    for table in dictionary.family(name).to_vec() {
        let inherits = match (first, shipped.field(&table, element)) {
            (Some(first), Some(own)) => first.is_like(own),
            (None, Some(_)) => false,
            (_, None) => true,
        };
        if !inherits {
            continue;
        }
        let field = row.map(|row| {
            let began = first.is_some().then(|| platform::rows("sys_dictionary")?.get(row.id())).flatten();
            let mut field = shipped.field(&table, element).or(first).cloned().unwrap_or_default();
            describe(&mut field, row, began);
            (field.table, field.name) = (table.clone(), element.to_owned());
            if let Some(known) = dictionary.field(&table, element) {
                field.choices.clone_from(&known.choices);
                field.retired.clone_from(&known.retired);
            }
            field
        });
        let Some(table) = dictionary.table_mut(&table) else { continue };
        match field {
            Some(field) => {
                table.fields.insert(element.to_owned(), field);
            }
            None => {
                table.fields.shift_remove(element);
            }
        }
    }
    if row.is_some() {
        choices(dictionary, store, name, element);
    }
}

/// What a row says of a column, where it says something else than the row the column began with.
fn describe(field: &mut Field, row: &Record, began: Option<&Record>) {
    let says = |name: &str| began.is_none_or(|began| began.get(name) != row.get(name));
    let flag = |name: &str| row.get(name) == "true";
    if says("column_label") {
        field.label = row.get("column_label").to_owned();
    }
    if says("internal_type") {
        field.kind = Kind::of_internal_type(row.get("internal_type"));
    }
    if says("reference") {
        field.to = Some(row.get("reference").to_owned()).filter(|to| !to.is_empty());
    }
    if says("max_length") {
        field.length = row.get("max_length").parse().ok();
    }
    if says("read_only") {
        field.read_only = flag("read_only");
    }
    if says("unique") {
        field.unique = flag("unique");
    }
    if says("mandatory") {
        (field.mandatory, field.demanded) = (flag("mandatory"), flag("mandatory"));
    }
    if says("default_value") {
        field.default = match row.get("default_value") {
            now if now.starts_with("javascript:gs.nowDateTime(") => "@now".to_owned(),
            me if me.starts_with("javascript:gs.getUserID(") => "@me".to_owned(),
            // Scripts are not run.
            script if script.starts_with("javascript:") => String::new(),
            value => value.to_owned(),
        };
    }
}

/// The choices of a column, in its table and in those that extend it and have none of their own.
fn choices(dictionary: &mut Dictionary, store: &Store, name: &str, element: &str) {
    let own = |table: &str| -> Vec<(String, Record)> {
        let rows = store.having(Dictionary::embedded(), "sys_choice", "name", table);
        let rows =
            rows.filter(|row| row.get("element") == element && matches!(row.get("language"), "" | "en"));
        rows.map(|row| (row.get("value").to_owned(), row.clone())).collect()
    };
    for table in dictionary.family(name).to_vec() {
        let mut rows = own(&table);
        rows.sort_by_key(|(_, row)| row.get("sequence").parse::<i64>().unwrap_or(i64::MAX));
        let (offered, retired) = if rows.is_empty() {
            let above = dictionary.table(&table).and_then(|table| table.parent.clone());
            let above = above.and_then(|above| dictionary.field(&above, element));
            above.map(|field| (field.choices.clone(), field.retired.clone())).unwrap_or_default()
        } else {
            let (retired, offered): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|(_, row)| row.get("inactive") == "true");
            (labels(offered), labels(retired))
        };
        let table = dictionary.table_mut(&table);
        if let Some(field) = table.and_then(|table| table.fields.get_mut(element)) {
            (field.choices, field.retired) = (offered, retired);
        }
    }
}

fn labels<L: FromIterator<(String, String)>>(rows: Vec<(String, Record)>) -> L {
    let label = |value: &str, row: &Record| match row.get("label") {
        "" => value.to_owned(),
        label => label.to_owned(),
    };
    rows.into_iter().map(|(value, row)| (value.clone(), label(&value, &row))).collect()
}
