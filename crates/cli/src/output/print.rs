//! The two streams. The only place that prints.

use std::io::Write as _;

use serde::Serialize;

/// Writes a line to standard output; a closed pipe is not an error of ours.
pub(crate) fn line(text: &str) {
    let _ = writeln!(anstream::stdout().lock(), "{text}");
}

/// Writes a line to standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Whether text on standard output is coloured: in a terminal, unless the environment says otherwise.
pub(crate) fn is_colored() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// How wide the terminal is that standard output goes to; none where it goes elsewhere.
pub(crate) fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// Writes one JSON document on one line to standard output.
pub(crate) fn json(value: &impl Serialize) {
    line(&serde_json::to_string(value).expect("a view has no key that is not text"));
}

/// Writes one JSON document over several lines to standard output.
pub(crate) fn json_pretty(value: &impl Serialize) {
    line(&serde_json::to_string_pretty(value).expect("a view has no key that is not text"));
}
