//! Every Rust file begins with what it is for, and its name says a subject.

use super::{Finding, Source};

/// Names that say where code was put instead of what it is about.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc"];

/// Paths that carry such a name for a reason.
const NAMED_FOR_A_REASON: &[&str] = &[
    // Handlebars itself calls the functions of a template "helpers".
    "crates/core/src/expression/helpers",
];

pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with(".rs")) {
        let header = source.text.lines().next().and_then(|line| line.strip_prefix("//!"));
        if header.is_none_or(|text| text.trim().is_empty()) {
            let help = "begin the first line with `//!`: what the file owns and what it must not do";
            findings.push(Finding::new(&source.path, 1, "the file header is missing", help));
        }
        if let Some(name) = empty_name(&source.path) {
            let what = format!("the name `{name}` does not say what is inside");
            findings.push(Finding::new(&source.path, 1, what, "split by subject and name the subject"));
        }
    }
    findings
}

fn empty_name(path: &str) -> Option<&str> {
    if NAMED_FOR_A_REASON.iter().any(|allowed| path.starts_with(allowed)) {
        return None;
    }
    path.trim_end_matches(".rs").split('/').find(|part| EMPTY_NAMES.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str) -> Vec<String> {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        check(&[source]).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_header_on_the_first_line_is_enough() {
        assert_eq!(check_one("crates/a/src/b.rs", "//! Owns b.\n"), [""; 0]);
    }

    #[test]
    fn a_missing_late_or_empty_header_is_found() {
        for text in ["", "use a::b;\n", "\n//! Late.\n", "//!\n", "/// Of an item.\nfn f() {}\n"] {
            assert_eq!(check_one("crates/a/src/b.rs", text), ["the file header is missing"], "{text:?}");
        }
    }

    #[test]
    fn other_files_need_no_header() {
        assert_eq!(check_one("docs/errors/WF001.md", "# WF001: x\n"), [""; 0]);
    }

    #[test]
    fn a_name_without_a_subject_is_found_in_files_and_folders() {
        let expected = ["the name `utils` does not say what is inside"];
        assert_eq!(check_one("crates/a/src/utils.rs", "//! x\n"), expected);
        assert_eq!(check_one("crates/a/src/utils/b.rs", "//! x\n"), expected);
    }

    #[test]
    fn the_helpers_of_the_template_language_keep_their_name() {
        assert_eq!(check_one("crates/core/src/expression/helpers.rs", "//! x\n"), [""; 0]);
    }
}
