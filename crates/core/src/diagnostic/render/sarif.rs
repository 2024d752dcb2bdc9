//! Findings as SARIF 2.1.0, for code scanning and editors.
//!
//! Source: Static Analysis Results Interchange Format (SARIF) Version 2.1.0, OASIS Standard, 27 March 2020.

use std::collections::{BTreeMap, HashMap};

use drawbridge_sdk::Digest;
use serde_json::{Value, json};

use crate::diagnostic::code::Code;
use crate::diagnostic::edit::Edit;
use crate::diagnostic::finding::{Diagnostic, Label, Severity};
use crate::diagnostic::source::{FileId, Sources, Span};

/// The findings of one definition.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// What was found.
    pub found: &'a [Diagnostic],
    /// The files they point into.
    pub sources: &'a Sources,
}

/// One document for everything that was checked; `problems` says what could not be checked.
#[must_use]
pub fn to_sarif(batches: &[Batch<'_>], version: &str, problems: &[String]) -> Value {
    let mut levels: BTreeMap<Code, Severity> = BTreeMap::new();
    for finding in batches.iter().flat_map(|batch| batch.found) {
        let level = levels.entry(finding.code).or_insert(finding.severity);
        *level = (*level).min(finding.severity);
    }
    let rules: Vec<Value> = levels.iter().map(|(code, level)| rule(*code, *level)).collect();
    let index: HashMap<Code, usize> = levels.keys().enumerate().map(|(at, code)| (*code, at)).collect();
    let results: Vec<Value> = batches
        .iter()
        .flat_map(|batch| {
            let mut seen = HashMap::new();
            batch
                .found
                .iter()
                .map(move |finding| (finding, fingerprint(finding, batch.sources, &mut seen), batch))
        })
        .map(|(finding, print, batch)| result(finding, index[&finding.code], &print, batch.sources))
        .collect();
    let notifications: Vec<Value> =
        problems.iter().map(|problem| json!({ "level": "error", "message": { "text": problem } })).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "drawbridge", "semanticVersion": version, "rules": rules } },
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": problems.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    })
}

/// A code with its page. There is no `helpUri`: it must be absolute, and the page stands in the repository.
fn rule(code: Code, level: Severity) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.title() },
        "fullDescription": { "text": what_happened(code.page()) },
        "help": { "text": code.page(), "markdown": code.page() },
        "defaultConfiguration": { "level": level.as_str() },
        "properties": { "page": code.page_path() },
    })
}

/// The first paragraph below the first heading of a page.
fn what_happened(page: &str) -> String {
    let text = page.lines().skip_while(|line| !line.starts_with("## ")).skip(1);
    let paragraph: Vec<&str> =
        text.skip_while(|line| line.trim().is_empty()).take_while(|line| !line.trim().is_empty()).collect();
    paragraph.join(" ")
}

fn result(finding: &Diagnostic, rule: usize, fingerprint: &str, sources: &Sources) -> Value {
    let mut text = finding.message.clone();
    for (word, said) in [("note", finding.note.as_deref()), ("help", finding.way_out())] {
        if let Some(said) = said {
            text.push_str(&format!("\n{word}: {said}"));
        }
    }
    let mut result = json!({
        "ruleId": finding.code.as_str(),
        "ruleIndex": rule,
        "level": finding.severity.as_str(),
        "message": { "text": text },
        "locations": [{ "physicalLocation": place(finding.span(), sources) }],
        "partialFingerprints": { "primaryLocationLineHash": fingerprint },
    });
    let related: Vec<Value> =
        finding.labels.iter().skip(1).enumerate().map(|(at, label)| related(at, label, sources)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    let fixes: Vec<Value> = finding
        .fixes
        .iter()
        .filter_map(|fix| Some(change(&fix.title, &Edit::of(fix, sources)?, sources)))
        .collect();
    if !fixes.is_empty() {
        result["fixes"] = fixes.into();
    }
    result
}

fn related(at: usize, label: &Label, sources: &Sources) -> Value {
    json!({
        "id": at + 1,
        "message": { "text": label.text },
        "physicalLocation": place(label.span, sources),
    })
}

fn change(title: &str, edit: &Edit, sources: &Sources) -> Value {
    json!({
        "description": { "text": title },
        "artifactChanges": [{
            "artifactLocation": artifact(edit.span.file, sources),
            "replacements": [{
                "deletedRegion": region(edit.span, sources),
                "insertedContent": { "text": edit.text },
            }],
        }],
    })
}

fn place(span: Span, sources: &Sources) -> Value {
    json!({ "artifactLocation": artifact(span.file, sources), "region": region(span, sources) })
}

fn region(span: Span, sources: &Sources) -> Value {
    let (line, column) = sources.line_unit(span.file, span.start);
    let (end_line, end_column) = sources.line_unit(span.file, span.end);
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

fn artifact(file: FileId, sources: &Sources) -> Value {
    let path = sources.path(file).replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    if path.starts_with('/') {
        json!({ "uri": format!("file://{}", encoded(path)) })
    } else {
        json!({ "uri": encoded(path), "uriBaseId": "%SRCROOT%" })
    }
}

/// A path as a reference: every byte that may not stand in one is written as `%XX`.
fn encoded(path: &str) -> String {
    let mut written = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// What stays the same when lines above are added or taken away: the code, the text of the line, and the
/// how-manieth of these it is.
fn fingerprint(finding: &Diagnostic, sources: &Sources, seen: &mut HashMap<String, usize>) -> String {
    let span = finding.span();
    let (line, _, _) = sources.lines(span.file, span.start, span.start);
    let digest = Digest::of(&json!([finding.code.as_str(), line.trim()]));
    let digest = digest.as_str()[..16].to_owned();
    let count = seen.entry(digest.clone()).or_insert(0);
    *count += 1;
    format!("{digest}:{count}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_reference() {
        let mut sources = Sources::default();
        let uri = |file, sources: &Sources| artifact(file, sources)["uri"].clone();
        let relative = sources.add("./work flows/å#1.yaml", "");
        let absolute = sources.add("/tmp/w.yaml", "");
        assert_eq!(uri(relative, &sources), "work%20flows/%C3%A5%231.yaml");
        assert_eq!(uri(absolute, &sources), "file:///tmp/w.yaml");
    }

    #[test]
    fn every_page_begins_with_what_happened() {
        for code in Code::ALL {
            assert!(!what_happened(code.page()).is_empty(), "{code}");
        }
    }
}
