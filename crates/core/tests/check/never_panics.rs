//! Whatever is written, `check` answers.

use drawbridge_core::diagnostic::{Diagnostic, FileId, Sources, render_text, to_json};
use drawbridge_core::expression::{Condition, Path, Text};
use drawbridge_core::syntax::parse;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use crate::{define, mutations, run};

const GOOD: &str = include_str!("good.yaml");

/// Workflows that are changed: with every construct between them.
const SEEDS: [&str; 5] = [
    GOOD,
    include_str!("whole.yaml"),
    include_str!("mapped.yaml"),
    include_str!("../../../../workflows/user-onboarding/workflow.yaml"),
    include_str!("../../../../examples/incident-after-approval/workflow.yaml"),
];

/// Most findings that are told, with the line about the others.
const TOLD_MAX: usize = 201;

/// Checks a text, writes what was found, and holds all of it to what is promised.
fn holds(text: &str) {
    let (blueprint, found) = run(text);
    let sources = define(text).sources();
    let written = render_text(&found, &sources, false);
    assert_eq!(written.is_empty(), found.is_empty());
    let json = to_json(&found, &sources);
    assert_eq!(json.as_array().map(Vec::len), Some(found.len()));
    assert_eq!(serde_json::from_str::<Value>(&json.to_string()).ok(), Some(json));
    let has_error = found.iter().any(|finding| finding.severity.as_str() == "error");
    assert_eq!(blueprint.is_none(), has_error, "{text}\n{written}");
    assert!(found.len() <= TOLD_MAX, "{} findings", found.len());
    for finding in &found {
        assert!(stands_in_text(finding, &sources), "{finding:?}\n{text}");
    }
    let (again, found_again) = run(text);
    assert_eq!((again.map(|it| it.order), found_again), (blueprint.map(|it| it.order), found));
}

/// Whether every place of a finding is a piece of its file, from character to character.
fn stands_in_text(finding: &Diagnostic, sources: &Sources) -> bool {
    let spans = finding.labels.iter().map(|label| label.span).chain(finding.fixes.iter().map(|fix| fix.span));
    let mut texts = spans.map(|span| sources.text(span.file).get(span.start..span.end));
    !finding.labels.is_empty() && texts.all(|text| text.is_some())
}

/// A seed as a tree; written back as JSON it is YAML again.
fn tree(seed: &str) -> Value {
    parse(seed, FileId::WORKFLOW).0.expect("seeds are good").to_value()
}

/// One change of the good workflow.
#[derive(Debug, Clone)]
pub(crate) enum Mutation {
    Cut(usize, usize),
    Insert(usize, String),
    DropLine(usize),
    SwapLines(usize, usize),
    Indent(usize, usize),
}

pub(crate) fn mutation() -> impl Strategy<Value = Mutation> {
    let pieces = prop::sample::select(vec![
        "{{",
        "}}",
        "$.",
        "$..",
        "[*]",
        "[?@.x]",
        "!",
        "\"",
        "'",
        ": ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "|\n",
        "#",
        "0123",
        "null",
        "true",
        "\t",
        "é",
        "💥",
        "\u{0}",
        "count(",
        "match(",
        "$.steps.person.id",
        "{{#each x}}",
        "~",
    ]);
    prop_oneof![
        (any::<usize>(), 1_usize..40).prop_map(|(at, length)| Mutation::Cut(at, length)),
        (any::<usize>(), pieces).prop_map(|(at, piece)| Mutation::Insert(at, piece.to_owned())),
        any::<usize>().prop_map(Mutation::DropLine),
        (any::<usize>(), any::<usize>()).prop_map(|(one, other)| Mutation::SwapLines(one, other)),
        (any::<usize>(), 0_usize..6).prop_map(|(line, spaces)| Mutation::Indent(line, spaces)),
    ]
}

pub(crate) fn mutate(text: &str, mutation: &Mutation) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut lines: Vec<&str> = text.lines().collect();
    if chars.is_empty() || lines.is_empty() {
        return text.to_owned();
    }
    match mutation {
        Mutation::Cut(at, length) => {
            let start = at % chars.len();
            chars.drain(start..(start + length).min(chars.len()));
            chars.into_iter().collect()
        }
        Mutation::Insert(at, piece) => {
            let at = at % chars.len();
            chars.splice(at..at, piece.chars());
            chars.into_iter().collect()
        }
        Mutation::DropLine(at) => {
            lines.remove(at % lines.len());
            lines.join("\n")
        }
        Mutation::SwapLines(one, other) => {
            let count = lines.len();
            lines.swap(one % count, other % count);
            lines.join("\n")
        }
        Mutation::Indent(at, spaces) => {
            let at = at % lines.len();
            let indented = format!("{}{}", " ".repeat(*spaces), lines[at].trim_start());
            let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
            lines[at] = indented;
            lines.join("\n")
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: RngSeed::Fixed(256), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_any_text(text in "\\PC{0,200}") {
        holds(&text);
    }

    #[test]
    fn on_any_text_that_looks_like_yaml(text in "([a-z_]{1,8}: |- |  |\\n|\\{|\\}|\\[|\\]|\\$\\.[a-z.]{0,9}|\\{\\{|\\}\\}|[!&*|>'\"#]|[0-9]{1,4}|steps:\\n|if: ){0,60}") {
        holds(&text);
    }

    #[test]
    fn on_a_workflow_whose_letters_were_changed(
        seed in prop::sample::select(&SEEDS[..]),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let text = mutations.iter().fold(seed.to_owned(), |text, mutation| mutate(&text, mutation));
        holds(&text);
    }

    #[test]
    fn on_a_workflow_whose_parts_were_changed(
        seed in prop::sample::select(&SEEDS[..]),
        mutations in prop::collection::vec(mutations::mutation(), 1..8),
    ) {
        let mut tree = tree(seed);
        for mutation in &mutations {
            mutations::mutate(&mut tree, mutation);
        }
        holds(&serde_json::to_string_pretty(&tree).expect("a tree is JSON"));
    }

    #[test]
    fn on_any_expression(text in "(\\$|@|\\.|\\.\\.|[a-c]{1,3}|\\[|\\]|\\(|\\)|\\?|\\*|==|!=|<=|<|&&|\\|\\||!|'x'|\"y\"|1|-2|count|length|match|value|in|,|:| |\\{\\{|\\}\\}|#each|#if|/each|/if|else|default|this|#){0,24}") {
        let roots = json!({"a": {"b": [1, {"c": null}], "c": "x"}, "b": true, "c": [[], {}, 2]});
        if let Ok(path) = Path::parse(&text) {
            let _ = path.read(&roots);
        }
        if let Ok(condition) = Condition::parse(&text) {
            let _ = (condition.holds(&roots), condition.values(&roots), condition.atoms());
        }
        if let Ok(text) = Text::parse(&text) {
            let _ = text.render(&roots);
        }
    }
}
