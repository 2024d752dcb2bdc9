//! Places in the files of a definition: byte ranges, and lines and columns for people.

/// One file of a definition; 0 is the workflow itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u16);

impl FileId {
    /// The workflow itself.
    pub const WORKFLOW: Self = Self(0);

    /// The file at this position among the sources.
    #[must_use]
    pub fn at(position: usize) -> Self {
        Self(u16::try_from(position).unwrap_or(u16::MAX))
    }
}

/// A range of bytes in one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
}

impl Span {
    /// A range in the workflow itself.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { file: FileId::WORKFLOW, start, end: end.max(start) }
    }

    /// The place of one byte.
    #[must_use]
    pub fn point(start: usize) -> Self {
        Self::new(start, start)
    }
}

/// One file.
#[derive(Debug, Clone)]
struct Source {
    path: String,
    text: String,
    line_starts: Vec<usize>,
}

/// The files that spans point into.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a file; the first one is the workflow.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        self.files.push(Source { path: path.into(), text, line_starts });
        FileId::at(self.files.len() - 1)
    }

    /// The path of a file, for messages; empty for one that is not here.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.files.get(usize::from(file.0)).map_or("", |source| &source.path)
    }

    /// The text of a file; empty for one that is not here.
    #[must_use]
    pub fn text(&self, file: FileId) -> &str {
        self.files.get(usize::from(file.0)).map_or("", |source| &source.text)
    }

    /// Line and column of a byte, both from 1; columns count characters.
    #[must_use]
    pub fn line_column(&self, file: FileId, at: usize) -> (usize, usize) {
        let Some(source) = self.files.get(usize::from(file.0)) else { return (1, 1) };
        let line = source.line_starts.partition_point(|start| *start <= at).max(1);
        let start = source.line_starts[line - 1];
        let column = source.text.get(start..at.min(source.text.len())).map_or(0, |text| text.chars().count());
        (line, column + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_start_at_one() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "ab\nåb: c\n");
        let at = |byte| sources.line_column(file, byte);
        assert_eq!(
            [at(0), at(2), at(3), at(5), at(8), at(99)],
            [(1, 1), (1, 3), (2, 1), (2, 2), (2, 5), (3, 1)]
        );
    }
}
