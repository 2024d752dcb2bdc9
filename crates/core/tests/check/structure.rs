//! What the schema of editors says inside `check`: the same places, in our words, and nothing twice.

use std::sync::LazyLock;

use drawbridge_core::diagnostic::{Diagnostic, FileId, Severity, Span};
use drawbridge_core::schema::workflow;
use drawbridge_core::syntax::{Node, parse};
use jsonschema::Validator;
use jsonschema::paths::{Location, LocationSegment};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::never_panics::{mutate, mutation};
use crate::{CATALOG, CHECKER, define};

const GOOD: &str = include_str!("good.yaml");
const WHOLE: &str = include_str!("whole.yaml");
const PLAIN: &str = include_str!("plain.yaml");

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::validator_for(&workflow(&CATALOG)).expect("the schema is one"));

/// Errors, and places with objections.
type Judged = (Vec<Diagnostic>, Vec<(Span, String)>);

/// The errors of `check`, with the places where the schema objects and how it does.
fn judge(text: &str) -> Option<Judged> {
    let (root, _) = parse(text, FileId::WORKFLOW);
    let root = root?;
    let (_, mut found) = CHECKER.check(&define(text));
    found.retain(|finding| finding.severity == Severity::Error);
    let document = root.to_value();
    let objections = VALIDATOR.iter_errors(&document);
    let objections = objections
        .map(|error| (place(&root, error.instance_path()), format!("{}: {error}", error.instance_path())));
    Some((found, objections.collect()))
}

/// The place of a value with its key.
fn place(root: &Node, path: &Location) -> Span {
    let (mut node, mut span) = (root, root.span);
    for segment in path {
        match segment {
            LocationSegment::Property(name) => {
                let entries = node.as_map().unwrap_or_default().iter().rev();
                let entry = entries.clone().find(|entry| entry.key.text == name).expect("the key is there");
                node = &entry.value;
                span = Span { end: node.span.end.max(entry.key.span.end), ..entry.key.span };
            }
            LocationSegment::Index(at) => {
                node = &node.as_list().expect("it is a list")[at];
                span = node.span;
            }
        }
    }
    span
}

fn meet(one: Span, other: Span) -> bool {
    one.start <= other.end && one.end >= other.start
}

/// Codes of what a text is made of; the schema alone decides about them where there is no expression.
const STRUCTURAL: [&str; 8] = ["WF010", "WF011", "WF012", "WF013", "WF014", "WF015", "WF018", "WF019"];

fn changed(text: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec(mutation(), 1..4).prop_map(move |mutations| {
        mutations.iter().fold(text.to_owned(), |text, mutation| mutate(&text, mutation))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: RngSeed::Fixed(256), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_an_editor_underlines_does_not_pass(text in prop_oneof![changed(GOOD), changed(WHOLE), changed(PLAIN)]) {
        let Some((found, objections)) = judge(&text) else { return Ok(()) };
        for (place, objection) in objections {
            let said = found.iter().any(|finding| finding.labels.iter().any(|label| meet(label.span, place)));
            prop_assert!(said, "{objection}\n{found:#?}\n{text}");
        }
    }

    #[test]
    fn whatever_is_wrong_with_the_structure_an_editor_underlines(text in changed(PLAIN)) {
        if text.lines().skip(1).any(|line| line.contains('$') || line.contains("{{")) {
            return Ok(());
        }
        let Some((found, objections)) = judge(&text) else { return Ok(()) };
        // Of two kinds, or of a key that stands twice, the reader takes the first and the schema is given the last.
        if found.iter().any(|finding| ["WF003", "WF014"].contains(&finding.code.as_str())) {
            return Ok(());
        }
        for finding in found.iter().filter(|finding| STRUCTURAL.contains(&finding.code.as_str())) {
            let places = || finding.labels.iter().map(|label| label.span);
            let underlined = objections.iter().any(|(place, _)| places().any(|span| meet(*place, span)));
            prop_assert!(underlined, "{} {} {}\n{text}", finding.code, finding.message, &text[finding.span().start..]);
        }
    }
}
