//! What authors see of decision tables: faults at the very cell, also in files.

use std::collections::BTreeMap;

use drawbridge_core::graph::Blueprint;
use drawbridge_core::{Definition, check};
use serde_json::{Value, json};

use crate::catalog::catalog;
use crate::findings::line;

/// Checks a workflow with one table that stands in a file.
fn run(table: &str, file: (&str, &str), with: &str) -> (Option<Blueprint>, String) {
    let text = format!(
        "workflow: w
version: 1
title: T
tables:
  t: {{ file: {}, {table} }}
steps:
  - {{ id: a, decide: t, with: {with} }}
",
        file.0
    );
    let files = BTreeMap::from([(file.0.to_owned(), file.1.to_owned())]);
    let definition = Definition { path: "workflow.yaml".to_owned(), text, files };
    let sources = definition.sources();
    let (blueprint, found) = check(&definition, &catalog());
    let lines: Vec<_> = found
        .iter()
        .map(|finding| format!("{} {}", sources.path(finding.span().file), line(finding, &sources)))
        .collect();
    (blueprint, lines.join("\n"))
}

#[track_caller]
fn csv(text: &str, expected: &str) {
    let expected: Vec<_> = expected.lines().map(str::trim).collect();
    let with = "{ country: NO, level: 1 }";
    let (_, found) = run("inputs: [country, level]", ("t.csv", text), with);
    assert_eq!(found, expected.join("\n"), "\n{text}");
}

#[track_caller]
fn yaml(text: &str, expected: &str) {
    let expected: Vec<_> = expected.lines().map(str::trim).collect();
    let (_, found) = run("inputs: [country]", ("t.yaml", text), "{ country: NO }");
    assert_eq!(found, expected.join("\n"), "\n{text}");
}

#[track_caller]
fn decides(table: &str, file: (&str, &str), inputs: Value, expected: Result<Option<Value>, &str>) {
    let (blueprint, found) = run(table, file, "{ country: NO }");
    let table = &blueprint.unwrap_or_else(|| panic!("{found}")).tables["t"];
    let decided = table.decide(&inputs).map_err(|error| error.to_string());
    assert_eq!(decided, expected.map_err(str::to_owned), "{inputs}");
}

#[test]
fn faults_in_csv_point_at_the_cell() {
    csv("", "");
    csv(
        "\u{feff}country,level:integer,queue\r\nNO,1,\"a, b\"\r\n\r\n# note\r\nSE,one,\"x\ny\",z\r\n\"D\nK\",two,q\r\n",
        "",
    );
    csv("country,country,level:int,queue\nNO,NO,1,a\n", "");
    csv("country;level;queue\nNO;1;a\n", "");
    csv("country,level:integer,queue\nNO,1,\"a\nSE,2,b\n", "");
    csv("country,level:integer,queue\n\"matches (\", >= x ,a\n,,\n", "");
    csv("country,level:integer\nNO,1\n", "");
}

#[test]
fn rows_that_are_never_reached_are_found_also_behind_several() {
    csv("country,level:integer,queue\nNO,*,a\nSE,*,b\none_of NO|SE,3,c\none_of NO|DK,3,d\n", "");
    csv("country,level:integer,queue\n*,>= 3,a\nNO,4..5,b\nNO,2,c\n", "");
}

#[test]
fn tables_in_yaml_have_lists_or_maps_as_rows() {
    yaml("columns: [country, queue, \"fast:boolean\"]\nrows:\n  - [NO, a, true]\n  - { queue: b }\n", "");
    yaml(
        "columns: [country, queue]\nrows:\n  - { contry: NO, queue: 5 }\n  - x\n  - [NO]\ninputs: [country]\n",
        "",
    );
    yaml("", "");
    yaml("a: [", "");
}

#[test]
fn all_rows_that_hold_are_given_in_order() {
    let file = ("t.csv", "country,group\nNO,oslo\n*,all\nSE,stockholm\n");
    let table = "inputs: [country], match: all, no_match: skip";
    let rows = |groups: &[&str]| {
        let rows: Vec<_> = groups.iter().map(|group| json!({ "group": group })).collect();
        Ok(Some(json!({ "rows": rows })))
    };
    decides(table, file, json!({"country": "NO"}), rows(&["oslo", "all"]));
    decides(table, file, json!({"country": "DK"}), rows(&["all"]));
    let narrow = ("t.csv", "country,group\nNO,oslo\n");
    decides(table, narrow, json!({"country": "DK"}), rows(&[]));
    let other = "inputs: [country], match: all, no_match: { group: none }";
    decides(other, narrow, json!({"country": "DK"}), rows(&["none"]));
    let fails = "inputs: [country], match: all";
    decides(fails, narrow, json!({"country": "DK"}), Err("no row of table `t` fits {\"country\":\"DK\"}"));
}

#[test]
fn what_is_left_out_of_a_named_row_is_anything_or_null() {
    let file = ("t.yaml", "columns: [country, queue]\nrows: [{ country: NO }, { queue: b }]\n");
    let table = "inputs: [country]";
    decides(table, file, json!({"country": "NO"}), Ok(Some(json!({"queue": null}))));
    decides(table, file, json!({}), Ok(Some(json!({"queue": "b"}))));
}
