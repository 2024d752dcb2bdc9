//! The cells of a decision table: conditions in input columns, values in output columns.

use serde_json::Value;

use super::table_text::Written;
use crate::model::{Bounds, Cell, ValueType};

/// What begins a cell that is a regular expression.
pub(super) const MATCHES: &str = "matches ";
/// Most bytes that a regular expression compiles to: a small text can be a large one.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// Reads a cell of an input column.
///
/// # Errors
/// One sentence that says what is wrong with it.
pub(super) fn read_cell(cell: &Written, kind: ValueType) -> Result<Cell, String> {
    let text = cell.text.as_str();
    match &cell.typed {
        Some(Value::Null) => return Err(says_nothing()),
        Some(_) => return read_value(cell, kind).map(Cell::Equals),
        None if text == "*" => return Ok(Cell::Any),
        None if text.is_empty() => return Err(says_nothing()),
        None => {}
    }
    if let Some(bounds) = is_number(kind).then(|| read_bounds(text)).flatten() {
        return bounds.map(Cell::Within);
    }
    if let Some(exact) = text.strip_prefix('=') {
        return kind.from_text(exact.trim()).map(Cell::Equals);
    }
    if let Some(many) = text.strip_prefix("one_of ") {
        let values: Result<Vec<_>, _> = many.split('|').map(|one| kind.from_text(one.trim())).collect();
        return values.map(Cell::OneOf);
    }
    if let Some(pattern) = text.strip_prefix(MATCHES) {
        if kind != ValueType::String {
            return Err(format!("`matches` is for texts, and the column is of type {kind}"));
        }
        let pattern = pattern.trim();
        let compiled =
            regex::RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(PATTERN_BYTES_MAX).build();
        return compiled
            .map(Cell::Matches)
            .map_err(|_| format!("the regular expression `{pattern}` does not compile"));
    }
    kind.from_text(text).map(Cell::Equals)
}

fn says_nothing() -> String {
    "an empty cell says nothing; write `*` for anything and `=` for the empty text".to_owned()
}

fn is_number(kind: ValueType) -> bool {
    matches!(kind, ValueType::Integer | ValueType::Number)
}

/// Reads `>= 3`, `> 3`, `<= 3`, `< 3` and `1..5`; `None` for any other cell.
fn read_bounds(text: &str) -> Option<Result<Bounds, String>> {
    let number = |text: &str| {
        let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| format!("`{}` is not a number", text.trim()))
    };
    for (sign, is_least, own) in
        [(">=", true, true), ("<=", false, true), (">", true, false), ("<", false, false)]
    {
        if let Some(rest) = text.strip_prefix(sign) {
            return Some(number(rest).map(|number| {
                let bound = Some((number, own));
                let (least, most) = if is_least { (bound, None) } else { (None, bound) };
                Bounds { least, most }
            }));
        }
    }
    let (least, most) = text.split_once("..")?;
    Some(match (number(least), number(most)) {
        (Ok(least), Ok(most)) if least > most => Err(format!("no number is in `{text}`")),
        (Ok(least), Ok(most)) => Ok(Bounds { least: Some((least, true)), most: Some((most, true)) }),
        (Err(message), _) | (_, Err(message)) => Err(message),
    })
}

/// Reads a cell of an output column; an empty one is null.
///
/// # Errors
/// One sentence that says what is wrong with it.
pub(super) fn read_value(cell: &Written, kind: ValueType) -> Result<Value, String> {
    match &cell.typed {
        Some(Value::Null) => Ok(Value::Null),
        Some(value) if kind.accepts(value) => Ok(value.clone()),
        Some(_) => Err(format!("`{}` is not of type {kind}", cell.text)),
        None if cell.text.is_empty() => Ok(Value::Null),
        None => kind.from_text(&cell.text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn cells_of_numbers_take_bounds() {
        let check = |text: &str, holds: &[f64], not: &[f64]| {
            let cell = Written { text: text.to_owned(), typed: None, span: Span::default() };
            let cell = read_cell(&cell, ValueType::Number).unwrap();
            for number in holds {
                assert!(cell.holds(Some(&json!(number))), "{text} {number}");
            }
            for number in not {
                assert!(!cell.holds(Some(&json!(number))), "{text} {number}");
            }
            assert!(!cell.holds(None));
        };
        check(">= 3", &[3.0, 4.5], &[2.9]);
        check("> 3", &[3.1], &[3.0]);
        check("<= -1", &[-1.0, -2.0], &[0.0]);
        check("<3", &[2.0], &[3.0]);
        check("1..5", &[1.0, 5.0], &[0.9, 5.1]);
        check("-2..-1", &[-1.5], &[0.0]);
        check("=3", &[3.0], &[4.0]);
        check("one_of 1|2", &[1.0, 2.0], &[3.0]);
    }

    #[test]
    fn cells_that_say_nothing_right_are_refused() {
        let check = |text: &str, kind: ValueType, message: &str| {
            let cell = Written { text: text.to_owned(), typed: None, span: Span::default() };
            assert_eq!(read_cell(&cell, kind).map(|_| ()), Err(message.to_owned()), "{text}");
        };
        check("5..1", ValueType::Integer, "no number is in `5..1`");
        check(">= many", ValueType::Number, "`many` is not a number");
        check("yes", ValueType::Boolean, "`yes` is not of type boolean");
        check("matches 3", ValueType::Integer, "`matches` is for texts, and the column is of type integer");
        check("matches (", ValueType::String, "the regular expression `(` does not compile");
        check("", ValueType::String, &says_nothing());
    }

    #[test]
    fn bounds_cover_what_lies_within() {
        let cell = |text: &str| {
            read_cell(
                &Written { text: text.to_owned(), typed: None, span: Span::default() },
                ValueType::Integer,
            )
            .unwrap()
        };
        let covers = |one: &str, other: &str| cell(one).covers(&cell(other));
        assert!(covers(">= 3", "4..5") && covers("> 3", "> 3") && covers(">= 3", "> 3"));
        assert!(covers("1..5", "one_of 1|5") && covers("*", "> 3") && covers("< 3", "2"));
        assert!(!covers("> 3", ">= 3") && !covers("1..5", ">= 2") && !covers("3", "> 2"));
    }
}
