//! Where a file of ours does not fit, for people: file, line and column once, then what is wrong there.

/// The place and the reason of an error in a file of this name.
pub(crate) fn of(name: &str, error: serde_saphyr::Error) -> (String, String) {
    let error = error.without_snippet();
    let detail = error.to_string();
    let Some(at) = error.location() else { return (name.to_owned(), detail) };
    let (line, column) = (at.line(), at.column());
    let said_again = format!(" at line {line}, column {column}");
    let detail = detail.strip_suffix(&said_again).unwrap_or(&detail).to_owned();
    (format!("{name}:{line}:{column}"), detail)
}
