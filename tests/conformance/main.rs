//! Walks the catalogue as a user sees it: every node is named, documented and has an example that fits.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../harness/drive.rs"]
mod harness;

use serde_json::Value;

fn nodes() -> Vec<Value> {
    let run = harness::drawbridge(&["nodes", "--json"]).ends_with_code(0);
    serde_json::from_str(&run.stdout).unwrap()
}

fn text<'a>(node: &'a Value, key: &str) -> &'a str {
    node[key].as_str().unwrap_or_default()
}

#[test]
fn every_action_and_trigger_is_named_system_noun_verb() {
    let odd: Vec<String> = nodes()
        .iter()
        .filter(|node| matches!(text(node, "kind"), "read" | "write" | "trigger"))
        .map(|node| text(node, "name").to_owned())
        .filter(|name| name.split('.').count() != 3 || name.bytes().any(|byte| byte.is_ascii_uppercase()))
        .collect();
    assert_eq!(odd, Vec::<String>::new());
}

#[test]
fn every_node_has_a_summary_and_says_what_it_needs() {
    for node in nodes() {
        let name = text(&node, "name");
        let summary = text(&node, "summary");
        assert!(!summary.is_empty() && !summary.ends_with('.'), "{name}: {summary}");
        // The shape of a record is only described.
        let needs = !node["permissions"].as_array().unwrap().is_empty() || text(&node, "kind") == "record";
        assert!(needs || text(&node, "system") == "builtin", "{name} names no permission");
    }
}

#[test]
fn every_field_of_every_node_is_documented() {
    let mut bare = Vec::new();
    for node in nodes() {
        for part in ["input", "output", "event", "fields"] {
            for (field, schema) in node[part]["properties"].as_object().into_iter().flatten() {
                if text(schema, "description").is_empty() {
                    bare.push(format!("{} {part} {field}", text(&node, "name")));
                }
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn every_example_fits_the_schema_of_its_node() {
    for node in nodes().iter().filter(|node| !text(node, "example").is_empty()) {
        let name = text(node, "name");
        let example: Value = serde_saphyr::from_str(text(node, "example")).unwrap();
        let schema = jsonschema::validator_for(&node["input"]).unwrap();
        let misfits: Vec<String> = schema.iter_errors(&example).map(|error| error.to_string()).collect();
        assert_eq!(misfits, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_example_checks_clean_in_a_workflow() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workflow.yaml");
    for node in nodes().iter().filter(|node| !text(node, "example").is_empty()) {
        let name = text(node, "name");
        let check = |text: String| {
            std::fs::write(&file, text).unwrap();
            harness::drawbridge(&["check", file.to_str().unwrap()])
        };
        let mut run = check(around(node));
        if run.stdout.contains("[GV003]") {
            run = check(around(node) + "    no_approval_because: only an example\n");
        }
        assert_eq!(run.code, 0, "{name}\n{}{}", run.stdout, run.stderr);
        assert!(!run.stdout.contains("warning"), "{name}\n{}", run.stdout);
    }
}

/// The smallest workflow around the example of a node; an action ends it.
fn around(node: &Value) -> String {
    let name = text(node, "name");
    let example = |columns: usize| {
        text(node, "example").trim_end().replace('\n', &format!("\n{}", " ".repeat(columns)))
    };
    let head = "workflow: example\nversion: 1\ntitle: An example\n";
    match text(node, "kind") {
        "trigger" => format!(
            "{head}triggers:\n  - id: seen\n    trigger: {name}\n    with:\n      {}\nsteps:\n  - id: end\n    stop: succeeded\n",
            example(6)
        ),
        "people" => format!(
            "{head}steps:\n  - id: gate\n    approval:\n      subject: An example\n      via: servicenow\n      record: 6816f79cc0a8016401c5a33be04be441\n      expires: {{ after: 5d }}\n      stages:\n        - name: first\n          approvers:\n            - {name}:\n                {}\n  - id: after\n    action: servicenow.incident.create\n    with: {{ short_description: Approved }}\n",
            example(16)
        ),
        _ => format!("{head}steps:\n  - id: step\n    action: {name}\n    with:\n      {}\n", example(6)),
    }
}
