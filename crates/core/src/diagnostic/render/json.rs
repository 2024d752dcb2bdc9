//! Findings as JSON, with lines and columns and byte ranges.

use serde_json::{Value, json};

use crate::diagnostic::finding::{Diagnostic, Label};
use crate::diagnostic::source::Sources;

/// Every finding as one object: `code`, `title`, `severity`, `message`, `path`, `line`, `column`, `labels`,
/// `help`, `note`.
#[must_use]
pub fn to_json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    diagnostics.iter().map(|diagnostic| one(diagnostic, sources)).collect()
}

fn one(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let span = diagnostic.span();
    let (line, column) = sources.line_column(span.file, span.start);
    json!({
        "code": diagnostic.code.as_str(),
        "title": diagnostic.code.title(),
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "path": sources.path(span.file),
        "line": line,
        "column": column,
        "labels": diagnostic.labels.iter().map(|label| place(label, sources)).collect::<Vec<_>>(),
        "help": diagnostic.help,
        "note": diagnostic.note,
    })
}

fn place(label: &Label, sources: &Sources) -> Value {
    let span = label.span;
    let (line, column) = sources.line_column(span.file, span.start);
    let (end_line, end_column) = sources.line_column(span.file, span.end);
    json!({
        "text": label.text,
        "path": sources.path(span.file),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "start": span.start,
        "end": span.end,
    })
}
