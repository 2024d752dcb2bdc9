//! Rewrites alternatives of which each has a key of its own, such as the acts of a test, into one form with
//! rules. An editor's message is then about the one key that is wrong, not about the first alternative.

use serde_json::{Map, Value, json};

use super::rules::{any_of_keys, at_most_one, either, when, without};

/// Rewrites them wherever they stand inside a schema.
pub(super) fn by_key(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for name in ["oneOf", "anyOf"] {
                let Some(form) = members.get(name).and_then(Value::as_array).and_then(|all| one_form(all))
                else {
                    continue;
                };
                members.remove(name);
                members.extend(form);
            }
            members.values_mut().for_each(by_key);
        }
        Value::Array(items) => items.iter_mut().for_each(by_key),
        _ => {}
    }
}

/// The one form of closed maps, if each of them demands a key that no other one knows.
fn one_form(alternatives: &[Value]) -> Option<Map<String, Value>> {
    let tags = alternatives.iter().map(|one| tag(one, alternatives)).collect::<Option<Vec<&str>>>()?;
    let mut properties = Map::new();
    for (tag, one) in tags.iter().zip(alternatives) {
        for (key, member) in one["properties"].as_object()? {
            let mut member = member.clone();
            if key == tag {
                let said = [&one["description"], &member["description"]];
                let said: Vec<&str> = said.into_iter().filter_map(Value::as_str).collect();
                member["description"] = json!(said.join(" "));
            }
            properties.entry(key).or_insert(member);
        }
    }
    let known: Vec<String> = properties.keys().cloned().collect();
    let said = format!("one of these keys is needed: {}", words(&tags));
    let mut rules = at_most_one(&tags);
    // Beside an unknown key, which is a finding itself, nothing is said about what is missing.
    rules.push(when(json!({ "propertyNames": { "enum": known } }), either(&tags, &said)));
    for (at, (tag, one)) in tags.iter().zip(alternatives).enumerate() {
        let own = one["properties"].as_object()?;
        let foreign = |key: &&String| !own.contains_key(*key) && !tags.contains(&key.as_str());
        let foreign: Vec<&str> = known.iter().filter(foreign).map(String::as_str).collect();
        let mut takes = without(&foreign);
        takes["required"] = one["required"].clone();
        // Of two such keys the later one is refused, and the map is judged by the first.
        let alone = json!({ "required": [tag], "not": any_of_keys(&tags[..at]) });
        rules.push(when(if at == 0 { json!({ "required": [tag] }) } else { alone }, takes));
    }
    let form = json!({
        "type": "object", "properties": properties, "additionalProperties": false, "allOf": rules,
    });
    form.as_object().cloned()
}

/// The key that a closed map demands and no other alternative knows.
fn tag<'v>(one: &'v Value, alternatives: &[Value]) -> Option<&'v str> {
    if one["additionalProperties"] != json!(false) {
        return None;
    }
    let knows = |other: &&Value, key: &str| other["properties"].get(key).is_some();
    let mut required = one["required"].as_array()?.iter().filter_map(Value::as_str);
    required.find(|key| alternatives.iter().filter(|other| knows(other, key)).count() == 1)
}

fn words(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alternative(key: &str, said: &str) -> Value {
        json!({
            "type": "object",
            "description": said,
            "properties": { key: { "type": "string" }, "as": { "type": "string" } },
            "required": [key, "as"],
            "additionalProperties": false,
        })
    }

    #[test]
    fn alternatives_with_keys_of_their_own_become_one_form_that_takes_the_same() {
        let mut schema = json!({ "anyOf": [alternative("approve", "Yes."), alternative("reject", "No.")] });
        let before = jsonschema::validator_for(&schema).unwrap();
        by_key(&mut schema);
        let after = jsonschema::validator_for(&schema).unwrap();
        assert_eq!(schema["properties"]["reject"]["description"], "No.");
        for text in [
            r#"{"approve":"a","as":"b"}"#,
            r#"{"reject":"a","as":"b"}"#,
            r#"{"approve":"a"}"#,
            r#"{"approve":"a","reject":"a","as":"b"}"#,
            r#"{"as":"b"}"#,
            r#"{"approve":"a","as":"b","more":1}"#,
            r#"{"approve":1,"as":"b"}"#,
            "{}",
            "3",
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(before.is_valid(&value), after.is_valid(&value), "{text}");
        }
    }

    #[test]
    fn other_alternatives_stay_as_they_are() {
        let schema = json!({ "anyOf": [{ "type": "string" }, { "type": "object", "required": ["a"] }] });
        let mut same = schema.clone();
        by_key(&mut same);
        assert_eq!(same, schema);
    }
}
