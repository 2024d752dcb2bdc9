//! How findings look in a terminal and in JSON.

use drawbridge_core::diagnostic::{
    Batch, Code, Diagnostic, FileId, Fix, Sources, Span, render_text, render_text_at, to_json, to_sarif,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

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

/// A finding at these places, with a fix at the last of them.
fn finding(spans: &[(usize, usize, bool)], text: &str) -> Diagnostic {
    let span = |(start, end, is_table): (usize, usize, bool)| Span {
        file: FileId::at(usize::from(is_table)),
        start,
        end,
    };
    let first = spans.first().copied().map(span).unwrap_or_default();
    let finding = Diagnostic::error(Code::WF012, first, text).help(text).note(text);
    let finding = spans.iter().skip(1).fold(finding, |finding, at| finding.label(span(*at), text));
    let last = spans.last().copied().map(span).unwrap_or_default();
    finding.fix(Fix { title: text.to_owned(), span: last, wrong: None, right: text.to_owned() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, rng_seed: RngSeed::Fixed(512), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_place_in_any_text_is_shown(
        text in "\u{feff}?([a-z]{0,3}|\r\n|\n|\r|\t|é|💥|ｗ|\u{1b}\\[31m|\u{0}|\u{200d}| ){0,40}",
        table in "(a,b\r\n|,|ü|\n){0,8}",
        spans in prop::collection::vec((0_usize..200, 0_usize..200, any::<bool>()), 0..5),
        said in "([a-z]{1,3}|\n|\t|é|\u{1b}\\[31m){0,6}",
        width in 0_usize..100,
    ) {
        let mut sources = Sources::default();
        sources.add("workflow.yaml", text);
        sources.add("tables/a.csv", table);
        let found = [finding(&spans, &said)];
        let written = render_text_at(&found, &sources, false, width);
        prop_assert!(written.contains("error[WF012]") && !written.contains('\u{1b}'), "{written:?}");
        let sarif = to_sarif(&[Batch { found: &found, sources: &sources }], "1.0.0", &[]);
        prop_assert_eq!(&sarif["runs"][0]["results"][0]["ruleId"], "WF012");
        prop_assert_eq!(&to_json(&found, &sources)[0]["code"], "WF012");
    }
}
