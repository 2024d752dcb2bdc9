//! Composes the written form of mappings with the records of the catalogue: their names, and per target
//! the names of its fields.

use drawbridge_sdk::{Catalog, Entry, Kind};
use schemars::schema_for;
use serde_json::{Map, Value, json};

use super::plain::{tidy, title_definitions};
use super::rules::{split_maps, without};
use super::written_mapping::MappingFile;

/// The JSON Schema of a mapping file with the records of this catalogue.
#[must_use]
pub fn mapping(catalog: &Catalog) -> Value {
    let mut schema = schema_for!(MappingFile).to_value();
    schema["$id"] = json!("urn:drawbridge:schema:mapping");
    schema["title"] = json!("Drawbridge mapping");
    tidy(&mut schema);
    title_definitions(&mut schema);
    split_maps(&mut schema["$defs"]);
    with_records(&mut schema, catalog);
    schema
}

/// Adds to the schema of a mapping which records there are, and which fields its target has.
pub(super) fn with_records(mapping: &mut Value, catalog: &Catalog) {
    let records = || catalog.iter().filter(|entry| matches!(entry.kind, Kind::Record(_)));
    let names: Vec<_> =
        records().map(|entry| json!({ "const": entry.name, "description": entry.summary })).collect();
    for side in ["from", "to"] {
        let said = mapping["properties"][side]["description"].take();
        mapping["properties"][side] = json!({ "description": said, "type": "string", "anyOf": names });
    }
    let mut rules: Vec<_> = records().map(target_rule).collect();
    // What stands in a file does not stand here too.
    if mapping["properties"].get("file").is_some() {
        rules.push(json!({
            "if": { "not": { "required": ["file"] } },
            "then": { "required": ["from", "to", "fields"] },
            "else": without(&["description", "from", "to", "custom_fields", "fields"]),
        }));
    }
    mapping["allOf"] = Value::Array(rules);
}

/// The fields of one target: each with what it is. Others only where an installation may have added them,
/// or where the author declares some.
fn target_rule(entry: &Entry) -> Value {
    let Kind::Record(record) = &entry.kind else { return Value::Bool(true) };
    let schema = (record.fields)().to_value();
    let described = schema["properties"].as_object().cloned().unwrap_or_default();
    let field = |said: Option<&Value>| {
        let reference = json!([{ "$ref": "#/$defs/Field" }]);
        match said {
            Some(said) => json!({ "description": said, "allOf": reference }),
            None => json!({ "allOf": reference }),
        }
    };
    let fields: Map<String, Value> = described
        .iter()
        .filter(|(name, _)| !record.read_only.contains(&name.as_str()))
        .map(|(name, member)| (name.clone(), field(member.get("description"))))
        .collect();
    let refused = record.read_only.iter().map(|name| ((*name).to_owned(), Value::Bool(false)));
    let fields: Map<String, Value> = fields.into_iter().chain(refused).collect();
    let names: Vec<_> = fields.keys().cloned().collect();
    let custom = record.custom.iter().map(|prefix| json!({ "pattern": format!("^{prefix}") }));
    let names: Vec<_> = std::iter::once(json!({ "enum": names })).chain(custom).collect();
    json!({
        "if": { "properties": { "to": { "const": entry.name } }, "required": ["to"] },
        "then": {
            "properties": { "fields": { "properties": fields } },
            "if": { "not": { "required": ["custom_fields"] } },
            "then": { "properties": { "fields": { "propertyNames": { "anyOf": names } } } },
        },
    })
}
