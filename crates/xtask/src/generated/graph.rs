//! Boils the published description of Microsoft Graph down to what the sandbox reads when it starts.
//!
//! The description is half a megabyte of YAML, too slow to read at every start. What is kept: for each type with an
//! id its properties (name, shape, whether null is allowed, which filters its description promises), and for each
//! operation the application permissions one of which must be held.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

/// The description, below the root.
const SOURCE: &str = "crates/sandbox/data/azure_ad/graph-v1.0-slice.openapi.yaml";

/// The folder of what is written, below the root.
pub(super) const FOLDER: &str = "crates/sandbox/data/azure_ad/generated";

/// Writes `graph.json` below `target` from the description of the repository at `root`.
///
/// # Errors
/// When the description cannot be read or is not shaped as expected, or nothing can be written.
pub(super) fn write(root: &Path, target: &Path) -> Result<()> {
    let text =
        std::fs::read_to_string(root.join(SOURCE)).with_context(|| format!("{SOURCE} cannot be read"))?;
    let description: Value = serde_saphyr::from_str(&text).with_context(|| format!("{SOURCE} is no YAML"))?;
    let folder = target.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let boiled = json!({ "types": types(&description)?, "operations": operations(&description)? });
    // A line for each type and operation, so that a change shows as lines.
    let mut lines = String::from("{\"types\":{\n");
    lines += &entries(&boiled["types"], |(name, value)| format!("{}:{value}", json!(name)))?;
    lines += "\n},\"operations\":[\n";
    let operations = boiled["operations"].as_array().context("operations are a list")?;
    lines += &operations.iter().map(Value::to_string).collect::<Vec<_>>().join(",\n");
    lines += "\n]}\n";
    std::fs::write(folder.join("graph.json"), lines)?;
    Ok(())
}

fn entries(map: &Value, line: impl Fn((&String, &Value)) -> String) -> Result<String> {
    let map = map.as_object().context("types are a map")?;
    Ok(map.iter().map(line).collect::<Vec<_>>().join(",\n"))
}

/// Every type with an id: its properties as `[name, shape, nullable, filters]`.
fn types(description: &Value) -> Result<Map<String, Value>> {
    let schemas = description["components"]["schemas"].as_object().context("no schemas")?;
    let mut types = BTreeMap::new();
    for name in schemas.keys() {
        let Some(short) = name.strip_prefix("microsoft.graph.") else { continue };
        let mut properties = Map::new();
        collect(schemas, &schemas[name], &mut properties);
        if !properties.contains_key("id") {
            continue;
        }
        let is_kept = |(name, schema): &(&String, &Value)| {
            !name.starts_with('@') && schema.get("x-ms-navigationProperty").is_none()
        };
        let row = |(name, schema): (&String, &Value)| {
            let nullable = schema["nullable"].as_bool().unwrap_or(false);
            json!([name, shape(schemas, schema), nullable, filters(schema)])
        };
        types.insert(short.to_owned(), properties.iter().filter(is_kept).map(row).collect::<Value>());
    }
    Ok(types.into_iter().collect())
}

/// Adds the properties of a schema and of what it builds on.
fn collect(schemas: &Map<String, Value>, schema: &Value, properties: &mut Map<String, Value>) {
    if let Some(base) = referred(schemas, schema) {
        collect(schemas, base, properties);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(schemas, part, properties);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        properties.insert(name.clone(), property.clone());
    }
}

fn referred<'a>(schemas: &'a Map<String, Value>, schema: &Value) -> Option<&'a Value> {
    schemas.get(schema["$ref"].as_str()?.rsplit('/').next()?)
}

/// The shape of a property, in the words of the sandbox.
fn shape(schemas: &Map<String, Value>, schema: &Value) -> &'static str {
    if let Some(target) = referred(schemas, schema) {
        return shape(schemas, target);
    }
    if let Some([part]) = schema["allOf"].as_array().map(Vec::as_slice) {
        return shape(schemas, part);
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("date-time")) => "instant",
        (Some("string"), _) => "text",
        (Some("boolean"), _) => "flag",
        (Some("integer" | "number"), _) => "number",
        (Some("array"), _) if shape(schemas, &schema["items"]) == "text" => "texts",
        (Some("array"), _) => "items",
        _ => "complex",
    }
}

/// The operators that a property's description promises: `eq`, `startsWith`, `ge`, joined by blanks.
fn filters(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    let Some((_, promise)) = text.split_once("$filter") else { return String::new() };
    let promise = promise.split_once('.').map_or(promise, |(sentence, _)| sentence);
    let says = |word: &str| promise.split(|c: char| !c.is_ascii_alphabetic()).any(|one| one == word);
    let mut found = Vec::new();
    if says("eq") || !promise.contains('(') {
        found.push("eq");
    }
    if says("startsWith") {
        found.push("startsWith");
    }
    if says("ge") || says("le") {
        found.push("ge");
    }
    found.join(" ")
}

/// Every operation as `[method, path, permissions]`; no permissions where an application may not call it at all.
fn operations(description: &Value) -> Result<Vec<Value>> {
    let mut operations = Vec::new();
    for (path, methods) in description["paths"].as_object().context("no paths")? {
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(operation) = methods.get(method) else { continue };
            let permissions = &operation["x-ms-permissions"]["application"];
            let names = ["least", "other"]
                .into_iter()
                .flat_map(|list| permissions[list].as_array().into_iter().flatten());
            let names: Vec<&Value> = names.collect();
            operations.push(json!([method.to_uppercase(), path, names]));
        }
    }
    Ok(operations)
}
