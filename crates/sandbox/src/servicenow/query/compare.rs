//! Comparing two stored texts as what their field says they are.
//!
//! Owns equality, order and parts of texts; letters compare without regard to case, as in the
//! platform's database. Knows no records.
//! Source: reference section 4.1.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::servicenow::dictionary::Kind;
use crate::servicenow::stamp;

/// What a boolean is, however a client writes it.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

/// The one spelling that equal values of a kind share; nothing where the text is no value of it.
pub(crate) fn spelling(kind: Kind, text: &str) -> Option<Cow<'_, str>> {
    match kind {
        Kind::Integer | Kind::Decimal => {
            let plain = text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit());
            if plain && !text.is_empty() && (text == "0" || !text.starts_with('0')) {
                return Some(Cow::Borrowed(text));
            }
            number(text).map(|number| Cow::Owned((number + 0.0).to_string()))
        }
        Kind::GlideDateTime | Kind::GlideDate | Kind::GlideDuration => moment(text),
        Kind::Boolean => truth(text).map(|flag| Cow::Borrowed(if flag { "true" } else { "false" })),
        _ => Some(fold(text)),
    }
}

/// An empty value asks for an empty field.
pub(crate) fn equal(kind: Kind, left: &str, right: &str) -> bool {
    if left.is_empty() || right.is_empty() {
        return left.is_empty() && right.is_empty();
    }
    match (spelling(kind, left), spelling(kind, right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

/// The order of two values; nothing where one of them is no value of the kind.
pub(crate) fn compare(kind: Kind, left: &str, right: &str) -> Option<Ordering> {
    match kind {
        Kind::Integer | Kind::Decimal => number(left)?.partial_cmp(&number(right)?),
        Kind::GlideDateTime | Kind::GlideDate | Kind::GlideDuration => {
            Some(moment(left)?.cmp(&moment(right)?))
        }
        Kind::Boolean => Some(truth(left)?.cmp(&truth(right)?)),
        _ if left.is_empty() => None,
        _ => Some(fold_order(left, right)),
    }
}

/// Letters in one case.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

/// The order of two texts without regard to case.
pub(crate) fn fold_order(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() {
        let lower = |byte: u8| byte.to_ascii_lowercase();
        return left.bytes().map(lower).cmp(right.bytes().map(lower));
    }
    left.to_lowercase().cmp(&right.to_lowercase())
}

/// Whether a text holds a part that is folded already.
pub(crate) fn contains(text: &str, folded: &str) -> bool {
    fold(text).contains(folded)
}

pub(crate) fn starts_with(text: &str, folded: &str) -> bool {
    fold(text).starts_with(folded)
}

pub(crate) fn ends_with(text: &str, folded: &str) -> bool {
    fold(text).ends_with(folded)
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A date or date-time in the stored form, whose order is that of time.
fn moment(text: &str) -> Option<Cow<'_, str>> {
    if is_stored(text) {
        return Some(Cow::Borrowed(text));
    }
    stamp::civil(text).map(|at| Cow::Owned(at.strftime("%Y-%m-%d %H:%M:%S").to_string()))
}

/// Whether a text looks like a date-time the instance stored, which need not be parsed again.
fn is_stored(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00 00:00:00";
    let fits = |(byte, form): (u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form };
    text.len() == FORM.len() && text.bytes().zip(FORM).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_equal_as_what_they_are() {
        assert!(equal(Kind::Integer, "7", "7.0") && equal(Kind::Integer, "07", " 7"));
        assert!(equal(Kind::Decimal, "-0", "0") && !equal(Kind::Integer, "7", "seven"));
        assert!(equal(Kind::GlideDateTime, "2026-11-23 00:00:00", "2026-11-23"));
        assert!(equal(Kind::Boolean, "true", "1") && !equal(Kind::Boolean, "true", "maybe"));
        assert!(equal(Kind::String, "ØLE", "øle") && !equal(Kind::String, "", "x"));
        assert!(equal(Kind::Reference, "", ""));
    }

    #[test]
    fn what_is_no_value_has_no_order() {
        assert_eq!(compare(Kind::Integer, "10", "9"), Some(Ordering::Greater));
        assert_eq!(compare(Kind::String, "10", "9"), Some(Ordering::Less));
        assert_eq!(compare(Kind::String, "", "9"), None);
        assert_eq!(compare(Kind::Integer, "", "9"), None);
        assert_eq!(compare(Kind::GlideDateTime, "2026-11-23 10:00:00", "soon"), None);
        assert_eq!(compare(Kind::GlideDate, "2026-11-23", "2026-11-24"), Some(Ordering::Less));
    }
}
