//! The hash chain over all events: each entry's hash covers its content and the hash before it, so that
//! a changed, removed or inserted entry shows.

use drawbridge_sdk::Fault;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use crate::fault::broken;

/// A hash of the chain.
pub(crate) type Hash = [u8; 32];

/// What stands before the first entry.
const GENESIS: Hash = [0; 32];

/// One entry as it is hashed.
pub(crate) struct Entry<'a> {
    pub(crate) run: &'a str,
    pub(crate) seq: i64,
    pub(crate) at: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) json: &'a str,
}

impl Entry<'_> {
    /// The hash of this entry behind another.
    pub(crate) fn hash(&self, prev: &Hash) -> Hash {
        let mut sha = Sha256::new();
        sha.update(prev);
        sha.update(self.seq.to_be_bytes());
        for text in [self.run, self.at, self.kind, self.json] {
            // The length keeps two fields from being read as one.
            sha.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            sha.update(text.as_bytes());
        }
        sha.finalize().into()
    }
}

/// The hash of the last entry.
pub(crate) fn tip(connection: &Connection) -> rusqlite::Result<Hash> {
    let last = connection.query_row("SELECT hash FROM events ORDER BY id DESC LIMIT 1", [], |row| row.get(0));
    Ok(last.optional()?.unwrap_or(GENESIS))
}

/// Walks the whole chain. Gives the number of entries.
///
/// # Errors
/// ST006 with the first entry that does not fit; SQLite's own errors inside.
pub(crate) fn verify(connection: &Connection) -> rusqlite::Result<Result<u64, Fault>> {
    let mut select =
        connection.prepare("SELECT id, run, seq, at, kind, json, prev, hash FROM events ORDER BY id")?;
    let mut rows = select.query([])?;
    let (mut prev, mut count) = (GENESIS, 0);
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let texts: [String; 4] = [row.get(1)?, row.get(3)?, row.get(4)?, row.get(5)?];
        let [run, at, kind, json] = &texts;
        let entry = Entry { run, seq: row.get(2)?, at, kind, json };
        let (stored_prev, stored): (Hash, Hash) = (row.get(6)?, row.get(7)?);
        if stored_prev != prev {
            return Ok(Err(broken(id, "an entry before it is missing or was added")));
        }
        if stored != entry.hash(&prev) {
            return Ok(Err(broken(id, "its content was changed")));
        }
        prev = stored;
        count += 1;
    }
    Ok(Ok(count))
}
