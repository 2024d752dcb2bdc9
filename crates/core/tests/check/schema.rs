//! What the schema says to an editor: the same as `check` about the structure.

use drawbridge_core::diagnostic::FileId;
use drawbridge_core::schema::workflow;
use drawbridge_core::syntax::parse;
use serde_json::Value;

use crate::catalog::catalog;

const GOOD: &str = include_str!("good.yaml");

fn errors(text: &str) -> Vec<String> {
    let (root, found) = parse(text, FileId::WORKFLOW);
    assert_eq!(found, []);
    let schema = workflow(&catalog());
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
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
    planted("wait: { for: 4h }", "wait: { for: 4h }\n    stop: failed", &["/steps/7/stop", "/steps/7/wait"]);
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
            if member["description"].as_str().is_none_or(str::is_empty) {
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
    assert_eq!(silent, Vec::<String>::new());
}
