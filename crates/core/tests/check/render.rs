//! How findings look in a terminal and in JSON.

use drawbridge_core::diagnostic::{render_text, to_json};

use crate::{define, run};

const BROKEN: &str = "workflow: w
version: 1
title: T
inputs: { who: { type: string } }
tables: { routing: { file: tables/routing.csv, inputs: [department, country, queue, laptop] } }
steps:
  - id: person
    action: azure_ad.user.get
    with: { usr: $.inputs.who }
  - id: add_to_group
    action: azure_ad.group.add_member
    with: { user: $.steps.later.id, group: g }
  - id: later
    action: azure_ad.user.get
    with: { user: \"Ünïcode {{inputs.whom}}\" }
";

#[test]
fn text_shows_the_place_the_way_out_and_the_facts() {
    let (_, found) = run(BROKEN);
    insta::assert_snapshot!(render_text(&found, &define(BROKEN).sources(), false));
}

#[test]
fn colour_adds_nothing_but_colour() {
    let (_, found) = run(BROKEN);
    let sources = define(BROKEN).sources();
    let colored = render_text(&found, &sources, true);
    let escapes = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    assert_ne!(colored, render_text(&found, &sources, false));
    assert_eq!(escapes.replace_all(&colored, ""), render_text(&found, &sources, false));
}

#[test]
fn json_has_lines_columns_and_bytes() {
    let (_, found) = run("workflow: w\nversion: 1\ntitle: T\nsteps: [{ id: a, stop: don }]\n");
    let sources = define("workflow: w\nversion: 1\ntitle: T\nsteps: [{ id: a, stop: don }]\n").sources();
    insta::assert_snapshot!(serde_json::to_string_pretty(&to_json(&found, &sources)).unwrap());
}
