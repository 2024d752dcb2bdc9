//! Names of workflows: each is there once in an installation. Sees one text at a time; whoever has several
//! compares.

use crate::diagnostic::{Code, Diagnostic, FileId, Span};
use crate::syntax::parse;

/// The name that a workflow gives itself, with its place.
#[must_use]
pub fn name_of(text: &str) -> Option<(String, Span)> {
    let (root, _) = parse(text, FileId::WORKFLOW);
    let root = root?;
    let name = &root.get("workflow")?.value;
    Some((name.as_str()?.to_owned(), name.span))
}

/// The finding about a name that another workflow has too.
#[must_use]
pub fn same_name(name: &str, here: Span, there: Span) -> Diagnostic {
    Diagnostic::error(Code::WF070, here, format!("another workflow is named `{name}` too"))
        .label(there, "the other one")
        .note("runs, settings and calls find a workflow by its name")
        .help("give one of them another name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_found_however_it_is_written() {
        assert_eq!(name_of("version: 1\nworkflow: a-b\n"), Some(("a-b".to_owned(), Span::new(21, 24))));
        assert_eq!(name_of("{workflow: 'x'}").map(|(name, _)| name), Some("x".to_owned()));
        assert_eq!(name_of("workflow: [a]\n"), None);
        assert_eq!(name_of("workflow: [\n"), None);
    }
}
