//! Compiles decision tables from files of CSV or YAML and from rows in the workflow.
//!
//! A column is `name` or `name:type`. Cells of input columns: `*` anything, `one_of a|b`, `matches
//! regex`, `= text`, bounds of numbers such as `>= 3` and `1..5`, or the value itself. Cells of output columns are values of their column's type; an
//! empty one is null.

use serde_json::Map;

use super::table_cells::{MATCHES, read_cell, read_value};
use super::table_text::{Line, read_lines, written};
use crate::definition::Definition;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::{
    Cell, NoMatch, NoMatchDoc, OutputColumn, Row, Table, TableDoc, Takes, ValueType, unknown_type,
};
use crate::syntax::list;

/// Most regular expressions of one table.
const PATTERNS_MAX: usize = 50;
/// Most rows whose reach is compared, because every pair is.
const ROWS_COMPARED_MAX: usize = 500;
/// Most parts that one row is taken apart into.
const PARTS_MAX: usize = 32;

struct Column {
    name: String,
    kind: ValueType,
    is_input: bool,
    /// Whether its type is known; cells of other columns are not looked at.
    is_typed: bool,
}

/// Compiles a table; absent where something in it was reported.
pub(super) fn compile_table(
    doc: &TableDoc<'_>,
    definition: &Definition,
    found: &mut Vec<Diagnostic>,
) -> Option<Table> {
    let before = found.len();
    let lines = read_lines(doc, definition, found)?;
    let (header, rows) = lines.split_first()?;
    let columns = read_columns(header, doc, found);
    if columns.is_empty() {
        return None;
    }
    let mut table = Table {
        name: doc.key.text.clone(),
        inputs: columns
            .iter()
            .filter(|column| column.is_input)
            .map(|column| (column.name.clone(), column.kind))
            .collect(),
        outputs: columns
            .iter()
            .filter(|column| !column.is_input)
            .map(|column| OutputColumn { name: column.name.clone(), kind: column.kind })
            .collect(),
        rows: Vec::with_capacity(rows.len()),
        takes: doc.takes,
        no_match: NoMatch::Fail,
    };
    let mut places = Vec::with_capacity(rows.len());
    let mut patterns = 0;
    for row in rows {
        patterns += row.cells.iter().filter(|cell| cell.text.starts_with(MATCHES)).count();
        if patterns > PATTERNS_MAX {
            let message = format!("a table has at most {PATTERNS_MAX} regular expressions");
            found.push(Diagnostic::error(Code::WF002, row.span, message));
            return None;
        }
        if let Some(read) = read_row(row, &columns, found) {
            table.rows.push(read);
            places.push(row.span);
        }
    }
    if table.outputs.is_empty() && found.len() == before {
        let message = format!("table `{}` has no output column", table.name);
        found.push(
            Diagnostic::error(Code::WF040, doc.key.span, message).help("name only the inputs in `inputs`"),
        );
    }
    if table.takes == Takes::First {
        report_unreached(&table.rows, &places, found);
    }
    table.no_match = read_no_match(&doc.no_match, &table.outputs, found)?;
    let is_whole = found[before..].iter().all(|finding| finding.code == Code::WF041);
    is_whole.then_some(table)
}

fn read_columns(header: &Line, doc: &TableDoc<'_>, found: &mut Vec<Diagnostic>) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    if let [only] = header.cells.as_slice()
        && only.text.contains(';')
    {
        let message = "columns are separated by commas, and here by `;`";
        found.push(Diagnostic::error(Code::WF040, only.span, message).help("save the file with commas"));
        return columns;
    }
    for cell in &header.cells {
        let (name, kind) = match cell.text.split_once(':') {
            None => (cell.text.as_str(), Some(ValueType::String)),
            Some((name, word)) => {
                let kind = ValueType::parse(word.trim());
                if kind.is_none() {
                    found.push(unknown_type(word.trim(), cell.span));
                }
                (name.trim(), kind)
            }
        };
        if name.is_empty() {
            found.push(Diagnostic::error(Code::WF040, cell.span, "a column has no name"));
        } else if columns.iter().any(|column| column.name == name) {
            found.push(Diagnostic::error(
                Code::WF040,
                cell.span,
                format!("the column `{name}` stands here twice"),
            ));
        }
        let is_input = doc.inputs.iter().any(|node| node.as_str() == Some(name));
        let is_typed = kind.is_some();
        columns.push(Column {
            name: name.to_owned(),
            kind: kind.unwrap_or(ValueType::String),
            is_input,
            is_typed,
        });
    }
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    for node in &doc.inputs {
        let name = node.as_str().unwrap_or_default();
        if names.contains(&name) {
            continue;
        }
        let error = Diagnostic::error(
            Code::WF040,
            node.span,
            format!("table `{}` has no column `{name}`", doc.key.text),
        );
        found.push(match nearest(name, names.iter().copied()) {
            Some(near) => error.did_you_mean(name, near),
            None => error.note(format!("its columns are {}", list(&names))),
        });
    }
    columns
}

fn read_row(row: &Line, columns: &[Column], found: &mut Vec<Diagnostic>) -> Option<Row> {
    if row.cells.len() != columns.len() {
        let message = format!("the row has {} of {} cells", row.cells.len(), columns.len());
        found.push(Diagnostic::error(Code::WF040, row.span, message));
        return None;
    }
    let (mut cells, mut values, mut whole) = (Vec::new(), Vec::new(), true);
    for (cell, column) in row.cells.iter().zip(columns) {
        if !column.is_typed {
            whole = false;
            continue;
        }
        let read = if column.is_input {
            read_cell(cell, column.kind).map(|cell| cells.push(cell))
        } else {
            read_value(cell, column.kind).map(|value| values.push(value))
        };
        if let Err(message) = read {
            whole = false;
            found.push(Diagnostic::error(
                Code::WF040,
                cell.span,
                format!("column `{}`: {message}", column.name),
            ));
        }
    }
    whole.then_some(Row { cells, values })
}

/// Reports rows that never give anything, because earlier ones hold whenever they do.
fn report_unreached(rows: &[Row], places: &[Span], found: &mut Vec<Diagnostic>) {
    for (at, row) in rows.iter().enumerate().take(ROWS_COMPARED_MAX) {
        let parts = parts_of(&row.cells);
        let covering = |part: &Vec<Cell>| {
            let covers =
                |earlier: &Row| earlier.cells.iter().zip(part).all(|(cell, other)| cell.covers(other));
            rows[..at].iter().position(covers)
        };
        let Some(mut covering) = parts.iter().map(covering).collect::<Option<Vec<_>>>() else { continue };
        covering.sort_unstable();
        covering.dedup();
        let mut warning = Diagnostic::warning(Code::WF041, places[at], "this row is never reached");
        let said =
            if covering.len() == 1 { "this one holds whenever it does" } else { "this one holds before it" };
        for earlier in covering {
            warning = warning.label(places[earlier], said);
        }
        found.push(warning);
    }
}

/// The cells of a row with every `one_of` taken apart; the row itself where that would be too many. What
/// holds for anything is not taken apart, because it also holds for what is absent.
fn parts_of(cells: &[Cell]) -> Vec<Vec<Cell>> {
    let mut parts: Vec<Vec<Cell>> = vec![Vec::with_capacity(cells.len())];
    for cell in cells {
        let choices = match cell {
            Cell::OneOf(values) => values.iter().cloned().map(Cell::Equals).collect(),
            cell => vec![cell.clone()],
        };
        if parts.len() * choices.len() > PARTS_MAX {
            return vec![cells.to_vec()];
        }
        let with = |part: &Vec<Cell>, choice: &Cell| [part.as_slice(), std::slice::from_ref(choice)].concat();
        parts = parts.iter().flat_map(|part| choices.iter().map(move |choice| with(part, choice))).collect();
    }
    parts
}

fn read_no_match(
    doc: &NoMatchDoc<'_>,
    outputs: &[OutputColumn],
    found: &mut Vec<Diagnostic>,
) -> Option<NoMatch> {
    let node = match doc {
        NoMatchDoc::Fail => return Some(NoMatch::Fail),
        NoMatchDoc::Skip => return Some(NoMatch::Skip),
        NoMatchDoc::Row(node) => node,
    };
    let entries = node.as_map().unwrap_or_default();
    let names: Vec<_> = outputs.iter().map(|column| column.name.as_str()).collect();
    for entry in entries {
        if !names.contains(&entry.key.text.as_str()) {
            let message = format!("the table has no output column `{}`", entry.key.text);
            let error = Diagnostic::error(Code::WF040, entry.key.span, message);
            found.push(match nearest(&entry.key.text, names.iter().copied()) {
                Some(near) => error.did_you_mean(&entry.key.text, near),
                None => error.note(format!("its output columns are {}", list(&names))),
            });
        }
    }
    let mut row = Map::new();
    for column in outputs {
        let Some(entry) = node.get(&column.name) else {
            let message = format!("the row of `no_match` has no `{}`", column.name);
            found.push(Diagnostic::error(Code::WF040, node.span, message));
            continue;
        };
        match read_value(&written(&entry.value), column.kind) {
            Ok(value) => _ = row.insert(column.name.clone(), value),
            Err(message) => found.push(Diagnostic::error(Code::WF040, entry.value.span, message)),
        }
    }
    Some(NoMatch::Row(row))
}
