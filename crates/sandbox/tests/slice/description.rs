//! The published description as JSON Schema, to hold answers against.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

const TEXT: &str = include_str!("../../data/azure_ad/graph-v1.0-slice.openapi.yaml");

/// The description and the validators made of it so far.
pub(crate) struct Description {
    document: Value,
    /// The schemas with `nullable` turned into a choice.
    components: Value,
    validators: BTreeMap<String, Validator>,
}

/// What the description promises of one status of one operation.
#[derive(Debug)]
pub(crate) enum Promise {
    /// A body of this schema.
    Body(Value),
    NoBody,
    /// The status is not described.
    Nothing,
}

impl Description {
    pub(crate) fn read() -> Self {
        let document: Value = serde_saphyr::from_str(TEXT).unwrap();
        let components = choices(&document["components"]);
        Self { document, components, validators: BTreeMap::new() }
    }

    /// Every operation as `GET /path`, but for the other spellings of one that is there.
    pub(crate) fn operations(&self) -> Vec<String> {
        let mut operations = Vec::new();
        for (path, methods) in self.document["paths"].as_object().unwrap() {
            for method in ["get", "post", "put", "patch", "delete"] {
                if methods.get(method).is_some() && methods.get("x-alias-of").is_none() {
                    operations.push(format!("{} {path}", method.to_uppercase()));
                }
            }
        }
        operations
    }

    pub(crate) fn promise(&self, operation: &str, status: u16) -> Promise {
        let (method, path) = operation.split_once(' ').unwrap();
        let responses = &self.document["paths"][path][method.to_lowercase()]["responses"];
        let class = format!("{}XX", status / 100);
        let response = responses.get(status.to_string()).or_else(|| responses.get(class));
        let Some(response) = response else { return Promise::Nothing };
        let response = match response.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.document.pointer(&reference[1..]).unwrap(),
            None => response,
        };
        match response.pointer("/content/application~1json/schema") {
            Some(schema) => Promise::Body(choices(schema)),
            None => Promise::NoBody,
        }
    }

    /// What does not fit, each with its place; empty where all is well.
    pub(crate) fn faults(&mut self, schema: &Value, body: &Value) -> Vec<String> {
        let key = schema.to_string();
        let components = &self.components;
        let validator = self.validators.entry(key).or_insert_with(|| {
            let mut whole = schema.as_object().unwrap().clone();
            whole.insert("components".to_owned(), components.clone());
            jsonschema::draft7::new(&Value::Object(whole)).unwrap()
        });
        let mut faults: Vec<String> =
            validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
        self.unknown(schema, body, "", &mut faults);
        faults
    }

    /// Names of properties that the type of an entity, or of the items of a list, does not have.
    fn unknown(&self, schema: &Value, body: &Value, at: &str, faults: &mut Vec<String>) {
        let mut known = Map::new();
        let open = self.collect(schema, &mut known);
        if let Some(items) = body.get("value").and_then(Value::as_array) {
            let of_items = known.get("value").and_then(|value| value.get("items")).cloned();
            for (place, item) in items.iter().enumerate() {
                if let Some(of_items) = &of_items {
                    self.unknown(of_items, item, &format!("{at}/value/{place}"), faults);
                }
            }
            return;
        }
        let derived =
            body.get("@odata.type").and_then(Value::as_str).map(|name| name.trim_start_matches('#'));
        if let Some(derived) = derived.and_then(|name| self.components["schemas"].get(name)) {
            self.collect(derived, &mut known);
        }
        let Some(body) = body.as_object().filter(|_| !open && !known.is_empty()) else { return };
        for name in body.keys().filter(|name| !name.contains('@') && !known.contains_key(*name)) {
            faults.push(format!("{at}/{name}: the type has no such property"));
        }
    }

    /// Adds the properties of a schema and of what it builds on; true where others are allowed.
    fn collect(&self, schema: &Value, known: &mut Map<String, Value>) -> bool {
        let mut open = false;
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            open |= self.collect(&self.components["schemas"][name], known);
        }
        for list in ["allOf", "anyOf"] {
            for part in schema[list].as_array().into_iter().flatten() {
                open |= self.collect(part, known);
            }
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            known.insert(name.clone(), property.clone());
        }
        open
    }
}

/// The same schema with `nullable` written as a choice, as JSON Schema has it.
fn choices(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut members: Map<String, Value> =
                members.iter().map(|(name, value)| (name.clone(), choices(value))).collect();
            let nullable = members.get("nullable") == Some(&Value::Bool(true));
            members.remove("nullable");
            members.remove("discriminator");
            match nullable {
                true => json!({ "anyOf": [Value::Object(members), { "type": "null" }] }),
                false => Value::Object(members),
            }
        }
        Value::Array(items) => items.iter().map(choices).collect(),
        other => other.clone(),
    }
}
