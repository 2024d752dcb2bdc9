//! Boils the published description of Microsoft Graph down to what the sandbox reads when it starts.
//!
//! The description is half a megabyte of YAML, too slow to read at every start. What is kept: for each type its
//! properties (name, shape, whether null is allowed, which filters its description promises, and what else it says of
//! their values), the members of each enumeration, and for each operation the application permissions one of which
//! must be held.

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
    let boiled = json!({
        "types": types(&description)?,
        "enumerations": enumerations(&description)?,
        "operations": operations(&description)?,
    });
    // A line for each type and operation, so that a change shows as lines.
    let mut lines = String::from("{\"types\":{\n");
    lines += &entries(&boiled["types"], |(name, value)| format!("{}:{value}", json!(name)))?;
    lines += "\n},\"enumerations\":{\n";
    lines += &entries(&boiled["enumerations"], |(name, value)| format!("{}:{value}", json!(name)))?;
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

/// Every type: its properties as `[name, shape, nullable, filters]`, and `more` where there is any.
fn types(description: &Value) -> Result<Map<String, Value>> {
    let schemas = description["components"]["schemas"].as_object().context("no schemas")?;
    let mut types = BTreeMap::new();
    for name in schemas.keys() {
        let Some(short) = name.strip_prefix("microsoft.graph.") else { continue };
        let mut properties = Map::new();
        collect(schemas, &schemas[name], &mut properties);
        let is_kept = |(name, schema): &(&String, &Value)| {
            !name.starts_with('@') && schema.get("x-ms-navigationProperty").is_none()
        };
        let row = |(name, schema): (&String, &Value)| {
            let nullable = schema["nullable"].as_bool().unwrap_or(false);
            let mut row =
                vec![json!(name), json!(shape(schemas, schema)), json!(nullable), json!(filters(schema))];
            row.extend(more(schemas, schema));
            Value::Array(row)
        };
        let rows: Vec<Value> = properties.iter().filter(is_kept).map(row).collect();
        if !rows.is_empty() {
            types.insert(short.to_owned(), Value::Array(rows));
        }
    }
    Ok(types.into_iter().collect())
}

/// What is said of a property's values beyond their shape: `of` (the type of objects, or the enumeration), `most`
/// (characters) and `said` (the only values, where the text lists them).
fn more(schemas: &Map<String, Value>, schema: &Value) -> Option<Value> {
    let mut more = Map::new();
    if let Some(name) = type_of(schema) {
        more.insert("of".to_owned(), json!(name));
    }
    let text = schema["description"].as_str().unwrap_or_default();
    if let Some(most) = longest(text) {
        more.insert("most".to_owned(), json!(most));
    }
    let said = if more.contains_key("of") { Vec::new() } else { listed(text) };
    if !said.is_empty() && shape(schemas, schema) == "text" {
        more.insert("said".to_owned(), json!(said));
    }
    (!more.is_empty()).then(|| Value::Object(more))
}

/// The type or enumeration that a schema, or each item of its list, refers to.
fn type_of(schema: &Value) -> Option<&str> {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next()?.strip_prefix("microsoft.graph.");
    }
    match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([part]) => type_of(part),
        _ => schema.get("items").and_then(type_of),
    }
}

/// The most characters a text names: "Maximum length is 64 characters", "512 character limit".
fn longest(text: &str) -> Option<u64> {
    let lower = text.to_lowercase();
    ["maximum length is ", "maximum allowed size is "].iter().find_map(|mark| {
        let (_, behind) = lower.split_once(mark)?;
        let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}

/// The values a text lists as the only ones; nothing when what stands there is no plain list of words.
fn listed(text: &str) -> Vec<&str> {
    let marks =
        ["Allowed values: ", "Possible values are: ", "Possible values are ", "possible values are: "];
    let Some((_, behind)) = marks.iter().find_map(|mark| text.split_once(mark)) else { return Vec::new() };
    let sentence = behind.split_once('.').map_or(behind, |(sentence, _)| sentence);
    let words: Vec<&str> = sentence
        .split(',')
        .flat_map(|part| part.split(" or "))
        .flat_map(|part| part.split(" and "))
        .map(|part| part.trim().trim_start_matches("or ").trim_start_matches("and "))
        .filter(|word| !word.is_empty() && *word != "null")
        .collect();
    let plain = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric());
    if words.len() > 1 && words.iter().all(plain) { words } else { Vec::new() }
}

/// Every enumeration with its members; those of flags are in its description only.
fn enumerations(description: &Value) -> Result<Map<String, Value>> {
    let schemas = description["components"]["schemas"].as_object().context("no schemas")?;
    let mut found = BTreeMap::new();
    for (name, schema) in schemas {
        let Some(short) = name.strip_prefix("microsoft.graph.") else { continue };
        let flags = schema["description"].as_str().and_then(|text| text.split_once("comma-separated: "));
        let members = match (schema["enum"].as_array(), flags) {
            (Some(members), _) => Value::Array(members.clone()),
            (None, Some((_, list))) => list.split(", ").map(|member| json!(member.trim())).collect(),
            (None, None) => continue,
        };
        found.insert(short.to_owned(), members);
    }
    Ok(found.into_iter().collect())
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
