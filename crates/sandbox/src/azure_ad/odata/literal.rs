//! The values a filter can write.
//!
//! Source: microsoft-graph.md section 4.3.

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Flag(bool),
    Number(f64),
    Instant(Timestamp),
    /// A day; held against an instant it means its midnight in UTC.
    Date(Date),
    Duration(SignedDuration),
    /// An unquoted GUID.
    Guid(String),
    /// A quoted text.
    Text(String),
    /// A member of an enumeration with its type: `microsoft.graph.riskLevel'high'`.
    Member(String, String),
    /// An unquoted word that is none of the above; the service takes it for a property.
    Name(String),
}

impl Literal {
    /// Reads an unquoted value.
    pub(crate) fn bare(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "null" => return Self::Null,
            "true" => return Self::Flag(true),
            "false" => return Self::Flag(false),
            "inf" => return Self::Number(f64::INFINITY),
            "-inf" => return Self::Number(f64::NEG_INFINITY),
            _ => {}
        }
        if is_guid(word) {
            return Self::Guid(word.to_owned());
        }
        if let Some(number) = number(word) {
            return Self::Number(number);
        }
        if let Ok(date) = word.parse::<Date>()
            && !word.contains(['T', 't', ':'])
        {
            return Self::Date(date);
        }
        match word.parse() {
            Ok(instant) => Self::Instant(instant),
            Err(_) => Self::Name(word.to_owned()),
        }
    }

    /// Reads a quoted value with a type in front; nothing when the text does not fit the type.
    pub(crate) fn typed(type_name: &str, text: &str) -> Option<Self> {
        match type_name.to_ascii_lowercase().as_str() {
            "duration" => text.parse().ok().map(Self::Duration),
            _ if type_name.contains('.') => Some(Self::Member(type_name.to_owned(), text.to_owned())),
            _ => None,
        }
    }

    /// The instant a value means, if it means one.
    pub(crate) fn instant(&self) -> Option<Timestamp> {
        match self {
            Self::Instant(instant) => Some(*instant),
            Self::Date(date) => date.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp()),
            _ => None,
        }
    }

    /// Name of the type in the service's messages.
    pub(crate) fn type_name(&self) -> &str {
        match self {
            Self::Null => "<null>",
            Self::Flag(_) => "Edm.Boolean",
            Self::Number(number) if number.fract() != 0.0 || !number.is_finite() => "Edm.Double",
            Self::Number(number) if number.abs() > f64::from(i32::MAX) => "Edm.Int64",
            Self::Number(_) => "Edm.Int32",
            Self::Instant(_) => "Edm.DateTimeOffset",
            Self::Date(_) => "Edm.Date",
            Self::Duration(_) => "Edm.Duration",
            Self::Guid(_) => "Edm.Guid",
            Self::Text(_) => "Edm.String",
            Self::Member(type_name, _) => type_name,
            Self::Name(name) => name,
        }
    }
}

fn is_guid(word: &str) -> bool {
    let groups: Vec<&str> = word.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

/// A number, also with the suffix of its type: `12`, `-1.5e3`, `7L`, `0.5d`.
fn number(word: &str) -> Option<f64> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let bare = word.strip_suffix(['L', 'l', 'D', 'd', 'F', 'f', 'M', 'm']).unwrap_or(word);
    bare.parse().ok()
}

impl fmt::Display for Literal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Flag(flag) => write!(out, "{flag}"),
            Self::Number(number) if number.is_infinite() => {
                out.write_str(if *number > 0.0 { "INF" } else { "-INF" })
            }
            Self::Number(number) => write!(out, "{number}"),
            Self::Instant(instant) => write!(out, "{instant}"),
            Self::Date(date) => write!(out, "{date}"),
            Self::Duration(duration) => write!(out, "duration'{duration}'"),
            Self::Guid(word) | Self::Name(word) => out.write_str(word),
            Self::Text(text) => write!(out, "'{}'", text.replace('\'', "''")),
            Self::Member(type_name, text) => write!(out, "{type_name}'{}'", text.replace('\'', "''")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_words_are_told_apart() {
        let cases = [
            ("null", "<null>"),
            ("TRUE", "Edm.Boolean"),
            ("12", "Edm.Int32"),
            ("-1.5e3", "Edm.Int32"),
            ("0.5d", "Edm.Double"),
            ("12345678901L", "Edm.Int64"),
            ("2026-01-01", "Edm.Date"),
            ("2026-01-01T00:00:00Z", "Edm.DateTimeOffset"),
            ("2026-01-01T02:00:00.1234567+02:00", "Edm.DateTimeOffset"),
            ("c7df2760-2c81-4ef7-b578-5b5392b571df", "Edm.Guid"),
            ("12345678-2c81-4ef7-b578-5b5392b571df", "Edm.Guid"),
            ("Oslo", "Oslo"),
            ("2026-01-01T00:00:00", "2026-01-01T00:00:00"),
            ("2026-99-01", "2026-99-01"),
        ];
        for (word, expected) in cases {
            assert_eq!(Literal::bare(word).type_name(), expected, "{word}");
        }
    }

    #[test]
    fn instants_are_the_same_whatever_their_offset() {
        let instant = |word: &str| Literal::bare(word).instant();
        assert_eq!(instant("2026-01-01T02:00:00+02:00"), instant("2026-01-01T00:00:00.000Z"));
        assert_eq!(instant("2026-01-01"), instant("2026-01-01T00:00:00Z"));
    }
}
