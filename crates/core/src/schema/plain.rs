//! Takes from a schema what is true to a program and useless to a person.

use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use super::alternatives::by_key;

/// The schema of another file, from the type that reads it.
#[must_use]
pub fn of_type<T: JsonSchema>(name: &str, title: &str) -> Value {
    named(name, title, schema_for!(T).to_value())
}

/// A schema of a type that another crate keeps to itself, dressed like those from `of_type`.
#[must_use]
pub fn named(name: &str, title: &str, mut schema: Value) -> Value {
    schema["$id"] = json!(format!("urn:drawbridge:schema:{name}"));
    schema["title"] = json!(title);
    tidy(&mut schema);
    by_key(&mut schema);
    title_definitions(&mut schema);
    schema
}

/// Takes the null away from what need not be written: an editor's message about the value itself is
/// better than one about two alternatives.
pub(super) fn tidy(schema: &mut Value) {
    if let Value::Array(items) = schema {
        items.iter_mut().for_each(tidy);
    }
    let Some(members) = schema.as_object_mut() else { return };
    if let Some(Value::Array(words)) = members.get("type")
        && let [word, null] = words.as_slice()
        && null == "null"
    {
        let word = word.clone();
        members.insert("type".to_owned(), word);
    }
    if let Some(Value::Array(alternatives)) = members.get("anyOf")
        && let [only, null] = alternatives.as_slice()
        && null == &json!({ "type": "null" })
    {
        let only = only.as_object().cloned().unwrap_or_default();
        members.remove("anyOf");
        members.extend(only);
    }
    members.values_mut().for_each(tidy);
}

/// Gives definitions their names as titles, in the words in which a message names what it wants.
pub(super) fn title_definitions(schema: &mut Value) {
    for (name, definition) in schema["$defs"].as_object_mut().into_iter().flatten() {
        if definition.get("title").is_none() {
            definition["title"] = json!(words(name));
        }
    }
}

/// The words of a name: `NoMatch` is `no match`.
pub(super) fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
