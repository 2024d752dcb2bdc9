//! Texts that were made to take long or to bring it down: each gets its finding, on a small stack.

use std::collections::BTreeMap;

use drawbridge_core::Definition;
use drawbridge_core::diagnostic::{render_text, to_json};

use crate::hostile_texts::{Hostile, all};
use crate::{CHECKER, run};

/// A quarter of what a thread gets: recursion that follows the text would end here.
const STACK_BYTES: usize = 512 * 1024;

/// Most findings that are told, with the line about the others.
const TOLD_MAX: usize = 201;

#[test]
fn every_hostile_text_is_answered_on_a_small_stack() {
    let every_second =
        |first: usize| all().iter().skip(first).step_by(2).filter_map(fault_of).collect::<Vec<_>>();
    let start = |first: usize| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        thread.spawn(move || every_second(first)).unwrap()
    };
    let faults: Vec<String> =
        [start(0), start(1)].into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is not as promised.
fn fault_of(hostile: &Hostile) -> Option<String> {
    let definition = hostile.definition();
    let (blueprint, found) = CHECKER.check(&definition);
    let sources = definition.sources();
    let first = found.first().map(|finding| to_json(std::slice::from_ref(finding), &sources).to_string());
    let written = render_text(&found[..found.len().min(2)], &sources, false);
    let codes: Vec<_> = found.iter().map(|finding| finding.code.as_str()).collect();
    let is_told = codes.contains(&hostile.code) && codes.len() <= TOLD_MAX && !written.is_empty();
    let has_error = found.iter().any(|finding| finding.severity.as_str() == "error");
    if is_told && blueprint.is_none() == has_error {
        return None;
    }
    let first: String = first.unwrap_or_default().chars().take(300).collect();
    Some(format!("{}: {} findings and no {}, the first {first}", hostile.name, codes.len(), hostile.code))
}

#[test]
fn of_very_many_findings_the_first_are_told_and_the_rest_are_counted() {
    let many: String = (0..500).map(|key| format!("key_{key}: 1\n")).collect();
    let (blueprint, found) = run(&many);
    let last = found.last().unwrap();
    assert!(blueprint.is_none());
    assert_eq!(found.len(), TOLD_MAX);
    // Each key, and four that are missing.
    assert_eq!((last.code.as_str(), last.message.as_str()), ("WF002", "there are 304 more findings"));
}

#[test]
fn marks_and_line_ends_of_other_systems_change_nothing() {
    let good = include_str!("good.yaml");
    for text in [format!("\u{feff}{good}"), good.replace('\n', "\r\n")] {
        let (blueprint, found) = run(&text);
        assert_eq!((blueprint.is_some(), found), (true, Vec::new()));
    }
}

#[test]
fn bytes_that_are_no_text_are_found_at_their_place() {
    let text = String::from_utf8_lossy(b"workflow: w\ntitle: Z\xfcrich\n").into_owned();
    let table = String::from_utf8_lossy(b"a,b\nZ\xfcrich,1\n").into_owned();
    let files = BTreeMap::from([("t.csv".to_owned(), table)]);
    let definition = Definition { path: "w.yaml".to_owned(), text, files };
    let place = |definition: &Definition| {
        let (_, found) = CHECKER.check(definition);
        let found = to_json(&found, &definition.sources());
        let found = found.as_array().unwrap().iter().find(|one| one["message"] == "this is not UTF-8 text");
        found
            .map(|found| format!("{}:{}:{}", found["path"].as_str().unwrap(), found["line"], found["column"]))
    };
    assert_eq!(place(&definition).as_deref(), Some("w.yaml:2:9"));
    let text = "workflow: w\nversion: 1\ntitle: W\ntables: { t: { file: t.csv, inputs: [a], no_match: fail } }\nsteps: [{ id: a, decide: t, with: { a: b } }]\n";
    let definition = Definition { text: text.to_owned(), ..definition };
    assert_eq!(place(&definition).as_deref(), Some("t.csv:2:2"));
}
