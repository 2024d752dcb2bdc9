//! Findings of `check` for people and programs.

use std::path::Path;

use drawbridge_core::Definition;
use drawbridge_core::diagnostic::{Batch, Code, Diagnostic, Severity, Sources, WIDTH};
use serde_json::Value;

use crate::checked::Checked;
use crate::output::print;

/// Narrowest excerpt, in columns; in less nothing can be read.
const WIDTH_MIN: usize = 60;

/// Prints findings as text, with colour in a terminal.
pub(crate) fn print(definition: &Definition, found: &[Diagnostic]) {
    print_in(&definition.sources(), found);
}

fn print_in(sources: &Sources, found: &[Diagnostic]) {
    if !found.is_empty() {
        let width = print::columns().map_or(WIDTH, |columns| columns.clamp(WIDTH_MIN, WIDTH));
        let text = drawbridge_core::diagnostic::render_text_at(found, sources, print::is_colored(), width);
        print::line(&text);
    }
}

/// Prints everything that was found, and what it comes to; so much of it can be mended.
pub(crate) fn print_all(checked: &[Checked], mendable: usize) {
    for checked in checked {
        print_in(&checked.sources, &checked.found);
    }
    print::line(&summary(checked, mendable));
}

/// Prints every finding as one JSON list.
pub(crate) fn print_json(checked: &[Checked]) {
    let lists =
        checked.iter().map(|checked| drawbridge_core::diagnostic::to_json(&checked.found, &checked.sources));
    let all: Vec<Value> = lists.flat_map(|list| list.as_array().cloned().unwrap_or_default()).collect();
    print::json_pretty(&all);
}

/// Prints one SARIF document, with paths from the current folder.
pub(crate) fn print_sarif(checked: &[Checked], problems: &[String]) {
    let here = std::env::current_dir().unwrap_or_default();
    let sources: Vec<Sources> = checked
        .iter()
        .map(|checked| checked.sources.clone().with_paths(|path| from_here(path, &here)))
        .collect();
    let batches: Vec<Batch<'_>> = checked
        .iter()
        .zip(&sources)
        .map(|(checked, sources)| Batch { found: &checked.found, sources })
        .collect();
    print::json_pretty(&drawbridge_core::diagnostic::to_sarif(&batches, env!("CARGO_PKG_VERSION"), problems));
}

fn from_here(path: &str, here: &Path) -> String {
    Path::new(path).strip_prefix(here).map_or_else(|_| path.to_owned(), |path| path.display().to_string())
}

/// What was found in how many workflows, and where to go on.
fn summary(checked: &[Checked], mendable: usize) -> String {
    let workflows = checked.len();
    let all: Vec<&Diagnostic> = checked.iter().flat_map(|checked| &checked.found).collect();
    if all.is_empty() {
        return format!("no findings in {}", count(workflows, "workflow"));
    }
    let of = |severity| checked.iter().map(|checked| checked.count(severity)).sum::<usize>();
    let kinds: Vec<String> = [(of(Severity::Error), "error"), (of(Severity::Warning), "warning")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(number, word))
        .collect();
    let touched = checked.iter().filter(|checked| !checked.found.is_empty()).count();
    let mut text = format!("{} in {touched} of {}", kinds.join(" and "), count(workflows, "workflow"));
    if mendable > 0 {
        text.push_str(&format!(
            "\n  {} with `drawbridge check --fix`",
            match mendable {
                1 => "1 can be mended".to_owned(),
                _ => format!("{mendable} can be mended"),
            }
        ));
    }
    let mut codes: Vec<Code> = all.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    match names.as_slice() {
        [one] => text.push_str(&format!("\n  read more with `drawbridge explain {one}`")),
        several => {
            text.push_str(&format!("\n  read more with `drawbridge explain CODE`: {}", several.join(", ")))
        }
    }
    text
}

/// A number with its word.
fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}
