//! The parsed text of a mapping, in a workflow or in a file of its own.

use super::declared::read_type;
use super::mapping_field::{FieldDoc, read_field};
use super::value_type::ValueType;
use super::words::check_name;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::{Fields, Key, Keys, Node, text};

/// What stands under a name in `mappings`: the mapping itself, or the file that holds it.
pub(crate) const MAPPING_KEYS: Keys = Keys {
    what: "a mapping",
    known: &["file", "description", "from", "to", "custom_fields", "fields"],
    foreign: &FOREIGN,
};

/// The top of a mapping file.
pub(crate) const MAPPING_FILE_KEYS: Keys = Keys {
    what: "a mapping",
    known: &["mapping", "description", "from", "to", "custom_fields", "fields"],
    foreign: &FOREIGN,
};

const FOREIGN: [(&str, &str); 7] = [
    ("source", "`from`"),
    ("target", "`to`"),
    ("attributes", "`fields`"),
    ("mappings", "`fields`"),
    ("declare", "`custom_fields`"),
    ("variables", "`custom_fields`"),
    ("name", "`mapping`"),
];

/// A mapping that a workflow names.
#[derive(Debug)]
pub(crate) struct MappingDoc<'t> {
    /// Its name in the workflow.
    pub(crate) key: &'t Key,
    pub(crate) place: MappingPlace<'t>,
}

/// Where a mapping stands.
#[derive(Debug)]
pub(crate) enum MappingPlace<'t> {
    /// In a file, named relative to the workflow.
    File(&'t Node),
    /// Here.
    Inline(MappingBody<'t>),
    /// Nowhere; reported.
    Missing,
}

/// What a mapping says.
#[derive(Debug)]
pub(crate) struct MappingBody<'t> {
    pub(crate) from: Option<&'t Node>,
    pub(crate) to: Option<&'t Node>,
    /// Fields that an installation has added to its records, with their types where they are known.
    pub(crate) custom_fields: Vec<(&'t Key, Option<ValueType>)>,
    pub(crate) fields: Vec<FieldDoc<'t>>,
}

/// Reads `mappings` of a workflow.
pub(crate) fn read_mappings<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Vec<MappingDoc<'t>> {
    let Some(mappings) = Fields::any(node, "`mappings`", found) else { return Vec::new() };
    mappings
        .entries()
        .iter()
        .map(|entry| {
            check_name(&entry.key, found);
            MappingDoc { key: &entry.key, place: read_place(&entry.value, found) }
        })
        .collect()
}

fn read_place<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> MappingPlace<'t> {
    let Some(fields) = Fields::open(node, &MAPPING_KEYS, found) else { return MappingPlace::Missing };
    if fields.get("file").is_none() {
        return MappingPlace::Inline(read_body(&fields, found));
    }
    for other in fields.entries().iter().filter(|entry| entry.key.text != "file") {
        if MAPPING_KEYS.known.contains(&other.key.text.as_str()) {
            let message = format!("`{}` stands in the file, not beside `file`", other.key.text);
            found.push(Diagnostic::error(Code::WF046, other.key.span, message));
        }
    }
    fields.text("file", found).map_or(MappingPlace::Missing, MappingPlace::File)
}

/// Reads the text of a mapping file.
pub(crate) fn read_mapping_file<'t>(root: &'t Node, found: &mut Vec<Diagnostic>) -> Option<MappingBody<'t>> {
    let fields = Fields::open(root, &MAPPING_FILE_KEYS, found)?;
    if let Some(name) = fields.need("mapping", found) {
        text(name, "mapping", found);
    }
    Some(read_body(&fields, found))
}

fn read_body<'t>(fields: &Fields<'t>, found: &mut Vec<Diagnostic>) -> MappingBody<'t> {
    fields.text("description", found);
    let mut record = |key| {
        let node = fields.need(key, found)?;
        text(node, key, found).map(|_| node)
    };
    let (from, to) = (record("from"), record("to"));
    let custom_fields = fields.get("custom_fields").map_or_else(Vec::new, |entry| {
        let Some(declared) = Fields::any(&entry.value, "`custom_fields`", found) else { return Vec::new() };
        declared.entries().iter().map(|entry| (&entry.key, read_type(&entry.value, found))).collect()
    });
    let read = fields.need("fields", found).and_then(|node| {
        let members = Fields::any(node, "`fields`", found)?;
        if members.entries().is_empty() {
            found.push(Diagnostic::error(Code::WF046, node.span, "the mapping has no field"));
        }
        Some(members.entries().iter().map(|entry| read_field(&entry.key, &entry.value, found)).collect())
    });
    MappingBody { from, to, custom_fields, fields: read.unwrap_or_default() }
}
