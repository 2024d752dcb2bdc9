//! What every file must be before it is read: not too large, and text. Whoever reads bytes turns them into
//! text with the replacement character wherever they are not UTF-8; here that is reported at its place.

use crate::diagnostic::{Code, Diagnostic, FileId, Span};

/// Most bytes of one file. Whoever reads files may stop one byte after.
pub const FILE_BYTES_MAX: usize = 1 << 20;

/// What stands for bytes that are not UTF-8.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Whether a file is worth reading, with what there is to say about it.
#[must_use]
pub(crate) fn is_readable(text: &str, file: FileId, found: &mut Vec<Diagnostic>) -> bool {
    let place = |at: usize, length: usize| Span { file, start: at, end: at + length };
    let is_small = text.len() <= FILE_BYTES_MAX;
    // A larger file may have been cut inside a character.
    let first = text.find(REPLACEMENT).filter(|at| is_small || at + REPLACEMENT.len_utf8() < FILE_BYTES_MAX);
    if let Some(at) = first {
        let error =
            Diagnostic::error(Code::WF001, place(at, REPLACEMENT.len_utf8()), "this is not UTF-8 text");
        let error = error.help("save the file as UTF-8");
        let more = text[at..].chars().filter(|next| *next == REPLACEMENT).count() - 1;
        found.push(if more == 0 { error } else { error.note(format!("and so are {more} places after it")) });
    } else if !is_small {
        let message = format!("the file is larger than {FILE_BYTES_MAX} bytes");
        found.push(
            Diagnostic::error(Code::WF002, place(0, 0), message)
                .help("split the workflow, or move rows into a table"),
        );
    }
    is_small
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &[(&str, usize)], readable: bool) {
        let mut found = Vec::new();
        let is_readable = is_readable(&String::from_utf8_lossy(bytes), FileId::WORKFLOW, &mut found);
        let seen: Vec<_> = found.iter().map(|found| (found.code.as_str(), found.span().start)).collect();
        assert_eq!((seen.as_slice(), is_readable), (expected, readable));
    }

    #[test]
    fn what_is_no_text_is_said_once_at_its_first_place() {
        check("title: Zürich\n".as_bytes(), &[], true);
        check(b"title: Z\xfcrich\n", &[("WF001", 8)], true);
        check(b"\xff\xfet\0i\0", &[("WF001", 0)], true);
        check(b"a: \xfc\nb: \xfc\n", &[("WF001", 3)], true);
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        check(&vec![b'a'; FILE_BYTES_MAX], &[], true);
        check(&vec![b'a'; FILE_BYTES_MAX + 1], &[("WF002", 0)], false);
        let mut cut = vec![b'a'; FILE_BYTES_MAX];
        cut.push(0xc3);
        check(&cut, &[("WF002", 0)], false);
    }
}
