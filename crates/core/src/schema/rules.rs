//! What goes together: rules that no list of keys tells. Each names one key per mistake, so that an editor
//! underlines one place.

use serde_json::{Map, Value, json};

use crate::model::{EXTRA_KEYS, KIND_KEYS};

/// What is said where a step does nothing.
const NO_KIND: &str = "the step does nothing: it has no kind key, such as `action`";

/// The rules by the name of the definition that they belong to.
pub(super) fn rules() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("Step", step()),
        ("Branch", vec![branch()]),
        ("Wait", wait()),
        ("Table", vec![table()]),
        ("SetValue", computed()),
        ("Declared", defaults()),
    ]
}

/// At most one of these keys: the later ones are refused beside an earlier one.
pub(super) fn at_most_one(keys: &[&str]) -> Vec<Value> {
    let beside = |(at, key): (usize, &&str)| {
        let later = &keys[at + 1..];
        (!later.is_empty()).then(|| when(json!({ "required": [key] }), without(later)))
    };
    keys.iter().enumerate().filter_map(beside).collect()
}

/// At least one of these keys.
pub(super) fn either(keys: &[&str], said: &str) -> Value {
    let one = |key: &&str| json!({ "required": [key], "errorMessage": said });
    json!({ "anyOf": keys.iter().map(one).collect::<Vec<_>>() })
}

pub(super) fn when(condition: Value, then: Value) -> Value {
    json!({ "if": condition, "then": then })
}

pub(super) fn without(keys: &[&str]) -> Value {
    json!({ "properties": keys.iter().map(|key| ((*key).to_owned(), json!(false))).collect::<Map<_, _>>() })
}

/// What is a word or a number, or a map that says more. As plain alternatives, a slip in the map would be said
/// twice.
const OR_MAP: [&str; 3] = ["MaxLength", "Otherwise", "Unmatched"];

/// Takes alternatives of which the last is a map apart by what is written.
pub(super) fn split_maps(defs: &mut Value) {
    for name in OR_MAP {
        let Some(definition) = defs.get_mut(name) else { continue };
        let Some([plain, map]) = definition["anyOf"].as_array().map(Vec::as_slice) else { continue };
        let any_map = json!({ "type": "object" });
        let (alternatives, rule) = (json!([plain, any_map]), when(any_map.clone(), map.clone()));
        definition["anyOf"] = alternatives;
        definition["allOf"] = json!([rule]);
    }
}

pub(super) fn any_of_keys(keys: &[&str]) -> Value {
    json!({ "anyOf": keys.iter().map(|key| json!({ "required": [key] })).collect::<Vec<_>>() })
}

/// One kind key, and nothing that goes with other kinds only.
fn step() -> Vec<Value> {
    let mut rules = at_most_one(&KIND_KEYS);
    rules.push(either(&KIND_KEYS, NO_KIND));
    for (extra, with) in EXTRA_KEYS {
        let others: Vec<&str> = KIND_KEYS.iter().copied().filter(|kind| !with.contains(kind)).collect();
        let misplaced = json!({ "allOf": [any_of_keys(&others), { "not": any_of_keys(with) }] });
        rules.push(when(misplaced, without(&[extra])));
    }
    rules.push(when(json!({ "required": ["foreach"] }), json!({ "required": ["steps"] })));
    rules.push(when(json!({ "required": ["map"] }), json!({ "required": ["from"] })));
    rules
}

/// Moves what a step may carry beside some kinds only into rules, so that an editor offers it there and nowhere
/// else. The keys themselves stay, open, or they would count as unknown.
pub(super) fn offer_by_kind(step: &mut Value) {
    let mut rules = Vec::new();
    let kinds = KIND_KEYS.iter().map(|kind| (*kind, std::slice::from_ref(kind)));
    for (key, with) in kinds.chain(EXTRA_KEYS.iter().map(|(extra, with)| (*extra, *with))) {
        let others: Vec<&str> = KIND_KEYS.iter().copied().filter(|kind| !with.contains(kind)).collect();
        let described = std::mem::replace(&mut step["properties"][key], json!(true));
        rules.push(when(json!({ "not": any_of_keys(&others) }), json!({ "properties": { key: described } })));
    }
    if let Some(more) = step["allOf"].as_array_mut() {
        rules.append(more);
    }
    step["allOf"] = Value::Array(rules);
}

/// A time, a point in time, or an event with a time.
fn wait() -> Vec<Value> {
    vec![
        when(json!({ "required": ["until"] }), without(&["for", "event"])),
        when(json!({ "required": ["event"] }), json!({ "required": ["for"] })),
        either(&["for", "until", "event"], "`wait` has `for`, or `until`, or `event` with `for`"),
    ]
}

/// A condition with steps, or `else` alone.
fn branch() -> Value {
    json!({
        "if": { "required": ["else"] },
        "then": without(&["if", "steps"]),
        "else": { "required": ["if", "steps"] },
    })
}

/// A file, or columns with rows.
fn table() -> Value {
    json!({
        "if": { "required": ["file"] },
        "then": without(&["columns", "rows"]),
        "else": {
            "if": { "required": ["columns"] },
            "then": { "required": ["rows"] },
            "else": { "required": ["columns"], "errorMessage": "a table has either `file` or `columns` with `rows`" },
        },
    })
}

/// What a computed value takes; a map with other keys is a value itself.
fn computed() -> Vec<Value> {
    let duration = json!({ "$ref": "#/$defs/Duration" });
    let takes =
        [("ago", duration.clone()), ("from_now", duration), ("condition", json!({ "type": "string" }))];
    let rule = |(key, taken): (&str, Value)| {
        let computed = json!({ "type": "object", "required": [key], "maxProperties": 1 });
        when(computed, json!({ "properties": { key: taken } }))
    };
    takes.into_iter().map(rule).collect()
}

/// A default is of the type of its value.
fn defaults() -> Vec<Value> {
    let types = [
        ("string", json!({ "type": "string" })),
        ("integer", json!({ "type": "integer" })),
        ("number", json!({ "type": "number" })),
        ("boolean", json!({ "type": "boolean" })),
        ("time", json!({ "$ref": "#/$defs/Time" })),
        ("list", json!({ "type": "array" })),
        ("map", json!({ "type": "object" })),
    ];
    let rule = |(word, taken): (&str, Value)| {
        let of_type = json!({ "properties": { "type": { "const": word } }, "required": ["type"] });
        when(of_type, json!({ "properties": { "default": taken } }))
    };
    types.into_iter().map(rule).collect()
}
