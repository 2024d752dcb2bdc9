//! Opens the schema of an input to expressions: whatever is no plain text also takes a path or a text
//! with `{{ }}`.

use serde_json::{Map, Value, json};

/// Where the schema of an expression stands.
const EXPRESSION: &str = "#/$defs/Expression";
/// What is said of a value rather than demanded; it stays outside, or editors do not show it.
const SAID: [&str; 4] = ["title", "description", "default", "examples"];

/// The schema of a path or a text.
pub(super) fn expression() -> Value {
    json!({
        "type": "string",
        "description": "A path such as `$.steps.person.id`, or a text such as `{{steps.person.displayName}}`.",
        "pattern": r"^\$|\{\{",
    })
}

/// Opens every value inside a schema; the schema itself stays what it is.
pub(super) fn open_inside(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    if let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(open);
    }
    for name in ["items", "additionalProperties"] {
        if let Some(inner) = members.get_mut(name).filter(|inner| inner.is_object()) {
            open(inner);
        }
    }
    for name in ["anyOf", "oneOf", "allOf"] {
        if let Some(alternatives) = members.get_mut(name).and_then(Value::as_array_mut) {
            alternatives.iter_mut().for_each(open_inside);
        }
    }
}

/// Opens a value: itself and everything inside it.
pub(super) fn open(schema: &mut Value) {
    open_inside(schema);
    let Some(members) = schema.as_object_mut() else { return };
    if takes_every_text(members) {
        return;
    }
    let mut outer = Map::new();
    for name in SAID {
        if let Some(said) = members.remove(name) {
            outer.insert(name.to_owned(), said);
        }
    }
    let typed = Value::Object(std::mem::take(members));
    outer.insert("anyOf".to_owned(), json!([typed, { "$ref": EXPRESSION }]));
    *members = outer;
}

fn takes_every_text(members: &Map<String, Value>) -> bool {
    let any_of = ["anyOf", "oneOf"].iter().find_map(|name| members.get(*name)?.as_array());
    if let Some(alternatives) = any_of {
        return alternatives.iter().filter_map(Value::as_object).any(takes_every_text);
    }
    let demands = members.keys().filter(|name| !SAID.contains(&name.as_str())).count();
    let is_text = match members.get("type") {
        Some(Value::String(word)) => word == "string",
        Some(Value::Array(words)) => words.iter().any(|word| word == "string"),
        _ => false,
    };
    demands == 0 || (demands == 1 && is_text)
}
