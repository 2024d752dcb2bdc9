//! `examples/broken`: every planted mistake is found at its line with a way out, and nothing else is said.

use std::fmt::Write as _;

use crate::fences::{Finding, found_below};
use crate::harness::{drawbridge, root};

/// Begins the mark of a planted mistake: `#! WF021` behind it or on the line above, or
/// `#! WF040 at tables/numbers.csv:3` for a file that takes no comment.
const MARK: &str = "#! ";
/// Warns of parts that are checked and cannot be run yet.
const LATER: &str = "WF060";

/// A planted mistake: its file, line and code.
type Planted = (String, usize, String);

fn planted() -> Vec<Planted> {
    let mut planted = Vec::new();
    for entry in std::fs::read_dir(root().join("examples/broken")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            planted.extend(marks(&name, &std::fs::read_to_string(&path).unwrap()));
        }
    }
    planted.sort();
    planted
}

fn marks(name: &str, text: &str) -> Vec<Planted> {
    let lines: Vec<_> = text.lines().collect();
    let is_mark = |line: &str| line.trim_start().starts_with(MARK);
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((_, words)) = line.split_once(MARK) else { continue };
        let (codes, place) = words.split_once(" at ").unwrap_or((words, ""));
        let below = lines[at..].iter().take_while(|line| is_mark(line)).count();
        let (file, number) = match place.split_once(':') {
            Some((file, number)) => (file, number.parse().unwrap()),
            None => (name, at + 1 + below),
        };
        found.extend(codes.split_whitespace().map(|code| (file.to_owned(), number, code.to_owned())));
    }
    found
}

#[test]
fn marks_stand_behind_the_mistake_or_above_it() {
    let text = "a\nb #! WF001 WF002\n#! WF003\n#! WF004 at x.csv:7\nc\n";
    let expected = [(2, "WF001", "f"), (2, "WF002", "f"), (5, "WF003", "f"), (7, "WF004", "x.csv")];
    let expected = expected.map(|(line, code, file)| (file.to_owned(), line, code.to_owned()));
    assert_eq!(marks("f", text), expected);
}

#[test]
fn every_planted_mistake_is_found_at_its_line_with_a_way_out_and_nothing_else() {
    let (run, found) = found_below("examples/broken");
    assert_eq!(run.code, 1, "{}", run.stderr);
    let found: Vec<Finding> = found.into_iter().filter(|one| one.code != LATER).collect();
    let mut left = planted();
    assert!(left.len() >= 200, "{} mistakes are planted", left.len());
    let mut wrong = String::new();
    for one in &found {
        let key = (one.path.clone(), one.line, one.code.clone());
        match left.iter().position(|planted| *planted == key) {
            Some(at) => _ = left.remove(at),
            None => _ = writeln!(wrong, "not planted: {one:?}"),
        }
        if !one.has_way_out {
            let _ = writeln!(wrong, "no way out: {one:?}");
        }
    }
    left.iter().for_each(|planted| _ = writeln!(wrong, "not found: {planted:?}"));
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_code_about_a_text_is_planted() {
    let planted = planted();
    let missing: Vec<_> = std::fs::read_dir(root().join("docs/errors"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().replace(".md", ""))
        .filter(|code| code.starts_with("WF") || code.starts_with("GV"))
        .filter(|code| !NOT_PLANTED.contains(&code.as_str()))
        .filter(|code| planted.iter().all(|(_, _, own)| own != code))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// A file that is too large, and parts that cannot be run yet, are no small mistakes.
const NOT_PLANTED: [&str; 2] = ["WF002", LATER];

#[test]
fn broken_examples_are_passed_by_unless_they_are_named() {
    let said = drawbridge(&["check", "examples"]).ends_with_code(0).stdout;
    assert!(!said.contains("examples/broken"), "{said}");
}
