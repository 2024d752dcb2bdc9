//! Places in the files of a definition: byte ranges, and lines and columns for people.

/// What some editors put before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

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

    /// The same files under other paths.
    #[must_use]
    pub fn with_paths(mut self, rename: impl Fn(&str) -> String) -> Self {
        for source in &mut self.files {
            source.path = rename(&source.path);
        }
        self
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
        let (line, before) = self.before(file, at);
        (line, before.chars().count() + 1)
    }

    /// Line and column of a byte, both from 1; columns count UTF-16 code units, as editors do.
    #[must_use]
    pub fn line_unit(&self, file: FileId, at: usize) -> (usize, usize) {
        let (line, before) = self.before(file, at);
        (line, before.encode_utf16().count() + 1)
    }

    /// The text of a file from the line of one byte to the end of the line of another, with its first byte
    /// and the number of its first line.
    pub(crate) fn lines(&self, file: FileId, from: usize, to: usize) -> (&str, usize, usize) {
        let Some(source) = self.files.get(usize::from(file.0)) else { return ("", 0, 1) };
        let (first, line) = source.line_start(from);
        let last = source.line_start(to.max(from)).1;
        let end = source.line_starts.get(last).copied().unwrap_or(source.text.len());
        (&source.text[first..end], first, line)
    }

    /// The number of a line and what stands in it before a byte.
    fn before(&self, file: FileId, at: usize) -> (usize, &str) {
        let Some(source) = self.files.get(usize::from(file.0)) else { return (1, "") };
        let (start, line) = source.line_start(at);
        (line, source.text.get(start..at.min(source.text.len())).unwrap_or_default())
    }
}

impl Source {
    /// First byte and number of the line of a byte; a byte order mark is no part of a line.
    fn line_start(&self, at: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|start| *start <= at).max(1);
        let mark =
            if line == 1 && self.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        (self.line_starts[line - 1] + mark, line)
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

    #[test]
    fn units_count_what_editors_count_and_a_byte_order_mark_is_not_there() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "\u{feff}a: 💥 b\nc: d\n");
        assert_eq!(sources.line_column(file, 3), (1, 1));
        assert_eq!(sources.line_column(file, 11), (1, 6));
        assert_eq!(sources.line_unit(file, 11), (1, 7));
        assert_eq!(sources.lines(file, 4, 5), ("a: 💥 b\n", 3, 1));
        assert_eq!(sources.lines(file, 5, 14), ("a: 💥 b\nc: d\n", 3, 1));
        assert_eq!(sources.lines(file, 99, 99), ("", 18, 3));
    }
}
