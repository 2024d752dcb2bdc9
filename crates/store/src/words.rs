//! How typed values stand in columns: words and times as text that sorts.

use drawbridge_journal::{Condition, Outcome};
use jiff::Timestamp;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A time as text of one length, so that comparing texts compares times.
pub(crate) fn time(at: Timestamp) -> String {
    format!("{at:.9}")
}

/// JSON for a column.
pub(crate) fn json<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// What a JSON column holds.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(misfit)
}

/// The time in a column.
pub(crate) fn to_time(text: &str) -> rusqlite::Result<Timestamp> {
    text.parse().map_err(misfit)
}

/// The condition in a column.
pub(crate) fn to_condition(text: &str) -> rusqlite::Result<Condition> {
    serde_json::from_value(text.into()).map_err(misfit)
}

/// The outcome in a column.
pub(crate) fn to_outcome(text: &str) -> rusqlite::Result<Outcome> {
    serde_json::from_value(text.into()).map_err(misfit)
}

/// The rows that can be read. One that holds something else is logged and left out, so that it never
/// stops the others.
pub(crate) fn readable<T>(
    table: &'static str,
    rows: impl Iterator<Item = rusqlite::Result<T>>,
) -> rusqlite::Result<Vec<T>> {
    let mut read = Vec::new();
    for row in rows {
        match row {
            Ok(row) => read.push(row),
            Err(error) if is_misfit(&error) => tracing::warn!(table, %error, "a stored row cannot be read"),
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

/// Whether a row is there and holds something that this version cannot read.
pub(crate) fn is_misfit(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    matches!(error, FromSqlConversionFailure(..) | InvalidColumnType(..) | IntegralValueOutOfRange(..))
}

fn misfit(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_sort_as_text() {
        let whole: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-01-05T08:00:00.5Z".parse().unwrap();
        assert!(time(whole) < time(later));
        assert_eq!(to_time(&time(later)).unwrap(), later);
    }
}
