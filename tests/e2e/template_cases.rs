//! Every case of every shipped template, played in the built-in sandbox.

use serde_json::Value;

use crate::harness::{drawbridge, root};

/// Exit code of a run with this outcome.
fn code_of(outcome: &str) -> i32 {
    match outcome {
        "succeeded" | "ignored" => 0,
        "failed" => 3,
        "rejected" => 4,
        other => panic!("no case expects `{other}` yet"),
    }
}

#[test]
fn a_run_that_is_ignored_says_why() {
    let case = "a guest is not onboarded";
    let said =
        drawbridge(&["run", "workflows/user-onboarding", "--sandbox", "--case", case]).ends_with_code(0);
    let last = said.stdout.lines().find(|line| line.starts_with("ignored after")).unwrap_or_default();
    assert!(last.ends_with("gil_fabrikam.test#EXT#@contoso.test is a guest"), "{}", said.stdout);
    assert!(!said.stdout.contains("not reached"), "{}", said.stdout);
}

#[test]
fn every_case_of_user_onboarding_ends_as_it_expects() {
    let text = std::fs::read_to_string(root().join("workflows/user-onboarding/tests.yaml")).unwrap();
    let cases: Value = serde_saphyr::from_str(&text).unwrap();
    let cases = cases["cases"].as_array().unwrap();
    assert!(cases.len() >= 9);
    for case in cases {
        let (name, outcome) = (case["name"].as_str().unwrap(), case["expect"]["outcome"].as_str().unwrap());
        let run = drawbridge(&["run", "workflows/user-onboarding", "--sandbox", "--case", name]);
        let run = run.ends_with_code(code_of(outcome));
        assert!(run.stderr.contains("everything is as expected"), "{name}: {}", run.stderr);
    }
}
