//! Compiles decision tables from CSV files and from rows in the workflow.
//!
//! A column is `name` or `name:type`. Cells of input columns: `*` anything, `one_of a|b`, `matches
//! regex`, `= text`, or the value itself. Cells of output columns are values of their column's type; an
//! empty one is null.

use serde_json::{Map, Value};

use crate::definition::Definition;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::{
    Cell, NoMatch, NoMatchDoc, OutputColumn, Row, RowsDoc, Table, TableDoc, ValueType, unknown_type,
};
use crate::syntax::{Node, NodeKind, is_readable, items, list};

/// Most columns of one table.
const COLUMNS_MAX: usize = 100;
/// Most rows of one table.
const ROWS_MAX: usize = 2_000;
/// Most regular expressions of one table, and most bytes that one compiles to: a small text can be a large one.
const PATTERNS_MAX: usize = 100;
const PATTERN_BYTES_MAX: usize = 1 << 20;
/// Most rows whose reach is compared, because every pair is.
const ROWS_COMPARED_MAX: usize = 500;

/// What begins a cell that is a regular expression.
const MATCHES: &str = "matches ";

/// A cell as it was written.
struct Written {
    text: String,
    /// The value, where it was typed in the workflow and is no text.
    typed: Option<Value>,
    span: Span,
}

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
    let rows = match &doc.rows {
        RowsDoc::File(node) => read_csv(node, definition, found)?,
        RowsDoc::Inline { columns, rows } => read_inline(columns, rows, found),
        RowsDoc::Missing => return None,
    };
    let (header, rows) = rows.split_first()?;
    let columns = read_columns(header, doc, found);
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
        no_match: NoMatch::Fail,
    };
    let mut places = Vec::with_capacity(rows.len());
    let mut patterns = 0;
    for row in rows {
        let place = row.first().map_or(doc.key.span, |cell| cell.span);
        patterns += row.iter().filter(|cell| cell.text.starts_with(MATCHES)).count();
        if patterns > PATTERNS_MAX {
            let message = format!("a table has at most {PATTERNS_MAX} regular expressions");
            found.push(Diagnostic::error(Code::WF002, place, message));
            return None;
        }
        if let Some(row) = read_row(row, &columns, place, found) {
            table.rows.push(row);
            places.push(place);
        }
    }
    if table.outputs.is_empty() && found.len() == before {
        let message = format!("table `{}` has no output column", table.name);
        found.push(
            Diagnostic::error(Code::WF040, doc.key.span, message).help("name only the inputs in `inputs`"),
        );
    }
    report_unreached(&table.rows, &places, found);
    table.no_match = read_no_match(&doc.no_match, &table.outputs, found)?;
    let is_whole = found[before..].iter().all(|finding| finding.code == Code::WF041);
    is_whole.then_some(table)
}

/// Whether a name stays inside the folder it is relative to.
pub(super) fn stays_inside(name: &str) -> bool {
    !name.contains(['\\', ':', '\0']) && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn read_csv(node: &Node, definition: &Definition, found: &mut Vec<Diagnostic>) -> Option<Vec<Vec<Written>>> {
    let name = node.as_str()?;
    if !stays_inside(name) {
        let message = format!("`{name}` is not a file in the folder of the workflow");
        let help = "name it relative to that folder, without `..`";
        found.push(Diagnostic::error(Code::WF042, node.span, message).help(help));
        return None;
    }
    let Some((file, text)) = definition.file(name) else {
        let error = Diagnostic::error(Code::WF042, node.span, format!("the file `{name}` is not there"));
        found.push(match nearest(name, definition.files.keys().map(String::as_str)) {
            Some(near) => error.did_you_mean(name, near),
            None => error.help("files are named relative to the folder of the workflow"),
        });
        return None;
    };
    if !is_readable(text, file, found) {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let at = error.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
                let span = Span { file, ..Span::point(at.min(text.len())) };
                found.push(Diagnostic::error(
                    Code::WF040,
                    span,
                    "this is not CSV: every quote must be closed",
                ));
                return None;
            }
        };
        if rows.len() > ROWS_MAX {
            let message = format!("a table has at most {ROWS_MAX} rows");
            found.push(Diagnostic::error(Code::WF002, Span { file, ..Span::point(0) }, message));
            return None;
        }
        if record.len() > COLUMNS_MAX {
            let message = format!("a table has at most {COLUMNS_MAX} columns");
            found.push(Diagnostic::error(Code::WF002, Span { file, ..Span::point(0) }, message));
            return None;
        }
        let at = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        rows.push(place_cells(&record, text, Span { file, ..Span::point(at) }));
    }
    if rows.is_empty() {
        let message = format!("the file `{name}` has no header");
        found.push(Diagnostic::error(Code::WF040, node.span, message));
    }
    Some(rows)
}

/// The cells of a record with their places; a quoted cell may stand at the place of its row.
fn place_cells(record: &csv::StringRecord, text: &str, row: Span) -> Vec<Written> {
    let mut at = text[row.start..]
        .find(|next| next != '\n' && next != '\r')
        .map_or(row.start, |skip| row.start + skip);
    let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    record
        .iter()
        .map(|cell| {
            let line = text.get(at..line_end).unwrap_or_default();
            let span = match line.find(cell) {
                Some(skip) => Span { start: at + skip, end: at + skip + cell.len(), ..row },
                None => Span { start: at, end: at, ..row },
            };
            at = line_end.min(
                span.end
                    + text
                        .get(span.end..line_end)
                        .and_then(|rest| rest.find(','))
                        .map_or(0, |comma| comma + 1),
            );
            Written { text: cell.trim().to_owned(), typed: None, span }
        })
        .collect()
}

fn read_inline(columns: &Node, rows: &Node, found: &mut Vec<Diagnostic>) -> Vec<Vec<Written>> {
    let columns = items(columns, "columns", found);
    if let Some(first) = columns.get(COLUMNS_MAX) {
        let message = format!("a table has at most {COLUMNS_MAX} columns");
        found.push(Diagnostic::error(Code::WF002, first.span, message));
        return Vec::new();
    }
    let mut read = vec![columns.iter().map(written).collect()];
    for row in items(rows, "rows", found) {
        read.push(items(row, "a row", found).iter().map(written).collect());
    }
    if read.len() > ROWS_MAX + 1 {
        let message = format!("a table has at most {ROWS_MAX} rows");
        found.push(Diagnostic::error(Code::WF002, rows.span, message));
    }
    read
}

fn written(node: &Node) -> Written {
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            let typed = (!scalar.value.is_string()).then(|| scalar.value.clone());
            Written { text: scalar.text.trim().to_owned(), typed, span: node.span }
        }
        NodeKind::List(_) | NodeKind::Map(_) => {
            Written { text: String::new(), typed: Some(node.to_value()), span: node.span }
        }
    }
}

fn read_columns(header: &[Written], doc: &TableDoc<'_>, found: &mut Vec<Diagnostic>) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for cell in header {
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

fn read_row(row: &[Written], columns: &[Column], place: Span, found: &mut Vec<Diagnostic>) -> Option<Row> {
    if row.len() != columns.len() {
        let message = format!("the row has {} of {} cells", row.len(), columns.len());
        found.push(Diagnostic::error(Code::WF040, place, message));
        return None;
    }
    let (mut cells, mut values, mut whole) = (Vec::new(), Vec::new(), true);
    for (cell, column) in row.iter().zip(columns) {
        if !column.is_typed {
            whole = false;
            continue;
        }
        let read = if column.is_input {
            read_cell(cell, column).map(|cell| cells.push(cell))
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

fn read_cell(cell: &Written, column: &Column) -> Result<Cell, String> {
    if cell.typed.is_some() {
        return read_value(cell, column.kind).map(Cell::Equals);
    }
    let text = cell.text.as_str();
    if text == "*" {
        return Ok(Cell::Any);
    }
    if text.is_empty() {
        return Err(
            "an empty cell says nothing; write `*` for anything and `=` for the empty text".to_owned()
        );
    }
    if let Some(exact) = text.strip_prefix('=') {
        return column.kind.from_text(exact.trim()).map(Cell::Equals);
    }
    if let Some(many) = text.strip_prefix("one_of ") {
        let values: Result<Vec<_>, _> =
            many.split('|').map(|one| column.kind.from_text(one.trim())).collect();
        return values.map(Cell::OneOf);
    }
    if let Some(pattern) = text.strip_prefix(MATCHES) {
        if column.kind != ValueType::String {
            return Err(format!("`matches` is for texts, and the column is of type {}", column.kind));
        }
        let pattern = pattern.trim();
        let compiled =
            regex::RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(PATTERN_BYTES_MAX).build();
        return compiled
            .map(Cell::Matches)
            .map_err(|_| format!("the regular expression `{pattern}` does not compile"));
    }
    column.kind.from_text(text).map(Cell::Equals)
}

fn read_value(cell: &Written, kind: ValueType) -> Result<Value, String> {
    match &cell.typed {
        Some(Value::Null) => Ok(Value::Null),
        Some(value) if kind.accepts(value) => Ok(value.clone()),
        Some(_) => Err(format!("`{}` is not of type {kind}", cell.text)),
        None if cell.text.is_empty() => Ok(Value::Null),
        None => kind.from_text(&cell.text),
    }
}

fn report_unreached(rows: &[Row], places: &[Span], found: &mut Vec<Diagnostic>) {
    for (at, row) in rows.iter().enumerate().take(ROWS_COMPARED_MAX) {
        let covers =
            |earlier: &Row| earlier.cells.iter().zip(&row.cells).all(|(cell, other)| cell.covers(other));
        if let Some(earlier) = rows[..at].iter().position(covers) {
            found.push(
                Diagnostic::warning(Code::WF041, places[at], "this row is never reached")
                    .label(places[earlier], "this one holds whenever it does"),
            );
        }
    }
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
