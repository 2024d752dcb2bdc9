//! Compiles mappings: finds their text, knows both records, and hands each field on.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::compile::Compiler;
use super::files::open_file;
use super::mapping_around::Around;
use super::mapping_field::compile_field;
use super::mapping_record::RecordShape;
use super::mapping_sides::Sides;
use super::uses::Use;
use super::world::{Meaning, closed_map, map_of};
use crate::diagnostic::{Code, Diagnostic, Severity, Span, nearest};
use crate::mapping::Mapping;
use crate::model::{MappingBody, MappingDoc, MappingPlace, read_mapping_file, read_mappings};
use crate::syntax::{Key, Node, list, parse};

/// The mappings of a workflow.
#[derive(Default)]
pub(super) struct Mappings<'t> {
    /// The names of all that are declared.
    pub(super) names: Vec<&'t Key>,
    /// Those that compiled, by name.
    pub(super) compiled: IndexMap<String, CompiledMapping>,
    /// The tables that they name in `values`.
    pub(super) tables: HashSet<String>,
}

impl Mappings<'_> {
    /// What the blueprint holds of them.
    pub(super) fn into_blueprint(self) -> IndexMap<String, Mapping> {
        self.compiled.into_iter().map(|(name, compiled)| (name, compiled.mapping)).collect()
    }
}

/// Compiles every mapping of a workflow.
pub(super) fn compile_mappings<'t>(
    node: Option<&'t Node>,
    around: &Around<'_>,
    found: &mut Vec<Diagnostic>,
) -> Mappings<'t> {
    let mut mappings = Mappings::default();
    let docs = node.map_or_else(Vec::new, |node| read_mappings(node, found));
    for doc in &docs {
        let compiled = compile_mapping(doc, around, found);
        mappings.names.push(doc.key);
        mappings.tables.extend(compiled.tables);
        if let Some(mapping) = compiled.mapping {
            mappings.compiled.insert(doc.key.text.clone(), mapping);
        }
    }
    mappings
}

/// A mapping with what is known of it.
pub(super) struct CompiledMapping {
    /// What is evaluated.
    pub(super) mapping: Mapping,
    /// The schema of its output.
    pub(super) output: Value,
    /// The fields of its source that it reads, each once.
    pub(super) reads: Vec<String>,
}

/// What a mapping came to, and which tables it names.
struct Compiled {
    /// Absent where something in it was reported.
    mapping: Option<CompiledMapping>,
    /// The tables that it names in `values`.
    tables: Vec<String>,
}

fn compile_mapping(doc: &MappingDoc<'_>, around: &Around<'_>, found: &mut Vec<Diagnostic>) -> Compiled {
    let nothing = Compiled { mapping: None, tables: Vec::new() };
    match &doc.place {
        MappingPlace::Missing => nothing,
        MappingPlace::Inline(body) => compile_body(&doc.key.text, body, around, found),
        MappingPlace::File(node) => {
            let Some((file, text)) = open_file(node, around.definition, found) else { return nothing };
            let (root, mut in_file) = parse(text, file);
            if root.is_none() && in_file.is_empty() {
                let at = Span { file, ..Span::point(0) };
                in_file.push(Diagnostic::error(Code::WF001, at, "the file is empty"));
            }
            let is_read = in_file.is_empty();
            found.append(&mut in_file);
            let Some(body) = root.as_ref().and_then(|root| read_mapping_file(root, found)) else {
                return nothing;
            };
            let compiled = compile_body(&doc.key.text, &body, around, found);
            Compiled { mapping: compiled.mapping.filter(|_| is_read), ..compiled }
        }
    }
}

fn compile_body(
    name: &str,
    body: &MappingBody<'_>,
    around: &Around<'_>,
    found: &mut Vec<Diagnostic>,
) -> Compiled {
    let before = found.len();
    let mut record = |node: Option<&_>| {
        let node: &Node = node?;
        RecordShape::named(around, node.as_str()?, node, &body.custom_fields, found)
    };
    let sides =
        Sides { from: record(body.from).map(RecordShape::when_read), to: record(body.to), body, around };
    let (mut fields, mut gives, mut tables) = (Vec::new(), Vec::new(), Vec::new());
    let mut reads = Vec::new();
    for doc in &body.fields {
        let mut compiler = Compiler::default();
        let compiled = compile_field(doc, &sides, &mut compiler, found);
        found.append(&mut compiler.found);
        compiler.uses.iter().for_each(|one| report_use(one, &sides, found));
        reads.extend(compiler.uses.iter().filter_map(source_field));
        tables.extend(compiled.tables);
        gives.push((doc.key.text.clone(), compiled.types.schema(), compiled.always));
        fields.extend(compiled.field);
    }
    report_unfilled(&sides, found);
    let is_clean = found[before..].iter().all(|finding| finding.severity != Severity::Error);
    let mapping = match (&sides.from, &sides.to) {
        (Some(from), Some(to)) if is_clean => {
            let mapping =
                Mapping { name: name.to_owned(), from: from.name.to_owned(), to: to.name.to_owned(), fields };
            reads.sort_unstable();
            reads.dedup();
            Some(CompiledMapping { mapping, output: output(gives), reads })
        }
        _ => None,
    };
    Compiled { mapping, tables }
}

/// The field of the source that is read.
fn source_field(one: &Use) -> Option<String> {
    let name = one.reference.name(1).filter(|_| one.reference.root() == Some("source"));
    name.map(str::to_owned)
}

/// The schema of what a step that maps gives.
fn output(fields: Vec<(String, Value, bool)>) -> Value {
    let text = || serde_json::json!({ "type": "string" });
    let note = closed_map([
        ("field".to_owned(), text()),
        ("value".to_owned(), serde_json::json!({})),
        ("reason".to_owned(), serde_json::json!({ "enum": ["no_match", "ambiguous"] })),
    ]);
    let notes = serde_json::json!({ "type": "array", "items": note });
    closed_map([
        ("target".to_owned(), map_of(fields)),
        ("flagged".to_owned(), notes.clone()),
        ("deferred".to_owned(), notes),
    ])
}

/// Reports what an expression of a mapping reads and is not there.
fn report_use(one: &Use, sides: &Sides<'_, '_>, found: &mut Vec<Diagnostic>) {
    const ROOTS: [&str; 2] = ["source", "settings"];
    match (one.reference.root(), sides.meaning(&one.reference)) {
        (Some("source"), Meaning::Missing { name, known }) => {
            let Some(from) = &sides.from else { return };
            if one.reference.name(1) == Some(name.as_str()) {
                found.push(from.unknown(&name, one.span));
                return;
            }
            let message = format!("`{}` has no field `{name}`", one.reference.text);
            let error = Diagnostic::error(Code::WF048, one.span, message);
            found.push(match nearest(&name, known.iter().copied()) {
                Some(near) => error.did_you_mean(&name, near),
                None => error,
            });
        }
        (Some("settings"), Meaning::Missing { name, known }) => {
            let message = format!("there is no setting `{name}`");
            let error = Diagnostic::error(Code::WF022, one.span, message);
            found.push(match nearest(&name, known.iter().copied()) {
                Some(near) => error.did_you_mean(&name, near),
                None => error.help("declare it under `settings`"),
            });
        }
        (Some("source" | "settings"), _) => {}
        (root, _) => {
            let root = root.unwrap_or_default();
            let message = format!("there is no root `{root}` in a mapping");
            let error = Diagnostic::error(Code::WF022, one.span, message);
            found.push(match nearest(root, ROOTS) {
                Some(near) => error.did_you_mean(root, near),
                None => error.note(format!("the roots here are {}", list(&ROOTS))),
            });
        }
    }
}

/// Reports fields without which no record can be made and that nothing fills.
fn report_unfilled(sides: &Sides<'_, '_>, found: &mut Vec<Diagnostic>) {
    let (Some(to), Some(node)) = (&sides.to, sides.body.to) else { return };
    for needed in to.entry.needed {
        if sides.body.fields.iter().all(|field| field.key.text != *needed) {
            let message = format!("no `{}` can be made without `{needed}`, and no field fills it", to.name);
            let warning = Diagnostic::warning(Code::WF052, node.span, message);
            found.push(warning.help("add the field; a mapping for changes alone does not need it"));
        }
    }
}
