//! The cells of a CSV file, each with its exact place: from its first byte to its last, quotes included.
//!
//! A byte order mark, blank lines and lines that begin with `#` are passed over; lines end with LF or CRLF.

use csv_core::{ReadFieldResult, Reader};

use crate::diagnostic::{Code, Diagnostic, FileId, Span};

/// One cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CsvCell {
    /// Its text, without the quotes around it.
    pub(super) text: String,
    /// Where it stands.
    pub(super) span: Span,
}

/// How much is read. Whoever wants to know that there is more asks for one more than it takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// Records, the header among them.
    pub(super) records: usize,
    /// Cells of one record.
    pub(super) cells: usize,
}

/// Reads the records of a file up to the last one that is wanted, or one with all the cells that are wanted;
/// cells whose quotes do not fit are reported.
pub(super) fn read_records(
    text: &str,
    file: FileId,
    most: Most,
    found: &mut Vec<Diagnostic>,
) -> Vec<Vec<CsvCell>> {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
        reader: Reader::new(),
        // A cell is never longer than what it was written as.
        buffer: vec![0; text.len() + 1],
    };
    let mut records = Vec::new();
    let mut record = Vec::new();
    loop {
        if record.is_empty() {
            scanner.skip_lines();
        }
        let Some(Scanned { start, end, text: cell, is_last }) = scanner.next_cell() else { return records };
        let span = Span { file, start, end };
        if let Some(message) = text.get(start..end).and_then(quote_fault) {
            found.push(Diagnostic::error(Code::WF040, span, message));
        }
        record.push(CsvCell { text: cell, span });
        let is_full = record.len() == most.cells;
        if is_last || is_full {
            records.push(std::mem::take(&mut record));
        }
        if is_full || records.len() == most.records {
            return records;
        }
    }
}

/// What is wrong with the quotes of a raw cell.
fn quote_fault(raw: &str) -> Option<&'static str> {
    let inner = raw.strip_prefix('"')?;
    match inner.replace("\"\"", "").split_once('"') {
        None => Some("the quote is not closed"),
        Some((_, rest)) if !rest.trim().is_empty() => Some("after the closing quote stands more text"),
        Some(_) => None,
    }
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    reader: Reader,
    buffer: Vec<u8>,
}

/// One cell as it was scanned.
struct Scanned {
    start: usize,
    end: usize,
    text: String,
    is_last: bool,
}

impl Scanner<'_> {
    /// Passes over blank lines and comments.
    fn skip_lines(&mut self) {
        while let Some(next) = self.bytes.get(self.at) {
            match next {
                b'\n' | b'\r' => self.at += 1,
                b'#' => {
                    let rest = &self.bytes[self.at..];
                    self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    fn next_cell(&mut self) -> Option<Scanned> {
        let start = self.at;
        let mut written = 0;
        loop {
            let rest = &self.bytes[self.at..];
            let is_at_end = rest.is_empty();
            let (result, taken, put) = self.reader.read_field(rest, &mut self.buffer[written..]);
            self.at += taken;
            written += put;
            match result {
                ReadFieldResult::InputEmpty => {}
                // The buffer is as long as the file.
                ReadFieldResult::OutputFull | ReadFieldResult::End => return None,
                ReadFieldResult::Field { record_end } => {
                    let has_delimiter = !is_at_end && self.at > start;
                    let end = if has_delimiter { self.at - 1 } else { self.at };
                    let text = String::from_utf8_lossy(&self.buffer[..written]).into_owned();
                    return Some(Scanned { start, end, text, is_last: record_end });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: Most = Most { records: usize::MAX, cells: usize::MAX };

    /// The cells as written and as read.
    fn cells(text: &str) -> Vec<Vec<(&str, String)>> {
        let mut found = Vec::new();
        let records = read_records(text, FileId::WORKFLOW, ALL, &mut found);
        assert_eq!(found, [], "{text}");
        let cell = |cell: CsvCell| (&text[cell.span.start..cell.span.end], cell.text);
        records.into_iter().map(|record| record.into_iter().map(cell).collect()).collect()
    }

    #[test]
    fn marks_blank_lines_comments_and_both_ends_of_lines_are_passed_over() {
        let own = |text: &'static str| (text, text.to_owned());
        assert_eq!(
            cells("\u{feff}a,b\r\n\r\n# no, row\r\n1,\n\n,x"),
            [vec![own("a"), own("b")], vec![own("1"), own("")], vec![own(""), own("x")]]
        );
        assert_eq!(cells(""), Vec::<Vec<(&str, String)>>::new());
        assert_eq!(cells("a,"), [[own("a"), own("")]]);
        assert_eq!(cells("\"a,\n\"\"b\""), [[("\"a,\n\"\"b\"", "a,\n\"b".to_owned())]]);
    }

    #[test]
    fn quotes_that_do_not_fit_are_reported_at_their_cell() {
        let check = |text: &str, expected: &[(&str, usize)]| {
            let mut found = Vec::new();
            read_records(text, FileId::WORKFLOW, ALL, &mut found);
            let seen: Vec<_> = found.iter().map(|one| (one.message.as_str(), one.span().start)).collect();
            assert_eq!(seen, expected, "{text}");
        };
        check("a,\"b\nc,d", &[("the quote is not closed", 2)]);
        check("a,\"b\"c,\"d\"\n", &[("after the closing quote stands more text", 2)]);
        check("a,\"b\" ,c\"d\n", &[]);
    }

    #[test]
    fn no_more_is_read_than_is_wanted() {
        let check = |text: &str, records, cells, expected: &[usize]| {
            let read = read_records(text, FileId::WORKFLOW, Most { records, cells }, &mut Vec::new());
            assert_eq!(read.iter().map(Vec::len).collect::<Vec<_>>(), expected, "{text}");
        };
        check("a,b\n1,2\n3,4\n", 2, 9, &[2, 2]);
        check("a,b\n1,2,3,4,5\n6\n", 9, 3, &[2, 3]);
        check("a,b,c\n1\n", 9, 3, &[3]);
    }

    fn raw_cell() -> impl Strategy<Value = (String, String)> {
        let plain = "[a-zA-Z0-9 åø*=|]{0,6}".prop_map(|text| (text.clone(), text));
        let quoted =
            "[a-z,\r\n\"# å]{0,8}".prop_map(|text| (format!("\"{}\"", text.replace('"', "\"\"")), text));
        prop_oneof![plain, quoted]
    }

    proptest! {
        #[test]
        fn every_cell_is_where_it_was_written(
            rows in proptest::collection::vec(proptest::collection::vec(raw_cell(), 2..5), 0..6),
            is_crlf: bool,
            has_mark: bool,
            ends: bool,
        ) {
            let line_end = if is_crlf { "\r\n" } else { "\n" };
            let lines: Vec<_> = rows
                .iter()
                .map(|row| row.iter().map(|(raw, _)| raw.as_str()).collect::<Vec<_>>().join(","))
                .collect();
            let mut text = if has_mark { "\u{feff}".to_owned() } else { String::new() };
            text.push_str(&lines.join(line_end));
            if ends {
                text.push_str(line_end);
            }
            let expected: Vec<Vec<_>> = rows
                .iter()
                .map(|row| row.iter().map(|(raw, value)| (raw.as_str(), value.clone())).collect())
                .collect();
            prop_assert_eq!(cells(&text), expected);
        }
    }
}
