//! Values that are declared with their type: inputs, settings, and the fields of an answer.

use super::value_type::ValueType;
use super::words::check_name;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::syntax::{Fields, Key, Keys, Node, list, text};

pub(crate) const VALUE_KEYS: Keys = Keys {
    what: "an input or setting",
    known: &["type", "default", "description"],
    foreign: &[("required", "nothing: what has no `default` is required"), ("value", "`default`")],
};

/// An input or a setting.
#[derive(Debug)]
pub(crate) struct ValueDoc<'t> {
    pub(crate) key: &'t Key,
    pub(crate) kind: Option<ValueType>,
    pub(crate) default: Option<&'t Node>,
    pub(crate) description: &'t str,
}

/// Reads a map of declared values.
pub(super) fn read_declared<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Vec<ValueDoc<'t>> {
    let Some(values) = Fields::any(node, "this", found) else { return Vec::new() };
    values.entries().iter().map(|entry| read_value(&entry.key, &entry.value, found)).collect()
}

fn read_value<'t>(key: &'t Key, node: &'t Node, found: &mut Vec<Diagnostic>) -> ValueDoc<'t> {
    let nothing = ValueDoc { key, kind: None, default: None, description: "" };
    check_name(key, found);
    let Some(fields) = Fields::open(node, &VALUE_KEYS, found) else { return nothing };
    let kind = fields.need("type", found).and_then(|node| read_type(node, found));
    let default = fields.get("default").map(|entry| &entry.value);
    if let (Some(kind), Some(default)) = (kind, default)
        && !kind.accepts(&default.to_value())
    {
        let message = format!("the default of `{}` is not of type {kind}", key.text);
        found.push(Diagnostic::error(Code::WF013, default.span, message));
    }
    let description = fields.text("description", found).and_then(Node::as_str).unwrap_or_default();
    ValueDoc { kind, default, description, ..nothing }
}

/// Reads a type's word.
pub(crate) fn read_type(node: &Node, found: &mut Vec<Diagnostic>) -> Option<ValueType> {
    let word = text(node, "type", found)?;
    let kind = ValueType::parse(word);
    if kind.is_none() {
        found.push(unknown_type(word, node.span));
    }
    kind
}

/// Reports a word that is no type.
pub(crate) fn unknown_type(word: &str, span: Span) -> Diagnostic {
    let words = ValueType::ALL.map(ValueType::as_str);
    let foreign = match word {
        "text" | "str" => Some("string"),
        "bool" => Some("boolean"),
        "int" => Some("integer"),
        "float" | "double" => Some("number"),
        "array" => Some("list"),
        "object" | "dict" => Some("map"),
        "date" | "datetime" | "timestamp" => Some("time"),
        _ => None,
    };
    let error = Diagnostic::error(Code::WF013, span, format!("`{word}` is not a type"));
    match foreign.or_else(|| nearest(word, words)) {
        Some(name) => error.did_you_mean(word, name),
        None => error.note(format!("the types are {}", list(&words))),
    }
}
