//! Journal entries on the wire: notes and comments that are only ever added.
//!
//! Source: `docs/reference/servicenow.md`, journals.

use drawbridge_sdk::{Error, IdempotencyKey, Reader};

use crate::ServiceNow;
use crate::query::Query;
use crate::wire::record;

/// Longest text of one entry, in characters.
///
/// Source: `docs/reference/servicenow.md`, sizes: 4000 by default.
const ENTRY_CHARS_MAX: usize = 4000;

/// What stands at the end of an entry to recognise it.
pub(crate) fn marker(key: &IdempotencyKey) -> String {
    format!("[db:{}]", key.as_str())
}

/// The entry for a text: cut where it is too long, with the marker at its end.
pub(crate) fn entry(text: &str, key: &IdempotencyKey) -> String {
    let marker = marker(key);
    let room = ENTRY_CHARS_MAX - marker.len() - 1;
    match text.char_indices().nth(room) {
        None => format!("{text}\n{marker}"),
        Some(_) => {
            let kept: String = text.chars().take(room - 1).collect();
            format!("{kept}…\n{marker}")
        }
    }
}

/// Whether a record has the entry of this key.
///
/// The table of entries is asked first; where it shows nothing, because it is empty or closed to the
/// integration user, the record's own history is.
///
/// # Errors
/// What the connection said; `Refused` CN005 where the record is not there.
pub(crate) async fn has_entry(
    instance: &Reader<'_, ServiceNow>,
    (table, sys_id): (&str, &str),
    element: &str,
    key: &IdempotencyKey,
) -> Result<Seen, Error> {
    let marker = marker(key);
    let query =
        Query::new().is("element_id", sys_id)?.is("element", element)?.contains("value", key.as_str())?;
    let listed = record::find(instance, "sys_journal_field", &query, &["value"], 1).await;
    match listed {
        Ok(rows) if !rows.is_empty() => return Ok(Seen::There),
        Ok(_) | Err(Error::Refused(_)) => {}
        Err(error) => return Err(error),
    }
    let record = record::demand(instance, table, sys_id, &[element]).await?;
    Ok(match record.cells.get(element) {
        Some(cell) if cell.display.contains(&marker) => Seen::There,
        Some(_) => Seen::Missing,
        None => Seen::Hidden,
    })
}

/// What can be said of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    There,
    Missing,
    /// The journal is closed to the integration user, or the table has none.
    Hidden,
}

/// One entry and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) record: String,
    pub(crate) by: String,
    pub(crate) text: String,
}

/// Most entries that are looked at together.
const ENTRIES_MAX: usize = 500;

/// The entries of some records, newest first; none where the table is closed to the integration user.
///
/// # Errors
/// What the connection said, except a refusal.
pub(crate) async fn entries(
    instance: &Reader<'_, ServiceNow>,
    records: &[String],
    element: &str,
) -> Result<Vec<Entry>, Error> {
    let query = Query::new()
        .one_of("element_id", records.iter().map(String::as_str))?
        .is("element", element)?
        .down("sys_created_on");
    let fields = ["value", "sys_created_by"];
    let rows = match record::find(instance, "sys_journal_field", &query, &fields, ENTRIES_MAX).await {
        Ok(rows) => rows,
        Err(Error::Refused(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    let entry = |row: &record::Record| Entry {
        record: row.filled("element_id").unwrap_or_default(),
        by: row.filled("sys_created_by").unwrap_or_default(),
        text: row.filled("value").unwrap_or_default(),
    };
    Ok(rows.iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_ends_with_its_marker_however_long_it_is() {
        let key = IdempotencyKey::new("run", "step");
        assert_eq!(entry("Done.", &key), format!("Done.\n[db:{}]", key.as_str()));
        let long = entry(&"ä".repeat(5000), &key);
        assert_eq!(long.chars().count(), ENTRY_CHARS_MAX);
        assert!(long.ends_with(&format!("…\n[db:{}]", key.as_str())));
    }
}
