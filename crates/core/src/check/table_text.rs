//! The text of a decision table, from CSV, from a YAML file or from the workflow: the header and the rows
//! as cells with their places.

use serde_json::Value;

use super::files::open_file;
use super::table_csv::{CsvCell, Most, read_records};
use crate::definition::Definition;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::{RowsDoc, TableDoc, read_table_file};
use crate::syntax::{Node, NodeKind, is_readable, items, kind, list, parse};

/// Most rows of one table.
const ROWS_MAX: usize = 2_000;
/// Most columns of one table.
const COLUMNS_MAX: usize = 100;

/// A cell as it was written.
pub(super) struct Written {
    pub(super) text: String,
    /// The value, where it was typed in YAML and is no text.
    pub(super) typed: Option<Value>,
    pub(super) span: Span,
}

/// A line of cells.
pub(super) struct Line {
    pub(super) cells: Vec<Written>,
    /// Where it begins.
    pub(super) span: Span,
}

/// The lines of a table, the header first; absent where nothing can be said about them.
pub(super) fn read_lines(
    doc: &TableDoc<'_>,
    definition: &Definition,
    found: &mut Vec<Diagnostic>,
) -> Option<Vec<Line>> {
    let lines = match &doc.rows {
        RowsDoc::Missing => return None,
        RowsDoc::Inline { columns, rows } => read_yaml(doc, columns, rows, found),
        RowsDoc::File(node) => {
            let (file, text) = open_file(node, definition, found)?;
            let name = node.as_str().unwrap_or_default();
            if name.ends_with(".yaml") || name.ends_with(".yml") {
                let (root, mut in_file) = parse(text, file);
                if root.is_none() && in_file.is_empty() {
                    let at = Span { file, ..Span::point(0) };
                    in_file.push(Diagnostic::error(Code::WF001, at, "the file is empty"));
                }
                found.append(&mut in_file);
                let root = root?;
                let (columns, rows) = read_table_file(&root, found)?;
                read_yaml(doc, columns, rows, found)
            } else {
                if !is_readable(text, file, found) {
                    return None;
                }
                // The header, and the first row and the first column that are too many.
                let most = Most { records: ROWS_MAX + 2, cells: COLUMNS_MAX + 1 };
                let records = read_records(text, file, most, found);
                if records.is_empty() {
                    let at = Span { file, ..Span::point(0) };
                    let message = "the file has no header: its first line names the columns";
                    found.push(Diagnostic::error(Code::WF040, at, message));
                }
                let cell = |cell: CsvCell| Written {
                    text: cell.text.trim().to_owned(),
                    typed: None,
                    span: cell.span,
                };
                let line = |cells: Vec<CsvCell>| {
                    let span = cells.first().map_or(Span { file, ..Span::point(0) }, |cell| cell.span);
                    Line { cells: cells.into_iter().map(cell).collect(), span }
                };
                records.into_iter().map(line).collect()
            }
        }
    };
    if let Some(beyond) = lines.get(ROWS_MAX + 1) {
        let message = format!("a table has at most {ROWS_MAX} rows");
        found.push(Diagnostic::error(Code::WF002, beyond.span, message));
        return None;
    }
    if let Some(beyond) = lines.iter().find_map(|line| line.cells.get(COLUMNS_MAX)) {
        let message = format!("a table has at most {COLUMNS_MAX} columns");
        found.push(Diagnostic::error(Code::WF002, beyond.span, message));
        return None;
    }
    Some(lines)
}

fn read_yaml(doc: &TableDoc<'_>, columns: &Node, rows: &Node, found: &mut Vec<Diagnostic>) -> Vec<Line> {
    let header: Vec<_> = items(columns, "columns", found).iter().map(written).collect();
    let names: Vec<String> = header.iter().map(|cell| column_name(&cell.text).to_owned()).collect();
    let mut lines = vec![Line { cells: header, span: columns.span }];
    for row in items(rows, "rows", found) {
        let cells = match &row.kind {
            NodeKind::Map(_) => read_named(doc, &names, row, found),
            NodeKind::List(cells) => cells.iter().map(written).collect(),
            NodeKind::Scalar(_) => {
                found.push(kind(row, "a row", "a list of cells, or a map of them by column"));
                continue;
            }
        };
        lines.push(Line { cells, span: row.span });
    }
    lines
}

/// A row whose cells stand by the names of their columns. An input that is left out holds for anything, an
/// output is null.
fn read_named(doc: &TableDoc<'_>, names: &[String], row: &Node, found: &mut Vec<Diagnostic>) -> Vec<Written> {
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    for entry in row.as_map().unwrap_or_default() {
        let key = entry.key.text.as_str();
        if !known.contains(&key) {
            let message = format!("table `{}` has no column `{key}`", doc.key.text);
            let error = Diagnostic::error(Code::WF040, entry.key.span, message);
            found.push(match nearest(key, known.iter().copied()) {
                Some(near) => error.did_you_mean(key, near),
                None => error.note(format!("its columns are {}", list(&known))),
            });
        }
    }
    let cell = |name: &&str| match row.get(name) {
        Some(entry) => written(&entry.value),
        None if doc.inputs.iter().any(|input| input.as_str() == Some(name)) => {
            Written { text: "*".to_owned(), typed: None, span: row.span }
        }
        None => Written { text: String::new(), typed: Some(Value::Null), span: row.span },
    };
    known.iter().map(cell).collect()
}

/// The name of a column without its type.
pub(super) fn column_name(text: &str) -> &str {
    text.split_once(':').map_or(text, |(name, _)| name).trim()
}

/// A cell of YAML.
pub(super) fn written(node: &Node) -> Written {
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            let typed = (!scalar.value.is_string()).then(|| scalar.value.clone());
            Written { text: scalar.text.trim().to_owned(), typed, span: node.span }
        }
        NodeKind::List(_) | NodeKind::Map(_) => {
            Written { text: node.word().to_owned(), typed: Some(node.to_value()), span: node.span }
        }
    }
}
