//! What the schema says to an editor: the same as `check` about the structure.

use std::collections::BTreeSet;

use drawbridge_core::diagnostic::FileId;
use drawbridge_core::schema::workflow;
use drawbridge_core::syntax::parse;
use serde_json::{Value, json};

use crate::catalog::catalog;

const GOOD: &str = include_str!("good.yaml");

fn errors(text: &str) -> Vec<String> {
    objections(&workflow(&catalog()), text)
}

/// Where a schema objects to a text.
pub(crate) fn objections(schema: &Value, text: &str) -> Vec<String> {
    let (root, found) = parse(text, FileId::WORKFLOW);
    assert_eq!(found, []);
    let validator = jsonschema::validator_for(schema).expect("the schema is one");
    let document = root.expect("nothing was found").to_value();
    let mut errors: Vec<_> =
        validator.iter_errors(&document).map(|error| error.instance_path().to_string()).collect();
    errors.sort_unstable();
    errors.dedup();
    errors
}

/// Replaces a piece of the good workflow and says where the schema objects.
#[track_caller]
fn planted(piece: &str, mistake: &str, places: &[&str]) {
    assert_eq!(GOOD.matches(piece).count(), 1, "`{piece}` stands once in the good workflow");
    assert_eq!(errors(&GOOD.replace(piece, mistake)), places, "{mistake}");
}

#[test]
fn good_workflow_fits_the_schema() {
    assert_eq!(errors(GOOD), Vec::<String>::new());
}

#[test]
fn planted_mistakes_are_refused_at_their_place() {
    planted("version: 3", "version: three", &["/version"]);
    planted("title: Role-based access request", "titel: x", &[""]);
    planted("needs: []", "need: []", &["/steps/5/parallel/facilities/1"]);
    planted("retry: { attempts: 3 }", "retry: { attempts: 0 }", &["/steps/0/retry/attempts"]);
    planted("with: { user: $.inputs.person, select: [country] }", "with: { usr: x }", &["/steps/0/with"]);
    planted("select: [country]", "select: 3", &["/steps/0/with/select"]);
    planted("select: [country]", "select: country", &["/steps/0/with/select"]);
    planted("urgency: 2, category: hardware", "urgency: 7", &["/steps/5/parallel/it/0/with/urgency"]);
    planted("urgency: 2, category: hardware", "category: hardwre", &["/steps/5/parallel/it/0/with/category"]);
    planted(
        "with: { short_description: Desk }",
        "retry: { attempts: 2 }",
        &["/steps/5/parallel/facilities/0"],
    );
    planted("stop: succeeded", "stop: done", &["/steps/6/switch/1/else/0/stop"]);
    planted("wait: { for: 4h }", "wait: { for: 4h }\n    stop: failed", &["/steps/7/stop"]);
    planted("decide: routing", "decide: routing\n    poll: {}", &["/steps/1/poll"]);
    planted(
        "trigger: servicenow.catalog_item.requested",
        "trigger: servicenow.item",
        &["/triggers/0/trigger"],
    );
    planted("with: { item: $.settings.catalog_item, ", "with: { itm: x, ", &["/triggers/0/with"]);
    planted("via: servicenow", "via: teams", &["/steps/3/approval/via"]);
    planted("never: [requester, beneficiary", "never: [nobody, beneficiary", &["/steps/3/approval/never/0"]);
}

#[test]
fn every_value_that_is_no_text_also_takes_an_expression() {
    let text = GOOD.replace(
        "urgency: 2, category: hardware",
        "urgency: $.inputs.request, category: \"{{inputs.note}}\"",
    );
    assert_eq!(errors(&text), Vec::<String>::new());
}

#[test]
fn hover_texts_are_there_for_every_key() {
    fn look(schema: &Value, path: &str, silent: &mut Vec<String>) {
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            // What is open or refused here is described in a rule.
            if member.is_object() && member["description"].as_str().is_none_or(str::is_empty) {
                silent.push(format!("{path}.{name}"));
            }
        }
    }
    let schema = workflow(&catalog());
    let mut silent = Vec::new();
    look(&schema, "", &mut silent);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        look(definition, name, &mut silent);
    }
    for rule in schema["$defs"]["Step"]["allOf"].as_array().unwrap() {
        // Rules by the value of a key only tell values.
        if rule["if"]["properties"].is_null() {
            look(&rule["then"], "Step", &mut silent);
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn every_example_fits_where_it_is_shown() {
    fn look(schema: &Value, root: &Value, path: &str, wrong: &mut Vec<String>) {
        match schema {
            Value::Object(members) => {
                for example in members.get("examples").and_then(Value::as_array).into_iter().flatten() {
                    let mut alone = schema.clone();
                    alone["$defs"] = root["$defs"].clone();
                    let validator = jsonschema::validator_for(&alone).expect("a part of a schema is one");
                    let errors = validator.iter_errors(example).map(|error| format!("{path}: {error}"));
                    wrong.extend(errors);
                }
                members.iter().for_each(|(name, part)| look(part, root, &format!("{path}/{name}"), wrong));
            }
            Value::Array(parts) => parts.iter().for_each(|part| look(part, root, path, wrong)),
            _ => {}
        }
    }
    // Their nodes are those of the shipped catalogue; whether a name is known is not looked at here.
    let mut schema = workflow(&catalog());
    for name in ["Trigger", "Cancel"] {
        schema["$defs"][name]["properties"]["trigger"] = json!(true);
    }
    let mut wrong = Vec::new();
    look(&schema, &schema, "", &mut wrong);
    assert_eq!(wrong, Vec::<String>::new());
}

/// What draft-07 also has, and one word more that editors show in place of a pattern.
const VOCABULARY: [&str; 35] = [
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "default",
    "description",
    "else",
    "enum",
    "errorMessage",
    "examples",
    "format",
    "if",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "not",
    "oneOf",
    "pattern",
    "properties",
    "propertyNames",
    "required",
    "then",
    "title",
    "type",
    "uniqueItems",
];

#[test]
fn only_words_that_older_editors_know_are_used() {
    fn look(schema: &Value, found: &mut BTreeSet<String>) {
        for (word, part) in schema.as_object().into_iter().flatten() {
            found.insert(word.clone());
            match word.as_str() {
                "properties" | "$defs" => {
                    part.as_object().into_iter().flatten().for_each(|(_, part)| look(part, found))
                }
                "allOf" | "anyOf" | "oneOf" => {
                    part.as_array().into_iter().flatten().for_each(|part| look(part, found))
                }
                "if" | "then" | "else" | "not" | "items" | "additionalProperties" | "propertyNames" => {
                    look(part, found)
                }
                _ => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    look(&workflow(&catalog()), &mut found);
    let known: BTreeSet<String> = VOCABULARY.iter().map(|word| (*word).to_owned()).collect();
    assert_eq!(found.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
}
