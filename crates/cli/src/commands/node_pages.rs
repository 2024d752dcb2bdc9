//! The reference of the nodes as Markdown, one page per system, from the catalogue itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use drawbridge_sdk::{Catalog, Entry, Kind, RecordEntry};
use serde_json::Value;

use super::node_document::document;

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
        let _ = write!(index, "\n## [{system}]({system}.md)\n\n{}", list(&format!("{system}.md"), &entries));
        let mut page = format!(
            "{MARK}\n# Nodes of `{system}`\n\n{}\nAll systems stand in the [index](README.md).\n",
            list("", &entries)
        );
        page.extend(entries.into_iter().map(section));
        pages.insert(format!("{system}.md"), page);
    }
    pages.insert("README.md".to_owned(), index);
    pages
}

/// A table of nodes with a link to each; the page is empty for nodes of the same page.
fn list(page: &str, entries: &[&Entry]) -> String {
    let mut text = "| node | kind | what it does |\n|---|---|---|\n".to_owned();
    for entry in entries {
        let anchor = entry.name.replace('.', "");
        let (name, summary) = (entry.name, cell(entry.summary));
        let _ = writeln!(text, "| [`{name}`]({page}#{anchor}) | {} | {summary} |", kind_and_effect(entry));
    }
    text
}

/// The word for a node, and the class of its effect beside it.
fn kind_and_effect(entry: &Entry) -> String {
    match &entry.kind {
        Kind::Write(write) => format!("write, {}", write.widest.as_str()),
        other => other.as_str().to_owned(),
    }
}

fn section(entry: &Entry) -> String {
    let document = document(entry);
    let mut text = format!("\n## {}\n\n{}.\n\n- kind: {}\n", entry.name, entry.summary, entry.kind.as_str());
    if let Some(effect) = document["effect"].as_str() {
        let _ = writeln!(text, "- effect: {effect}, at most");
    }
    if let Some(key) = document["key"].as_str() {
        let _ = writeln!(text, "- key: `{key}`");
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
    for (title, part) in [("Input", "input"), ("Output", "output"), ("Event", "event")] {
        text += &table(title, &document[part], required);
    }
    if let Kind::Record(record) = &entry.kind {
        text += &table("Fields", &document["fields"], |schema, name| field_mark(record, schema, name));
    }
    if !entry.example.is_empty() {
        let _ = write!(text, "\nExample:\n\n```yaml\n{}```\n", example(entry));
    }
    text
}

/// The example as it stands in a workflow.
fn example(entry: &Entry) -> String {
    let indented = |columns: usize| {
        entry
            .example
            .trim_end()
            .lines()
            .fold(String::new(), |text, line| text + &format!("{:columns$}{line}\n", ""))
    };
    let name = entry.name;
    match &entry.kind {
        Kind::Trigger(_) if entry.example.trim() == "{}" => format!("trigger: {name}\n"),
        Kind::Trigger(_) => format!("trigger: {name}\nwith:\n{}", indented(2)),
        Kind::People(_) if entry.example.trim_end().contains('\n') => {
            format!("approvers:\n  - {name}:\n{}", indented(6))
        }
        Kind::People(_) => format!("approvers:\n  - {name}: {}\n", entry.example.trim_end()),
        Kind::Read(_) | Kind::Write(_) => format!("action: {name}\nwith:\n{}", indented(2)),
        Kind::Channel(_) | Kind::Record(_) => indented(0),
    }
}

/// What stands beside a member of an input, an output or an event.
fn required(schema: &Value, name: &str) -> String {
    let mut required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    match &schema["properties"][name]["default"] {
        _ if required.any(|one| one == name) => "always".to_owned(),
        Value::Null => String::new(),
        default => format!("`{default}` without it"),
    }
}

/// What stands beside a field of a record.
fn field_mark(record: &RecordEntry, schema: &Value, name: &str) -> String {
    if record.read_only.contains(&name) {
        "read only".to_owned()
    } else if record.needed.contains(&name) {
        "needed to create".to_owned()
    } else {
        required(schema, name)
    }
}

/// One row per member of a schema; one sentence for a value without members.
fn table(title: &str, schema: &Value, mark: impl Fn(&Value, &str) -> String) -> String {
    let Some(members) = schema["properties"].as_object().filter(|members| !members.is_empty()) else {
        return match schema["description"].as_str() {
            Some(said) if schema["type"] != "object" => {
                format!("\n{title}: {}. {said}\n", types(schema, schema))
            }
            _ => String::new(),
        };
    };
    let mut text = format!("\n{title}:\n\n| name | type | | what it is |\n|---|---|---|---|\n");
    for (name, member) in members {
        let mark = mark(schema, name);
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
