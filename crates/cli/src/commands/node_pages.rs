//! The reference of the nodes as Markdown, one page per system, from the catalogue itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use drawbridge_sdk::{Catalog, Entry};
use serde_json::Value;

use super::node_document::{document, kind};

/// What stands above every page, so that nobody edits one.
const MARK: &str =
    "<!-- Written by `cargo xtask gen` from the catalogue; edit the doc comments of the node instead. -->\n";

/// The pages by their file names: an index, and one per system.
pub(super) fn pages(catalog: &Catalog) -> BTreeMap<String, String> {
    let mut systems: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in catalog.iter() {
        systems.entry(entry.system).or_default().push(entry);
    }
    let mut index = format!(
        "{MARK}\n# Nodes\n\nEverything that a workflow can name: actions, triggers, sources of people, channels and records.\n"
    );
    let mut pages = BTreeMap::new();
    for (system, entries) in systems {
        let mut page = format!("{MARK}\n# Nodes of `{system}`\n");
        let _ =
            write!(index, "\n## [{system}]({system}.md)\n\n| node | kind | what it does |\n|---|---|---|\n");
        for entry in entries {
            let anchor: String = entry.name.chars().filter(|letter| *letter != '.').collect();
            let _ = writeln!(
                index,
                "| [`{}`]({system}.md#{anchor}) | {} | {} |",
                entry.name,
                kind(entry),
                cell(entry.summary)
            );
            page += &section(entry);
        }
        pages.insert(format!("{system}.md"), page);
    }
    pages.insert("README.md".to_owned(), index);
    pages
}

fn section(entry: &Entry) -> String {
    let document = document(entry);
    let mut text = format!("\n## {}\n\n{}.\n\n- kind: {}\n", entry.name, entry.summary, entry.kind.as_str());
    if let Some(effect) = document["effect"].as_str() {
        let _ = writeln!(text, "- effect: {effect}, at most");
    }
    for permission in document["permissions"].as_array().into_iter().flatten() {
        let word = |name: &str| permission[name].as_str().unwrap_or_default().replace('_', " ");
        let _ = writeln!(
            text,
            "- permission: {} `{}`",
            word("kind"),
            permission["name"].as_str().unwrap_or_default()
        );
    }
    for (title, part) in [("Input", "input"), ("Output", "output"), ("Event", "event"), ("Fields", "fields")]
    {
        text += &table(title, &document[part]);
    }
    if !entry.example.is_empty() {
        let _ = write!(text, "\nExample:\n\n```yaml\n{}\n```\n", entry.example.trim_end());
    }
    text
}

/// One row per member of a schema.
fn table(title: &str, schema: &Value) -> String {
    let Some(members) = schema["properties"].as_object().filter(|members| !members.is_empty()) else {
        return String::new();
    };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut text = format!("\n{title}:\n\n| name | type | | what it is |\n|---|---|---|---|\n");
    for (name, member) in members {
        let mark = match &member["default"] {
            _ if required.contains(&name.as_str()) => "always".to_owned(),
            Value::Null => String::new(),
            default => format!("`{default}` without it"),
        };
        let said = cell(member["description"].as_str().unwrap_or_default());
        let _ = writeln!(text, "| `{name}` | {} | {mark} | {said} |", types(member, schema));
    }
    text
}

/// The words for what a schema takes; null goes without saying where a value need not be there.
fn types(schema: &Value, root: &Value) -> String {
    let alternatives = schema["anyOf"].as_array().or(schema["oneOf"].as_array());
    if let Some(values) = schema["enum"].as_array() {
        return values
            .iter()
            .map(|value| format!("`{}`", value.as_str().unwrap_or_default()))
            .collect::<Vec<_>>()
            .join(", ");
    }
    if let Some(only) = schema["const"].as_str() {
        return format!("`{only}`");
    }
    if let Some(target) =
        schema["$ref"].as_str().and_then(|target| root.pointer(target.trim_start_matches('#')))
    {
        return types(target, root);
    }
    let mut words: Vec<String> = match (&schema["type"], alternatives) {
        (_, Some(alternatives)) => alternatives.iter().map(|one| types(one, root)).collect(),
        (Value::String(word), _) => vec![word.clone()],
        (Value::Array(words), _) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => vec!["anything".to_owned()],
    };
    words.retain(|word| !word.is_empty() && word != "null");
    words.dedup();
    for word in &mut words {
        let ours = match word.as_str() {
            "object" => "map",
            "string" => "text",
            "array" => "list",
            _ => continue,
        };
        ours.clone_into(word);
    }
    words.join(" or ")
}

/// A text as it stands in a table.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}
