//! Compiles the fields of a mapping and compares what they give with what the target takes.

use indexmap::IndexMap;
use serde_json::Value;

use super::compile::Compiler;
use super::mapping_record::RecordShape;
use super::mapping_sides::Sides;
use super::mapping_words::{defaults, report_contradictions};
use super::shape::Shape;
use super::types::{Types, schema_of};
use super::uses::Part;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::expression::{Reference, Template};
use crate::mapping::{Alternative, Field, Gives, Source, Translation};
use crate::model::{AlternativeDoc, FieldDoc, LookupDoc, NoMatch, Otherwise, SourceDoc, Takes, Unmatched};
use crate::syntax::{Node, NodeKind, list, text};

/// A field with what it gives.
pub(super) struct CompiledField {
    /// Absent where something in it was reported.
    pub(super) field: Option<Field>,
    /// What it may give, with null where it may be emptied.
    pub(super) types: Types,
    /// Whether it is never left out.
    pub(super) always: bool,
    /// The tables that it names.
    pub(super) tables: Vec<String>,
}

pub(super) fn compile_field(
    doc: &FieldDoc<'_>,
    sides: &Sides<'_, '_>,
    compiler: &mut Compiler,
    found: &mut Vec<Diagnostic>,
) -> CompiledField {
    let target = report_target(doc, sides, found);
    let mut compiled = CompiledField { field: None, types: Types::NONE, always: false, tables: Vec::new() };
    let mut alternatives = Vec::new();
    let mut end: Option<Span> = None;
    for one in &doc.alternatives {
        if let Some(end) = end {
            let warning = Diagnostic::warning(Code::WF053, one.span, "this alternative is never taken");
            found.push(warning.label(end, "this one has no `if`, so it is always taken"));
        }
        report_contradictions(one, found);
        let mut giving = Giving { sides, compiler, target, name: &doc.key.text, tables: Vec::new() };
        let gives = giving.compile(one, found);
        compiled.tables.append(&mut giving.tables);
        let condition = one.condition.map(|node| compiler.condition(node, Part::Condition));
        let goes_on =
            [&one.on_absent, &one.on_null].iter().any(|word| matches!(word, Some((_, Otherwise::Skip))));
        if one.condition.is_none() && !goes_on {
            end = end.or(Some(one.span));
        }
        let condition = match condition {
            None => Some(None),
            Some(condition) => condition.map(Some),
        };
        if let (Some((gives, types)), Some(condition)) = (gives, condition) {
            compiled.types = compiled.types.or(types);
            compiled.always |= condition.is_none() && is_always_there(&gives);
            alternatives.push(Alternative { condition, gives });
        }
    }
    if alternatives.len() == doc.alternatives.len() && !alternatives.is_empty() {
        compiled.field = Some(Field { target: doc.key.text.clone(), alternatives });
    }
    compiled
}

/// Reports a field that the target does not have or that nobody may write; gives what it takes.
fn report_target<'a>(
    doc: &FieldDoc<'_>,
    sides: &'a Sides<'_, '_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Shape<'a>> {
    let to = sides.to.as_ref()?;
    let name = doc.key.text.as_str();
    if to.entry.read_only.contains(&name) {
        let message = format!("`{name}` of `{}` cannot be written", to.name);
        let error = Diagnostic::error(Code::WF051, doc.key.span, message);
        found.push(error.help("leave the field out"));
    }
    to.field(name, doc.key.span, found)
}

/// Whether an alternative that is taken gives the field a value or empties it.
fn is_always_there(gives: &Gives) -> bool {
    let is_set = |word: &Otherwise| matches!(word, Otherwise::Fail | Otherwise::Clear | Otherwise::Value(_));
    let is_read =
        matches!(gives.source, Source::Value(_)) || (is_set(&gives.on_absent) && is_set(&gives.on_null));
    let is_matched =
        gives.translation.is_none() || matches!(gives.no_match, Unmatched::Fail | Unmatched::Value(_));
    gives.required || (is_read && is_matched)
}

/// One alternative while it is compiled.
struct Giving<'g, 'a, 't> {
    sides: &'g Sides<'a, 't>,
    compiler: &'g mut Compiler,
    /// What the field takes, where that is known.
    target: Option<Shape<'g>>,
    /// Name of the field.
    name: &'g str,
    tables: Vec<String>,
}

impl Giving<'_, '_, '_> {
    fn compile(&mut self, doc: &AlternativeDoc<'_>, found: &mut Vec<Diagnostic>) -> Option<(Gives, Types)> {
        let source = doc.source.as_ref().and_then(|source| self.source(source, found));
        let (node, mut types) = match (&source, &doc.source) {
            (Some((_, types)), Some(doc)) => (Some(doc.node()), types.without(Types::NULL)),
            _ => (None, Types::ANY),
        };
        if let Some((word, _)) = doc.case {
            types = self.text_only(types, "case", word.span, found);
        }
        let translated = self.translation(doc, types, found);
        let is_translated = doc.values.is_some() || doc.lookup.is_some();
        let own_no_match = translated.as_ref().and_then(|translated| translated.no_match.clone());
        if is_translated {
            types = translated.as_ref().map_or(Types::ANY, |translated| translated.types);
        }
        if let Some((node, _)) = doc.max_length {
            types = self.text_only(types, "max_length", node.span, found);
        }
        if let Some(node) = node {
            let span = doc.values.map_or(node.span, |values| values.span);
            let span = doc.lookup.as_ref().map_or(span, |lookup| lookup.record.span);
            match &source {
                Some((Source::Value(value), _)) if !is_translated => self.literal(value, node, found),
                _ => self.compare(types, span, found),
            }
        }
        let words = defaults(doc, own_no_match);
        for (value, span) in words.written(doc) {
            self.compare(Types::of(value), span, found);
            types = types.or(Types::of(value));
        }
        if words.may_clear() {
            types = types.or(Types::NULL);
        }
        let (source, _) = source?;
        let translation = match translated {
            None if is_translated => return None,
            translated => translated.map(|translated| translated.by),
        };
        let gives = Gives {
            source,
            on_absent: words.on_absent,
            on_null: words.on_null,
            case: doc.case.map(|(_, case)| case),
            translation,
            no_match: words.no_match,
            max_length: doc.max_length.map(|(_, most)| most),
            required: doc.required.is_some(),
        };
        Some((gives, types))
    }

    fn source(&mut self, doc: &SourceDoc<'_>, found: &mut Vec<Diagnostic>) -> Option<(Source, Types)> {
        let node = doc.node();
        match doc {
            SourceDoc::Plain(_) | SourceDoc::From(_) => match self.compiler.template(node, Part::Value)? {
                Template::Path(path) => {
                    let types = self.types(&path.references());
                    Some((Source::From(path), types))
                }
                Template::Text(text) if matches!(doc, SourceDoc::Plain(_)) => {
                    Some((Source::Text(text), Types::TEXT))
                }
                Template::Literal(value) if matches!(doc, SourceDoc::Plain(_)) => {
                    let types = Types::of(&value);
                    Some((Source::Value(value), types))
                }
                Template::Text(_) => self.misplaced(node, "from", "text", found),
                _ => self.misplaced(node, "from", "value", found),
            },
            SourceDoc::FirstOf(several) => {
                let mut types = Types::NONE;
                let mut templates = Vec::with_capacity(several.len());
                for node in *several {
                    if !matches!(node.kind, NodeKind::Scalar(_)) {
                        let message =
                            format!("`first_of` takes paths, texts and values, and this is {}", node.word());
                        found.push(Diagnostic::error(Code::WF046, node.span, message));
                        continue;
                    }
                    let Some(template) = self.compiler.template(node, Part::First) else { continue };
                    types = types.or(match &template {
                        Template::Path(path) => self.types(&path.references()),
                        Template::Literal(value) => Types::of(value),
                        _ => Types::TEXT,
                    });
                    templates.push(template);
                }
                (templates.len() == several.len()).then_some((Source::FirstOf(templates), types))
            }
            SourceDoc::Value(_) => match self.compiler.template(node, Part::Value)?.literal() {
                Some(value) => {
                    let types = Types::of(&value);
                    Some((Source::Value(value), types))
                }
                None if node.as_str().is_some_and(|text| text.contains("{{")) => {
                    self.misplaced(node, "value", "text", found)
                }
                None => self.misplaced(node, "value", "from", found),
            },
            SourceDoc::Text(_) => self.compiler.text(node).map(|text| (Source::Text(text), Types::TEXT)),
        }
    }

    fn misplaced<T>(&self, node: &Node, key: &str, right: &str, found: &mut Vec<Diagnostic>) -> Option<T> {
        let takes = if key == "from" { "a path" } else { "what is written out" };
        let message = format!("`{key}` takes {takes}");
        found.push(
            Diagnostic::error(Code::WF046, node.span, message).help(format!("write `{right}` instead")),
        );
        None
    }

    fn types(&self, references: &[Reference]) -> Types {
        references.first().map_or(Types::ANY, |reference| self.sides.types(reference))
    }

    /// Only texts go on from here.
    fn text_only(&self, types: Types, key: &str, span: Span, found: &mut Vec<Diagnostic>) -> Types {
        if !types.meets(Types::TEXT) {
            let message = format!("`{key}` takes a text, and `{}` gets {}", self.name, types.words());
            found.push(Diagnostic::error(Code::WF049, span, message));
        }
        Types::TEXT
    }

    fn translation(
        &mut self,
        doc: &AlternativeDoc<'_>,
        types: Types,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Translated> {
        let scalar = Types::TEXT.or(Types::NUMBER).or(Types::BOOLEAN);
        let refuse = |key: &str, span, found: &mut Vec<Diagnostic>| {
            let message = format!(
                "`{key}` takes a text, a number or a flag, and `{}` gets {}",
                self.name,
                types.words()
            );
            found.push(Diagnostic::error(Code::WF049, span, message));
        };
        if let Some(values) = doc.values {
            if !types.meets(scalar) {
                refuse("values", values.span, found);
            }
            return match &values.kind {
                NodeKind::Map(_) => self.map(values, found),
                _ => self.table(values, types, found),
            };
        }
        let lookup = doc.lookup.as_ref()?;
        if !types.meets(scalar) {
            refuse("lookup", lookup.by.span, found);
        }
        self.lookup(lookup, found)
    }

    fn map(&self, node: &Node, found: &mut Vec<Diagnostic>) -> Option<Translated> {
        let entries = node.as_map().unwrap_or_default();
        if entries.is_empty() {
            found.push(Diagnostic::error(Code::WF056, node.span, "`values` translates nothing"));
        }
        let mut values = IndexMap::with_capacity(entries.len());
        let mut types = Types::NONE;
        for entry in entries {
            let value = entry.value.to_value();
            self.literal(&value, &entry.value, found);
            types = types.or(Types::of(&value));
            values.insert(entry.key.text.clone(), value);
        }
        Some(Translated { by: Translation::Map(values), types, no_match: None })
    }

    fn table(&mut self, node: &Node, types: Types, found: &mut Vec<Diagnostic>) -> Option<Translated> {
        let name = text(node, "values", found)?;
        let around = self.sides.around;
        self.tables.push(name.to_owned());
        if !around.table_names.contains(&name) {
            let error = Diagnostic::error(Code::WF043, node.span, format!("there is no table `{name}`"));
            found.push(match nearest(name, around.table_names.iter().copied()) {
                Some(near) => error.did_you_mean(name, near),
                None => error.help("declare it under `tables`, or write the values out: `values: { a: b }`"),
            });
        }
        let table = *around.tables.get(name)?;
        let ([(column, kind)], [output]) = (table.inputs.as_slice(), table.outputs.as_slice()) else {
            let message = format!(
                "`values` takes a table with one input and one output column, and `{name}` has {} and {}",
                table.inputs.len(),
                table.outputs.len()
            );
            found.push(Diagnostic::error(Code::WF056, node.span, message));
            return None;
        };
        if table.takes == Takes::All {
            let message = format!("`values` takes one row, and `{name}` gives all that match");
            found.push(Diagnostic::error(Code::WF056, node.span, message).help("take `match: all` away"));
        }
        let takes = Shape::new(&schema_of(*kind)).types();
        if !takes.meets(types) {
            let message = format!(
                "column `{column}` of table `{name}` takes {}, and `{}` gets {}",
                takes.words(),
                self.name,
                types.words()
            );
            found.push(Diagnostic::error(Code::WF049, node.span, message));
        }
        let has_null = table.rows.iter().any(|row| row.values.first().is_some_and(Value::is_null));
        let given = Shape::new(&schema_of(output.kind)).types();
        let types = if has_null { given.or(Types::NULL) } else { given };
        let no_match = match &table.no_match {
            NoMatch::Fail => Unmatched::Fail,
            NoMatch::Skip => Unmatched::Keep,
            NoMatch::Row(row) => Unmatched::Value(row.get(&output.name).cloned().unwrap_or_default()),
        };
        let by = Translation::Table(Box::new(table.clone()));
        Some(Translated { by, types, no_match: Some(no_match) })
    }

    fn lookup(&self, doc: &LookupDoc<'_>, found: &mut Vec<Diagnostic>) -> Option<Translated> {
        let to = self.sides.to.as_ref()?;
        let short = doc.record.as_str()?;
        let name = format!("{}.{short}", to.system);
        let declared = &self.sides.body.custom_fields;
        let record = RecordShape::named(self.sides.around, &name, doc.record, declared, found)?;
        let by = doc.by.as_str()?;
        record.field(by, doc.by.span, found);
        let by = Translation::Lookup { record: name, by: by.to_owned() };
        Some(Translated { by, types: Types::TEXT, no_match: None })
    }

    fn compare(&self, given: Types, span: Span, found: &mut Vec<Diagnostic>) {
        let Some(target) = self.target else { return };
        let takes = target.types();
        if takes.meets(given) || given.without(Types::NULL) == Types::NONE {
            return;
        }
        let message = format!("`{}` takes {}, and this is {}", self.name, takes.words(), given.words());
        found.push(Diagnostic::error(Code::WF049, span, message));
    }

    /// Compares a value that is written out.
    fn literal(&self, value: &Value, node: &Node, found: &mut Vec<Diagnostic>) {
        let before = found.len();
        self.compare(Types::of(value), node.span, found);
        let Some(values) = self.target.and_then(Shape::values).filter(|_| found.len() == before) else {
            return;
        };
        if value.is_null() || values.contains(&value) {
            return;
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let words: Vec<_> = values.iter().filter_map(|value| value.as_str()).collect();
        let message = format!("`{}` is not `{text}`", self.name);
        let error = Diagnostic::error(Code::WF049, node.span, message);
        found.push(match nearest(&text, words.iter().copied()) {
            Some(near) => error.did_you_mean(&text, near),
            None => error.note(format!("it is one of {}", list(&words))),
        });
    }
}

/// What a value is translated by, what that gives, and what a table says where no row holds.
struct Translated {
    by: Translation,
    types: Types,
    no_match: Option<Unmatched>,
}

impl<'t> SourceDoc<'t> {
    /// Where it stands.
    fn node(&self) -> &'t Node {
        match self {
            Self::Plain(node) | Self::From(node) | Self::Value(node) | Self::Text(node) => node,
            Self::FirstOf(several) => &several[0],
        }
    }
}
