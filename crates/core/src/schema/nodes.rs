//! What the nodes of the catalogue add: their names where one is written, and what each takes.

use drawbridge_sdk::{Catalog, Effect, Entry, Kind};
use serde_json::{Map, Value, json};

use super::expression::{open, open_inside};
use super::rules::at_most_one;
use crate::diagnostic::FileId;
use crate::syntax::parse;

/// Name of the definition of a node's input.
fn input_name(entry: &Entry) -> String {
    format!("with.{}", entry.name)
}

/// Adds the input of a node and what it refers to, under names of its own, open to expressions.
pub(super) fn add_input(entry: &Entry, defs: &mut Map<String, Value>) {
    let mut input = (entry.input)().to_value();
    let own = input.as_object_mut().and_then(|members| {
        members.remove("$schema");
        members.remove("title");
        members.remove("$defs")
    });
    let prefix = input_name(entry);
    rename(&mut input, &prefix);
    if matches!(entry.kind, Kind::People(_)) {
        open(&mut input);
    } else {
        open_inside(&mut input);
    }
    // A hover shows the title and, of a source of people, only the text of the alternative that fits.
    input["title"] = match entry.kind {
        Kind::People(_) => json!(format!("{}: {}", entry.name, entry.summary)),
        _ => json!(entry.name),
    };
    input["description"] = json!(entry.summary);
    for (name, mut definition) in own.and_then(|own| own.as_object().cloned()).unwrap_or_default() {
        rename(&mut definition, &prefix);
        open_inside(&mut definition);
        defs.insert(format!("{prefix}.{name}"), definition);
    }
    defs.insert(prefix, input);
}

/// Adds the example of a node's input.
pub(super) fn add_example(entry: &Entry, defs: &mut Value) {
    if let (Some(root), _) = parse(entry.example, FileId::WORKFLOW) {
        defs[input_name(entry)]["examples"] = json!([root.to_value()]);
    }
}

/// Points references at the names that definitions have here.
fn rename(schema: &mut Value, prefix: &str) {
    match schema {
        Value::Object(members) => {
            // Leaving an input out and giving nothing are the same to a node; an editor would write it out.
            if members.get("default") == Some(&Value::Null) {
                members.remove("default");
            }
            // What nodes tell `check` alone is nothing to an editor.
            members.retain(|word, _| !word.starts_with("x-drawbridge"));
            for (name, member) in members.iter_mut() {
                let target =
                    member.as_str().and_then(|target| target.strip_prefix("#/$defs/")).map(str::to_owned);
                match target {
                    Some(target) if name == "$ref" => *member = json!(format!("#/$defs/{prefix}.{target}")),
                    _ => rename(member, prefix),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, prefix)),
        _ => {}
    }
}

/// A key whose value is the name of a node.
pub(super) fn names(key: Value, entries: &[&'static Entry]) -> Value {
    let known: Vec<_> = entries.iter().map(|entry| name(entry)).collect();
    json!({ "description": key["description"], "type": "string", "anyOf": known })
}

/// A key whose value is a class of effects, or the name of an action that has one.
pub(super) fn effects(key: Value, actions: &[&'static Entry]) -> Value {
    let class = |(class, said): &(Effect, &str)| json!({ "const": class.as_str(), "description": said });
    let writes = actions.iter().filter(|entry| matches!(entry.kind, Kind::Write(_)));
    let known: Vec<_> = CLASSES.iter().map(class).chain(writes.map(|entry| name(entry))).collect();
    json!({ "description": key["description"], "type": "string", "anyOf": known })
}

/// The classes of effects, as somebody chooses among them.
const CLASSES: [(Effect, &str); 8] = [
    (Effect::Ticket, "Every work record that is created or updated"),
    (Effect::Change, "Every change of plain attributes"),
    (Effect::Notify, "Everything that is told to somebody"),
    (Effect::Cut, "Everything that takes access away"),
    (Effect::Grant, "Everything that gives access"),
    (Effect::Credential, "Every credential that is set or handed out"),
    (Effect::Delete, "Every object that is removed"),
    (Effect::Housekeeping, "Every row that the engine keeps for itself"),
];

/// A key whose value is the name of a channel.
pub(super) fn channels(key: Value, catalog: &Catalog) -> Value {
    let console = json!({ "const": "console", "description": "The console of Drawbridge" });
    let channels = catalog.iter().filter(|entry| matches!(entry.kind, Kind::Channel(_)));
    let known: Vec<_> = channels.map(name).chain([console]).collect();
    json!({ "description": key["description"], "type": "string", "anyOf": known })
}

/// One name, with what there is to know before it is chosen.
fn name(entry: &'static Entry) -> Value {
    let mut said = entry.summary.to_owned();
    if let Kind::Write(write) = &entry.kind {
        said += &format!(". Its effect is of class `{}`", write.widest.as_str());
    }
    json!({ "const": entry.name, "title": entry.name, "description": said })
}

/// The people sources as keys.
pub(super) fn people(approvers: &mut Value, catalog: &Catalog) {
    let sources: Vec<_> = catalog.iter().filter(|entry| matches!(entry.kind, Kind::People(_))).collect();
    for entry in &sources {
        let reference = format!("#/$defs/{}", input_name(entry));
        approvers["properties"][entry.name] = json!({ "description": entry.summary, "$ref": reference });
    }
    let names: Vec<&str> = sources.iter().map(|entry| entry.name).collect();
    let mut rules = at_most_one(&names);
    let only_connection = json!({ "required": ["connection"], "maxProperties": 1 });
    rules.push(json!({ "if": only_connection, "then": { "minProperties": 2 } }));
    approvers["allOf"] = json!(rules);
    approvers["minProperties"] = json!(1);
    approvers["additionalProperties"] = json!(false);
}

/// What `with` takes for one node.
pub(super) fn input_rule(key: &str, entry: &Entry) -> Value {
    let name = input_name(entry);
    let input = (entry.input)().to_value();
    let needs_any = input["required"].as_array().is_some_and(|required| !required.is_empty());
    let mut then = json!({ "properties": { "with": { "$ref": format!("#/$defs/{name}") } } });
    if needs_any {
        then["required"] = json!(["with"]);
    }
    json!({ "if": { "properties": { key: { "const": entry.name } }, "required": [key] }, "then": then })
}
