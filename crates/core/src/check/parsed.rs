//! A workflow's text as a tree, parsed once for whoever reads the files it names before it is checked.

use super::files::stays_inside;
use crate::diagnostic::{Diagnostic, FileId};
use crate::model::{MappingPlace, RowsDoc, read_document, read_mappings};
use crate::syntax::{Node, parse};

/// The text of a workflow, parsed.
#[derive(Debug)]
pub struct Parsed {
    pub(super) root: Option<Node>,
    pub(super) found: Vec<Diagnostic>,
}

impl Parsed {
    /// Parses a text; what is wrong with it is told when it is checked.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (root, found) = parse(text, FileId::WORKFLOW);
        Self { root, found }
    }

    /// The names of the files that the workflow names, so that the caller can read them.
    ///
    /// All of them are relative and stay inside the folder of the workflow.
    #[must_use]
    pub fn files_named(&self) -> Vec<String> {
        let Some(root) = &self.root else { return Vec::new() };
        // The check says it again.
        let mut said = Vec::new();
        let document = read_document(root, &mut said);
        let tables = document.tables.iter().filter_map(|table| match &table.rows {
            RowsDoc::File(node) => Some(*node),
            RowsDoc::Inline { .. } | RowsDoc::Missing => None,
        });
        let mappings = document.mappings.map_or_else(Vec::new, |node| read_mappings(node, &mut said));
        let mappings = mappings.iter().filter_map(|mapping| match &mapping.place {
            MappingPlace::File(node) => Some(*node),
            MappingPlace::Inline(_) | MappingPlace::Missing => None,
        });
        let names = tables.chain(mappings).filter_map(Node::as_str);
        let mut files: Vec<_> = names.filter(|name| stays_inside(name)).map(str::to_owned).collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}
