//! Findings as JSON. The shape is a promise to programs: members are added, never renamed or taken away
//! (`docs/guides/check.md`).

use serde_json::{Map, Value, json};

use crate::diagnostic::edit::Edit;
use crate::diagnostic::finding::{Diagnostic, Fix, Label};
use crate::diagnostic::source::{Sources, Span};

/// Every finding as one object: `code`, `title`, `severity`, `message`, its place (`path`, `line`, `column`,
/// `end_line`, `end_column`, `start`, `end`), `labels`, `help`, `note`, `fixes`, `docs`.
#[must_use]
pub fn to_json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    diagnostics.iter().map(|diagnostic| one(diagnostic, sources)).collect()
}

fn one(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut finding = Map::from_iter([
        ("code".to_owned(), json!(diagnostic.code.as_str())),
        ("title".to_owned(), json!(diagnostic.code.title())),
        ("severity".to_owned(), json!(diagnostic.severity.as_str())),
        ("message".to_owned(), json!(diagnostic.message)),
    ]);
    finding.extend(place(diagnostic.span(), sources));
    finding.extend([
        ("labels".to_owned(), diagnostic.labels.iter().map(|at| label(at, sources)).collect()),
        ("help".to_owned(), json!(diagnostic.way_out())),
        ("note".to_owned(), json!(diagnostic.note)),
        ("fixes".to_owned(), diagnostic.fixes.iter().filter_map(|of| fix(of, sources)).collect()),
        ("docs".to_owned(), json!(diagnostic.code.page_path())),
    ]);
    Value::Object(finding)
}

fn label(label: &Label, sources: &Sources) -> Value {
    let mut written = Map::from_iter([("text".to_owned(), json!(label.text))]);
    written.extend(place(label.span, sources));
    Value::Object(written)
}

fn fix(fix: &Fix, sources: &Sources) -> Option<Value> {
    let edit = Edit::of(fix, sources)?;
    let mut written = Map::from_iter([("title".to_owned(), json!(fix.title))]);
    written.extend(place(edit.span, sources));
    written.insert("replacement".to_owned(), json!(edit.text));
    Some(Value::Object(written))
}

/// Lines and columns from 1, columns in characters; bytes from 0, the end not included.
fn place(span: Span, sources: &Sources) -> Map<String, Value> {
    let (line, column) = sources.line_column(span.file, span.start);
    let (end_line, end_column) = sources.line_column(span.file, span.end);
    Map::from_iter([
        ("path".to_owned(), json!(sources.path(span.file))),
        ("line".to_owned(), json!(line)),
        ("column".to_owned(), json!(column)),
        ("end_line".to_owned(), json!(end_line)),
        ("end_column".to_owned(), json!(end_column)),
        ("start".to_owned(), json!(span.start)),
        ("end".to_owned(), json!(span.end)),
    ])
}
