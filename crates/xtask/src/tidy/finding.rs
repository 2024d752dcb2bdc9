//! What a rule has to say about one place. Owns the wording's frame, not the words.

use std::fmt;

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the root of the repository, with `/`.
    pub path: String,
    /// Line in that file, counted from 1.
    pub line: usize,
    /// What is wrong: lower case, one sentence, names in backticks.
    pub what: String,
    /// The way out.
    pub help: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, what: impl Into<String>, help: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, what: what.into(), help: help.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n   = help: {}", self.path, self.line, self.what, self.help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_as_place_fault_and_way_out() {
        let finding = Finding::new("crates/a/src/b.rs", 7, "`f` is too long", "split it");
        assert_eq!(finding.to_string(), "crates/a/src/b.rs:7: `f` is too long\n   = help: split it");
    }
}
