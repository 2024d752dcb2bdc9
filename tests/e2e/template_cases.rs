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

/// Plays every case of a workflow; gives what was said in each.
fn play_all(workflow: &str, cases_min: usize) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(workflow).join("tests.yaml")).unwrap();
    let cases: Value = serde_saphyr::from_str(&text).unwrap();
    let cases = cases["cases"].as_array().unwrap();
    assert!(cases.len() >= cases_min);
    let mut said = Vec::new();
    for case in cases {
        let (name, outcome) = (case["name"].as_str().unwrap(), case["expect"]["outcome"].as_str().unwrap());
        let run = drawbridge(&["run", workflow, "--sandbox", "--case", name]);
        let run = run.ends_with_code(code_of(outcome));
        assert!(run.stderr.contains("everything is as expected"), "{name}: {}", run.stderr);
        said.push(run.stdout);
    }
    said
}

#[test]
fn every_case_of_user_onboarding_ends_as_it_expects() {
    play_all("workflows/user-onboarding", 9);
}

#[test]
fn a_failure_in_a_group_is_rescued() {
    let said = play_all("examples/incident-or-note", 2);
    assert!(said[0].contains("how: succeeded"), "{}", said[0]);
    assert!(said[1].contains("how: rescued"), "{}", said[1]);
}

#[test]
fn a_loop_shows_its_passes_and_gives_what_they_gave() {
    let said = play_all("examples/incidents-per-person", 3);
    assert!(said[0].contains("each[1].person") && said[0].contains("3 of 3 passes, 1 failed"), "{}", said[0]);
    assert!(said[0].contains("failed: [\"nobody@contoso.test\"]"), "{}", said[0]);
    assert!(said[1].contains("opened: []"), "{}", said[1]);
    assert!(said[2].contains("RN022"), "{}", said[2]);
}
