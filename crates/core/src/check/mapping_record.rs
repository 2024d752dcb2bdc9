//! The records of a mapping: what the catalogue knows of them, with the fields that an installation has
//! added.

use std::borrow::Cow;

use drawbridge_sdk::{Kind, RecordEntry};
use serde_json::{Value, json};

use super::mapping_around::Around;
use super::shape::{Member, Shape};
use super::types::{Types, schema_of};
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::ValueType;
use crate::syntax::{Key, Node, list};

/// Most names that a message lists; a record may have a hundred.
const NAMES_MAX: usize = 40;

/// Fields that an installation has added, as a mapping declares them.
pub(super) type Declared<'t> = [(&'t Key, Option<ValueType>)];

/// A record with its fields.
pub(super) struct RecordShape<'a> {
    /// Full name.
    pub(super) name: &'static str,
    /// Name of its system.
    pub(super) system: &'static str,
    /// What its connector says.
    pub(super) entry: &'static RecordEntry,
    /// The schema of its fields, also of declared ones.
    pub(super) schema: Cow<'a, Value>,
}

impl<'a> RecordShape<'a> {
    /// The record with this full name; another name is reported at the node.
    pub(super) fn named(
        around: &Around<'a>,
        name: &str,
        node: &Node,
        declared: &Declared<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let catalog = around.catalog;
        let entry = catalog.get(name);
        if let Some(entry) = entry
            && let Kind::Record(record) = &entry.kind
        {
            let mut schema = Cow::Borrowed(around.schemas.fields(entry.name));
            if !declared.is_empty() {
                declare(schema.to_mut(), declared);
            }
            return Some(Self { name: entry.name, system: entry.system, entry: record, schema });
        }
        let error = Diagnostic::error(Code::WF047, node.span, format!("there is no record `{name}`"));
        let records = || catalog.iter().filter(|entry| matches!(entry.kind, Kind::Record(_)));
        let written = node.as_str().unwrap_or_default();
        found.push(match (entry, nearest(name, records().map(|entry| entry.name))) {
            (Some(entry), _) => error.note(format!("`{name}` is a {}", entry.kind.as_str())),
            (None, Some(near)) if written == name => error.did_you_mean(name, near),
            // A look-up names the record without its system.
            (None, Some(near)) => error.did_you_mean(written, near.rsplit('.').next().unwrap_or(near)),
            (None, None) => {
                let names: Vec<_> = records().map(|entry| entry.name).take(NAMES_MAX).collect();
                error.note(format!("the records are {}", list(&names)))
            }
        });
        None
    }

    /// The record as it is read.
    pub(super) fn when_read(mut self) -> Self {
        if self.entry.reads_text {
            as_texts(self.schema.to_mut());
        }
        self
    }

    /// The types of a field; one that the record does not have is reported and may be anything.
    pub(super) fn field(&self, name: &str, span: Span, found: &mut Vec<Diagnostic>) -> Option<Shape<'_>> {
        match Shape::new(&self.schema).member(name) {
            Member::Known(shape, _) => return Some(shape),
            Member::Open => {}
            Member::Missing => found.push(self.unknown(name, span)),
        }
        None
    }

    /// Says that the record has no such field: an error, or a warning where an installation may have it.
    pub(super) fn unknown(&self, name: &str, span: Span) -> Diagnostic {
        let declaring = format!("declare it: `custom_fields: {{ {name}: string }}`");
        if self.entry.custom.iter().any(|prefix| name.starts_with(prefix)) {
            let message = format!("nobody can tell whether `{}` has the field `{name}`", self.name);
            return Diagnostic::warning(Code::WF048, span, message).help(declaring);
        }
        let error = Diagnostic::error(Code::WF048, span, format!("`{}` has no field `{name}`", self.name));
        let names = Shape::new(&self.schema).names();
        match nearest(name, names.iter().copied()) {
            Some(near) => error.did_you_mean(name, near),
            None => error
                .help(format!("if your installation has it, {declaring}"))
                .note(format!("`drawbridge nodes {}` lists its fields", self.name)),
        }
    }
}

/// Makes every field a text.
fn as_texts(schema: &mut Value) {
    for member in schema["properties"].as_object_mut().into_iter().flat_map(|members| members.values_mut()) {
        *member = json!({ "type": "string" });
    }
}

/// Adds the fields that are declared and not known.
fn declare(schema: &mut Value, declared: &Declared<'_>) {
    if schema["properties"].is_null() {
        schema["properties"] = json!({});
    }
    for (key, kind) in declared {
        if schema["properties"].get(&key.text).is_none() {
            let own = kind.map_or(Types::ANY, |kind| Shape::new(&schema_of(kind)).types());
            schema["properties"][&key.text] = own.or(Types::NULL).schema();
        }
    }
}
