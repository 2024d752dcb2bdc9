//! Takes the null out of what need not be written.

use serde_json::{Value, json};

/// Takes the null away from what need not be written: an editor's message about the value itself is
/// better than one about two alternatives.
pub(super) fn without_null(schema: &mut Value) {
    if let Value::Array(items) = schema {
        items.iter_mut().for_each(without_null);
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
    members.values_mut().for_each(without_null);
}
