//! Fenced blocks of Markdown as workflows: cuts them out, completes fragments, checks all in one call.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Run, drawbridge};

/// What every fragment stands in; the manual says so where its fragments begin.
const HEAD: &str = "workflow: example\nversion: 1\ntitle: An example\n";
const INPUTS: &str = "\
inputs:
  person: { type: string }
  request: { type: string, default: '' }
  level: { type: integer, default: 1 }
  urgent: { type: boolean, default: false }
  people: { type: list, default: [] }
  start: { type: time, default: '2026-11-23T09:00:00Z' }
";
const STEPS: &str = "\
steps:
- id: person
  action: azure_ad.user.get
  with: { user: $.inputs.person }
";

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Fence {
    /// The line of its opening, from 1.
    pub(crate) line: usize,
    /// The words behind the opening.
    pub(crate) words: Vec<String>,
    /// What stands inside.
    pub(crate) text: String,
}

impl Fence {
    /// Whether one of the words is this one.
    pub(crate) fn says(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }
}

/// The fenced blocks of a page, in order.
pub(crate) fn fences(markdown: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut is_open = false;
    for (at, line) in markdown.lines().enumerate() {
        match (line.strip_prefix("```"), is_open) {
            (Some(words), false) => {
                let words = words.split_whitespace().map(str::to_owned).collect();
                found.push(Fence { line: at + 1, words, text: String::new() });
                is_open = true;
            }
            (Some(_), true) => is_open = false,
            (None, true) => found.last_mut().unwrap().text.extend([line, "\n"]),
            (None, false) => {}
        }
    }
    assert!(!is_open, "the last block has no end");
    found
}

/// A workflow made of a block, and how many lines of it stand before the block.
pub(crate) fn workflow(text: &str) -> (String, usize) {
    let first = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let (before, after) = if has("workflow:") {
        (String::new(), String::new())
    } else if first.starts_with("- ") && is_trigger(text) {
        (format!("{HEAD}{INPUTS}triggers:\n"), STEPS.to_owned())
    } else if first.starts_with("- ") {
        (format!("{HEAD}{INPUTS}{STEPS}"), String::new())
    } else {
        let inputs = if has("inputs:") { "" } else { INPUTS };
        let steps = if has("steps:") { "" } else { STEPS };
        (format!("{HEAD}{inputs}{steps}"), String::new())
    };
    (format!("{before}{text}{after}"), before.lines().count())
}

fn is_trigger(text: &str) -> bool {
    let first = text.lines().take_while(|line| !line.is_empty());
    first.into_iter().any(|line| {
        line.starts_with("- { id") && line.contains(", trigger:") || line.starts_with("  trigger:")
    })
}

/// One finding of `check`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The file, relative to what was checked.
    pub(crate) path: String,
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Its column, from 1.
    pub(crate) column: usize,
    /// Its code.
    pub(crate) code: String,
    /// Its sentence.
    pub(crate) message: String,
    /// Whether it says more than what is wrong.
    pub(crate) has_way_out: bool,
}

/// What `check` found below a folder, with paths relative to it.
pub(crate) fn found_below(folder: &str) -> (Run, Vec<Finding>) {
    let run = drawbridge(&["check", folder, "--format", "json"]);
    let said: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let findings = said.as_array().unwrap().iter().map(|one| {
        let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let number = |key: &str| usize::try_from(one[key].as_u64().unwrap()).unwrap();
        let path = text("path");
        let is_there = |key: &str| one[key].as_str().is_some_and(|text| !text.is_empty());
        Finding {
            path: path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/').to_owned(),
            line: number("line"),
            column: number("column"),
            code: text("code"),
            message: text("message"),
            has_way_out: is_there("help")
                || is_there("note")
                || one["fixes"].as_array().is_some_and(|all| !all.is_empty()),
        }
    });
    let findings = findings.collect();
    (run, findings)
}

/// Checks several workflows, each in a folder of its name beside the same files; gives what was found in each.
pub(crate) fn check_all(
    workflows: &BTreeMap<String, String>,
    files: &[(String, String)],
) -> BTreeMap<String, Vec<Finding>> {
    let folder = tempfile::tempdir().unwrap();
    for (at, (name, text)) in workflows.iter().enumerate() {
        let own = folder.path().join(name);
        // Each has a name of its own, as every workflow of an installation.
        write(&own.join("workflow.yaml"), &text.replacen("workflow: ", &format!("workflow: x{at}-"), 1));
        files.iter().for_each(|(path, text)| write(&own.join(path), text));
    }
    let (_, findings) = found_below(folder.path().to_str().unwrap());
    let mut by_name: BTreeMap<String, Vec<Finding>> =
        workflows.keys().map(|name| (name.clone(), Vec::new())).collect();
    for finding in findings {
        let name = finding.path.split('/').next().unwrap_or_default().to_owned();
        by_name.get_mut(&name).unwrap().push(finding);
    }
    by_name
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
