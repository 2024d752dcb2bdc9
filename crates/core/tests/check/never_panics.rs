//! Whatever is written, `check` answers.

use drawbridge_core::diagnostic::{render_text, to_json};
use drawbridge_core::expression::{Condition, Path, Text};
use proptest::prelude::*;
use serde_json::json;

use crate::{define, run};

const GOOD: &str = include_str!("good.yaml");

/// Checks a text, writes what was found, and holds both to what they promise.
fn holds(text: &str) {
    let (blueprint, found) = run(text);
    let sources = define(text).sources();
    let written = render_text(&found, &sources, false);
    assert_eq!(written.is_empty(), found.is_empty());
    assert_eq!(to_json(&found, &sources).as_array().map(Vec::len), Some(found.len()));
    let has_error = found.iter().any(|finding| finding.severity.as_str() == "error");
    assert_eq!(blueprint.is_none(), has_error, "{text}\n{written}");
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
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_any_text(text in "\\PC{0,200}") {
        holds(&text);
    }

    #[test]
    fn on_any_text_that_looks_like_yaml(text in "([a-z_]{1,8}: |- |  |\\n|\\{|\\}|\\[|\\]|\\$\\.[a-z.]{0,9}|\\{\\{|\\}\\}|[!&*|>'\"#]|[0-9]{1,4}|steps:\\n|if: ){0,60}") {
        holds(&text);
    }

    #[test]
    fn on_a_good_workflow_that_was_changed(mutations in prop::collection::vec(mutation(), 1..6)) {
        let text = mutations.iter().fold(GOOD.to_owned(), |text, mutation| mutate(&text, mutation));
        holds(&text);
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
