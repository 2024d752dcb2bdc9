//! The manual of the language and the pages of the codes: every example is checked and is what it says.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::fences::{Fence, Finding, check_all, fences, workflow};
use crate::harness::root;

/// Warns of parts that are checked and cannot be run yet.
const LATER: &str = "WF060";

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// The name of the folder of a block.
fn name_of(page: &str, fence: &Fence) -> String {
    format!("{page}-{:05}", fence.line)
}

/// One line per finding, with the line inside the block.
fn lines(found: &[Finding], before: usize) -> String {
    found.iter().fold(String::new(), |mut said, one| {
        let line = one.line.saturating_sub(before);
        let _ = writeln!(said, "  {} {line}:{} {} ({})", one.code, one.column, one.message, one.path);
        said
    })
}

#[test]
fn every_example_of_the_manual_is_what_it_says() {
    let blocks = fences(&page("language.md"));
    let yaml: Vec<_> = blocks.iter().filter(|block| block.says("yaml") && !block.says("file")).collect();
    let files: Vec<_> = blocks
        .iter()
        .filter_map(|block| {
            let at = block.words.iter().position(|word| word == "file")?;
            Some((block.words[at + 1].clone(), block.text.clone()))
        })
        .collect();
    let texts: BTreeMap<_, _> =
        yaml.iter().map(|block| (name_of("block", block), workflow(&block.text).0)).collect();
    let found = check_all(&texts, &files);
    let mut wrong = String::new();
    for block in &yaml {
        let before = workflow(&block.text).1;
        let findings: Vec<_> = found[&name_of("block", block)]
            .iter()
            .filter(|one| one.code != LATER || !block.says("later"))
            .cloned()
            .collect();
        // Only what cannot be run yet says so.
        let is_later = found[&name_of("block", block)].iter().any(|one| one.code == LATER);
        let is_right = is_later == block.says("later")
            && match block.words.iter().position(|word| word == "bad") {
                Some(at) => matches!(findings.as_slice(), [only] if only.code == block.words[at + 1]
                && format!("{}:{}", only.line - before, only.column) == block.words[at + 2]),
                None => findings.is_empty() && (block.says("good") || block.says("later")),
            };
        if !is_right {
            let _ = writeln!(wrong, "docs/language.md:{} {:?}", block.line, block.words);
            wrong.push_str(&lines(&findings, before));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(yaml.len() >= 60, "{} examples", yaml.len());
}

#[test]
fn pages_of_codes_show_the_fault_and_the_way_out() {
    let mut texts = BTreeMap::new();
    let mut blocks = Vec::new();
    for entry in std::fs::read_dir(root().join("docs/errors")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(code) = name.strip_suffix(".md").map(str::to_owned) else { continue };
        for block in fences(&page(&format!("errors/{name}"))) {
            if block.says("broken") || block.says("mended") {
                texts.insert(name_of(&code, &block), workflow(&block.text).0);
                blocks.push((code.clone(), block));
            }
        }
    }
    let found = check_all(&texts, &[]);
    let mut wrong = String::new();
    for (code, block) in &blocks {
        let before = workflow(&block.text).1;
        let findings: Vec<_> = found[&name_of(code, block)]
            .iter()
            .filter(|one| one.code != LATER || code == LATER)
            .cloned()
            .collect();
        let is_right = if block.says("broken") {
            !findings.is_empty() && findings.iter().all(|one| one.code == *code)
        } else {
            findings.is_empty()
        };
        if !is_right {
            let _ = writeln!(wrong, "docs/errors/{code}.md:{} {:?}", block.line, block.words);
            wrong.push_str(&lines(&findings, before));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_page_about_a_text_has_both_examples() {
    let mut missing = Vec::new();
    for entry in std::fs::read_dir(root().join("docs/errors")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with("WF") && !name.starts_with("GV") {
            continue;
        }
        let blocks = fences(&page(&format!("errors/{name}")));
        for word in ["broken", "mended"] {
            if !blocks.iter().any(|block| block.says(word)) && !WITHOUT_EXAMPLE.contains(&name.as_str()) {
                missing.push(format!("{name}: {word}"));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// Pages whose fault cannot be shown in one small text.
const WITHOUT_EXAMPLE: [&str; 3] = ["WF002.md", "WF060.md", "WF070.md"];
