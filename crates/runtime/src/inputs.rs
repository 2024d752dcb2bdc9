//! Typed values from outside: inputs and settings, filled with their defaults and checked all at once.

use drawbridge_core::graph::ValueSpec;
use drawbridge_sdk::Fault;
use indexmap::IndexMap;
use serde_json::{Map, Value};

/// Fills in defaults and checks types. `what` is `input` or `setting`.
///
/// # Errors
/// RN012 with everything that is missing, unknown or of another type.
pub fn typed(what: &str, specs: &IndexMap<String, ValueSpec>, given: &Value) -> Result<Value, Fault> {
    let empty = Map::new();
    let given = match given {
        Value::Null => &empty,
        Value::Object(map) => map,
        _ => return Err(Fault::new("RN012", format!("the {what}s are not a map"))),
    };
    let mut problems = Vec::new();
    let mut filled = Map::new();
    for name in given.keys().filter(|name| !specs.contains_key(name.as_str())) {
        problems.push(format!("there is no {what} `{name}`"));
    }
    for (name, spec) in specs {
        match given.get(name).filter(|value| !value.is_null()).or(spec.default.as_ref()) {
            Some(value) if spec.kind.accepts(value) => {
                filled.insert(name.clone(), spec.kind.normal(value.clone()));
            }
            Some(_) => problems.push(format!("{what} `{name}` is not of type `{}`", spec.kind.as_str())),
            None => problems.push(format!("{what} `{name}` is missing")),
        }
    }
    match problems.is_empty() {
        true => Ok(Value::Object(filled)),
        false => Err(Fault::new("RN012", problems.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use drawbridge_core::model::ValueType;
    use serde_json::json;

    use super::*;

    fn check(given: &Value, expected: Result<Value, &str>) {
        let kind = ValueType::parse("string").unwrap();
        let spec = |default| ValueSpec { kind, default, description: String::new() };
        let specs =
            IndexMap::from([("who".to_owned(), spec(None)), ("where".to_owned(), spec(Some(json!("Oslo"))))]);
        let found = typed("input", &specs, given).map_err(|fault| fault.summary);
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn defaults_are_filled_in_and_every_problem_is_named() {
        check(&json!({"who": "a"}), Ok(json!({"who": "a", "where": "Oslo"})));
        check(&json!({"who": null}), Err("input `who` is missing"));
        check(
            &json!({"where": 1, "when": 2}),
            Err("there is no input `when`, input `who` is missing, input `where` is not of type `string`"),
        );
        check(&json!([]), Err("the inputs are not a map"));
    }
}
