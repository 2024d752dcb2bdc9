//! `examples`: everything to copy checks clean, and what can be run plays its cases.

use serde_json::Value;

use crate::fences::found_below;
use crate::harness::{drawbridge, root};

#[test]
fn everything_to_copy_checks_clean_and_what_cannot_be_run_yet_says_so() {
    let (run, found) = found_below("examples");
    assert_eq!((run.code, found.len()), (0, 0), "{found:#?}");
    let (run, found) = found_below("examples/ahead");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(found.len() >= 3 && found.iter().all(|one| one.code == "WF060"), "{found:#?}");
}

#[test]
fn every_case_of_an_example_ends_as_it_expects() {
    let mut played = 0;
    for entry in std::fs::read_dir(root().join("examples")).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(folder.join("tests.yaml")) else { continue };
        let cases: Value = serde_saphyr::from_str(&text).unwrap();
        let workflow = format!("examples/{}", folder.file_name().unwrap().to_str().unwrap());
        for case in cases["cases"].as_array().unwrap() {
            let name = case["name"].as_str().unwrap();
            let run = drawbridge(&["run", &workflow, "--sandbox", "--case", name]);
            assert!(run.stderr.contains("everything is as expected"), "{workflow}: {name}: {run:?}");
            played += 1;
        }
    }
    assert!(played >= 5, "{played} cases");
}
