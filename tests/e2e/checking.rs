//! `check`, `schema` and `nodes` as an author meets them.

use serde_json::Value;

use crate::harness::{drawbridge, root};

/// Checks a text in a file of its own; the path is left out of what was said.
fn check(text: &str, code: i32) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workflow.yaml");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    drawbridge(&["check", path]).ends_with_code(code).stdout.replace(path, "workflow.yaml")
}

const BROKEN: &str = "\
workflow: broken
version: 1
title: Broken on purpose
inputs:
  user: { type: string }
steps:
  - id: person
    action: azure_ad.user.gett
    with: { user: $.inputs.usr }
  - id: grant
    action: servicenow.record.update
    with: { table: sys_user_grmember, sys_id: $.inputs.user, set: { group: x } }
  - id: note
    uses: servicenow.record.note
  - id: later
    action: servicenow.record.get
    with: { table: incident, sys_id: $.steps.last.sys_id }
  - id: last
    action: servicenow.incident.create
    with: { short_description: hello, manger: x }
";

#[test]
fn every_mistake_of_a_file_is_found_in_one_pass_at_its_line() {
    let said = check(BROKEN, 1);
    for expected in [
        "error[WF017]: there is no action `azure_ad.user.gett`\n --> workflow.yaml:8:13",
        "= help: did you mean `azure_ad.user.get`?",
        "workflow.yaml:9:19",
        "error[GV003]: `grant` grants access without a gate\n  --> workflow.yaml:10:9",
        "error[WF010]: a step has no key `uses`\n  --> workflow.yaml:14:5",
        "= help: here it is called `action`",
        "error[WF021]: `later` reads the output of `last`, which may not have run yet\n  --> workflow.yaml:17:38",
        "error[WF012]: `servicenow.incident.create` has no input `manger`\n  --> workflow.yaml:20:39",
    ] {
        assert!(said.contains(expected), "{expected}\nis not in\n{said}");
    }
}

#[test]
fn a_cycle_names_every_member() {
    let said = check(
        "workflow: circle\nversion: 1\ntitle: A circle\nsteps:\n  - { id: a, set: { x: 1 }, needs: [c] }\n  - { id: b, set: { x: 1 } }\n  - { id: c, set: { x: 1 } }\n",
        1,
    );
    assert!(said.contains("error[WF025]: `a`, `b` and `c` wait for each other"), "{said}");
}

#[test]
fn a_text_that_is_not_yaml_is_an_error_at_its_place() {
    let said = check("workflow: [\n  a: b\n", 1);
    assert!(said.contains("error[WF001]: this is not YAML") && said.contains("workflow.yaml:1:11"), "{said}");
}

#[test]
fn findings_as_json_have_code_line_and_help() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workflow.yaml");
    std::fs::write(&path, BROKEN).unwrap();
    let run = drawbridge(&["check", path.to_str().unwrap(), "--format", "json"]).ends_with_code(1);
    let findings: Value = serde_json::from_str(&run.stdout).unwrap();
    let unknown = findings.as_array().unwrap().iter().find(|finding| finding["code"] == "WF017").unwrap();
    assert_eq!((&unknown["line"], &unknown["column"]), (&8.into(), &13.into()));
    assert_eq!(unknown["help"], "did you mean `azure_ad.user.get`?");
}

#[test]
fn the_shipped_workflows_and_examples_are_clean() {
    drawbridge(&["check", "workflows", "examples"]).ends_with_code(0);
}

#[test]
fn the_checked_in_schema_is_what_the_types_say() {
    let schema = drawbridge(&["schema"]).ends_with_code(0).stdout;
    let stored = std::fs::read_to_string(root().join("schemas/workflow.schema.json")).unwrap();
    assert!(schema.trim() == stored.trim(), "run `cargo run -- schema --out schemas` and commit the result");
}

#[test]
fn an_unknown_node_is_a_finding_and_a_known_one_is_shown() {
    drawbridge(&["nodes", "azure_ad.user.gett"]).ends_with_code(1);
    let shown = drawbridge(&["nodes", "azure_ad.user.get"]).ends_with_code(0).stdout;
    assert!(shown.contains("permission   graph User.Read.All") && shown.contains("required"), "{shown}");
}
