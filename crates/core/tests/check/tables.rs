//! What authors see of decision tables: faults at the very cell, also in files.

use std::collections::BTreeMap;

use drawbridge_core::Definition;
use drawbridge_core::graph::Blueprint;
use serde_json::{Value, json};

use crate::CHECKER;
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
    let (blueprint, found) = CHECKER.check(&definition);
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
    csv("", "t.csv E WF040 1:1 the file has no header: its first line names the columns");
    csv(
        "\u{feff}country,level:integer,queue\r\nNO,1,\"a, b\"\r\n\r\n# note\r\nSE,one,\"x\ny\",z\r\n\"D\nK\",two,q\r\n",
        "t.csv E WF040 5:1 the row has 4 of 3 cells
         t.csv E WF040 8:4 column `level`: `two` is not of type integer",
    );
    csv(
        "country,country,level:int,queue\nNO,NO,1,a\n",
        "t.csv E WF040 1:9 the column `country` stands here twice
         t.csv E WF013 1:17 `int` is not a type | help: did you mean `integer`?",
    );
    csv(
        "country;level;queue\nNO;1;a\n",
        "t.csv E WF040 1:1 columns are separated by commas, and here by `;` | help: save the file with commas",
    );
    csv("country,level:integer,queue\nNO,1,\"a\nSE,2,b\n", "t.csv E WF040 2:6 the quote is not closed");
    csv(
        "country,level:integer,queue\n\"matches (\", >= x ,a\n,,\n",
        "t.csv E WF040 2:1 column `country`: the regular expression `(` does not compile
         t.csv E WF040 2:13 column `level`: `x` is not a number
         t.csv E WF040 3:1 column `country`: an empty cell says nothing; write `*` for anything and `=` for the empty text
         t.csv E WF040 3:2 column `level`: an empty cell says nothing; write `*` for anything and `=` for the empty text",
    );
    csv(
        "country,level:integer\nNO,1\n",
        "workflow.yaml E WF040 5:3 table `t` has no output column | help: name only the inputs in `inputs`",
    );
}

#[test]
fn rows_that_are_never_reached_are_found_also_behind_several() {
    csv(
        "country,level:integer,queue\nNO,*,a\nSE,*,b\none_of NO|SE,3,c\none_of NO|DK,3,d\n",
        "t.csv W WF041 4:1 this row is never reached",
    );
    csv(
        "country,level:integer,queue\n*,>= 3,a\nNO,4..5,b\nNO,2,c\n",
        "t.csv W WF041 3:1 this row is never reached",
    );
}

#[test]
fn tables_in_yaml_have_lists_or_maps_as_rows() {
    yaml("columns: [country, queue, \"fast:boolean\"]\nrows:\n  - [NO, a, true]\n  - { queue: b }\n", "");
    yaml(
        "columns: [country, queue]\nrows:\n  - { contry: NO, queue: 5 }\n  - x\n  - [NO]\ninputs: [country]\n",
        "t.yaml E WF040 3:7 table `t` has no column `contry` | help: did you mean `country`?
         t.yaml E WF040 3:26 column `queue`: `5` is not of type string
         t.yaml E WF013 4:5 a row is a list of cells, or a map of them by column, and this is a text
         t.yaml E WF040 5:5 the row has 1 of 2 cells
         t.yaml E WF010 6:1 a table file has no key `inputs` | help: leave it out: the workflow names them",
    );
    yaml("", "t.yaml E WF001 1:1 the file is empty");
    yaml("a: [", "t.yaml E WF001 1:4 this is not YAML: unclosed bracket '['");
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
