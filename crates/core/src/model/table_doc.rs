//! The parsed text of a decision table, before its rows are read.

use super::table::Takes;
use super::words::{check_name, read_word};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::{Fields, Key, Keys, Node, items, text};

pub(crate) const TABLE_KEYS: Keys = Keys {
    what: "a table",
    known: &["file", "inputs", "columns", "rows", "match", "no_match"],
    foreign: &[
        ("default", "`no_match`"),
        ("else", "`no_match`"),
        ("outputs", "nothing: what is no input is an output"),
    ],
};

/// The top of a table file in YAML.
pub(crate) const TABLE_FILE_KEYS: Keys = Keys {
    what: "a table file",
    known: &["columns", "rows"],
    foreign: &[("inputs", "nothing: the workflow names them"), ("table", "nothing: the workflow names it")],
};

/// A decision table.
#[derive(Debug)]
pub(crate) struct TableDoc<'t> {
    pub(crate) key: &'t Key,
    /// Names of the input columns.
    pub(crate) inputs: Vec<&'t Node>,
    pub(crate) rows: RowsDoc<'t>,
    pub(crate) takes: Takes,
    pub(crate) no_match: NoMatchDoc<'t>,
}

/// Where the rows stand.
#[derive(Debug)]
pub(crate) enum RowsDoc<'t> {
    /// In a file of CSV or YAML, named relative to the workflow.
    File(&'t Node),
    /// Here: the header and the rows.
    Inline { columns: &'t Node, rows: &'t Node },
    /// Nowhere; reported.
    Missing,
}

/// What is written for `no_match`.
#[derive(Debug)]
pub(crate) enum NoMatchDoc<'t> {
    /// `fail`, also when nothing is written.
    Fail,
    /// `skip`.
    Skip,
    /// A row of last resort.
    Row(&'t Node),
}

pub(super) fn read_tables<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Vec<TableDoc<'t>> {
    let Some(tables) = Fields::any(node, "`tables`", found) else { return Vec::new() };
    tables.entries().iter().filter_map(|entry| read_table(&entry.key, &entry.value, found)).collect()
}

fn read_table<'t>(key: &'t Key, node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<TableDoc<'t>> {
    check_name(key, found);
    let fields = Fields::open(node, &TABLE_KEYS, found)?;
    let takes =
        fields.get("match").and_then(|entry| read_word(&entry.value, "match", &["first", "all"], found));
    let takes = if takes == Some(1) { Takes::All } else { Takes::First };
    let inputs = match fields.need("inputs", found) {
        Some(node) => {
            items(node, "inputs", found).iter().filter(|item| text(item, "inputs", found).is_some()).collect()
        }
        None => Vec::new(),
    };
    Some(TableDoc {
        key,
        inputs,
        takes,
        rows: read_rows(&fields, found),
        no_match: read_no_match(&fields, found),
    })
}

/// Reads the top of a table file in YAML: its header and its rows.
pub(crate) fn read_table_file<'t>(
    root: &'t Node,
    found: &mut Vec<Diagnostic>,
) -> Option<(&'t Node, &'t Node)> {
    let fields = Fields::open(root, &TABLE_FILE_KEYS, found)?;
    let (columns, rows) = (fields.need("columns", found), fields.need("rows", found));
    Some((columns?, rows?))
}

fn read_rows<'t>(fields: &Fields<'t>, found: &mut Vec<Diagnostic>) -> RowsDoc<'t> {
    let (columns, rows) = (fields.get("columns"), fields.get("rows"));
    match (fields.text("file", found), columns, rows) {
        (Some(file), None, None) => RowsDoc::File(file),
        (None, Some(columns), Some(rows)) => RowsDoc::Inline { columns: &columns.value, rows: &rows.value },
        _ => {
            let message = "a table has either `file` or `columns` with `rows`";
            found.push(Diagnostic::error(Code::WF011, fields.span(), message));
            RowsDoc::Missing
        }
    }
}

fn read_no_match<'t>(fields: &Fields<'t>, found: &mut Vec<Diagnostic>) -> NoMatchDoc<'t> {
    let Some(entry) = fields.get("no_match") else { return NoMatchDoc::Fail };
    if entry.value.as_map().is_some() {
        return NoMatchDoc::Row(&entry.value);
    }
    match read_word(&entry.value, "no_match", &["fail", "skip"], found) {
        Some(1) => NoMatchDoc::Skip,
        _ => NoMatchDoc::Fail,
    }
}
