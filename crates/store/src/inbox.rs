//! The inbox: what people ask of runs, from this or another process, until it is recorded.

use drawbridge_journal::RunId;
use drawbridge_runtime::{InboxItem, Request};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::words::{from_json, json, readable, time, to_time};

/// Leaves a request; none where there is no such run.
pub(crate) fn post(
    connection: &Connection,
    run: &RunId,
    by: &str,
    at: Timestamp,
    request: &Request,
) -> rusqlite::Result<Option<i64>> {
    // Asked for first: a row that breaks a rule of the layout would end the writer.
    if !connection.prepare_cached("SELECT 1 FROM runs WHERE run = ?1")?.exists([run.as_str()])? {
        return Ok(None);
    }
    connection
        .prepare_cached("INSERT INTO inbox (run, by, at, json) VALUES (?1, ?2, ?3, ?4)")?
        .insert(params![run.as_str(), by, time(at), json(request)?])
        .map(Some)
}

/// Requests that wait, in order. One that cannot be read, such as one of a newer version, is left where
/// it is.
pub(crate) fn waiting(connection: &Connection) -> rusqlite::Result<Vec<InboxItem>> {
    let mut select = connection
        .prepare_cached("SELECT id, run, by, at, json FROM inbox WHERE answered = 0 ORDER BY id")?;
    readable(
        "inbox",
        select.query_map([], |row| {
            Ok(InboxItem {
                id: row.get(0)?,
                run: RunId::new(row.get::<_, String>(1)?),
                by: row.get(2)?,
                at: to_time(&row.get::<_, String>(3)?)?,
                request: from_json(&row.get::<_, String>(4)?)?,
            })
        })?,
    )
}

/// Takes requests off; they stay readable.
pub(crate) fn dismiss(connection: &Connection, items: &[i64]) -> rusqlite::Result<()> {
    let mut update = connection.prepare_cached("UPDATE inbox SET answered = 1 WHERE id = ?1")?;
    for item in items {
        update.execute([item])?;
    }
    Ok(())
}
