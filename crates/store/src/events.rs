//! Events: appended to the chain, read back in order. Never changed, never removed.

use drawbridge_journal::{Recorded, decode, encode};
use rusqlite::{Connection, params};

use crate::chain::Entry;
use crate::words::{time, to_time};
use crate::writer::Site;

/// Appends one event of a run to the chain.
pub(crate) fn append(site: &mut Site<'_>, run: &str, recorded: &Recorded) -> rusqlite::Result<()> {
    let seq = i64::try_from(recorded.seq).unwrap_or(i64::MAX);
    let (at, kind, json) = (time(recorded.at), recorded.event.kind(), encode(&recorded.event));
    let hash = Entry { run, seq, at: &at, kind, json: &json }.hash(site.tip);
    site.connection
        .prepare_cached(
            "INSERT INTO events (run, seq, at, kind, json, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![run, seq, at, kind, json, &site.tip[..], &hash[..]])?;
    *site.tip = hash;
    Ok(())
}

/// All events of a run in order. The inner error says why one of them cannot be read.
pub(crate) fn of_run(connection: &Connection, run: &str) -> rusqlite::Result<Result<Vec<Recorded>, String>> {
    let mut select =
        connection.prepare_cached("SELECT seq, at, json FROM events WHERE run = ?1 ORDER BY seq")?;
    let mut rows = select.query([run])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        let (seq, at, json): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let read = decode(&json).map_err(|error| error.to_string()).and_then(|event| {
            let at = to_time(&at).map_err(|error| error.to_string())?;
            let seq = u64::try_from(seq).map_err(|error| error.to_string())?;
            Ok(Recorded { seq, at, event })
        });
        match read {
            Ok(recorded) => events.push(recorded),
            Err(detail) => return Ok(Err(format!("event {seq}: {detail}"))),
        }
    }
    Ok(Ok(events))
}
