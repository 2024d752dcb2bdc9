//! Opening the database: for the engine, which creates it, or beside one, which only finds it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use drawbridge_sdk::Fault;
use rusqlite::{Connection, OpenFlags};

use crate::fault::{absent, of_sqlite, unusable};
use crate::schema::{self, FILE_NAME};

/// How long to wait for another process that writes its request.
const BUSY: Duration = Duration::from_secs(5);

/// The database file of a data directory.
pub(crate) fn file(dir: &Path) -> PathBuf {
    dir.join(FILE_NAME)
}

/// Makes the directory where it is missing.
///
/// # Errors
/// ST003 where it cannot be made.
pub(crate) fn directory(dir: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(dir).map_err(|error| unusable(dir, &error))
}

/// Opens or creates the database, durable to the last commit: WAL with `synchronous=FULL`.
///
/// # Errors
/// ST002, ST003, ST004 and what SQLite says.
pub(crate) fn for_engine(path: &Path) -> Result<Connection, Fault> {
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    schema::migrate(&mut connection, path)?;
    durable(&connection, path)?;
    Ok(connection)
}

/// Opens a database that exists, to leave a request in it.
///
/// # Errors
/// As [`for_engine`]; ST003 where there is none.
pub(crate) fn beside(path: &Path) -> Result<Connection, Fault> {
    if !path.is_file() {
        return Err(absent(path));
    }
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    schema::verify(&connection, path)?;
    durable(&connection, path)?;
    Ok(connection)
}

/// Opens a connection that only reads.
///
/// # Errors
/// What SQLite says.
pub(crate) fn reader(path: &Path) -> Result<Connection, Fault> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Fault> {
    let open = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let connection = open.map_err(|error| of_sqlite(path, &error))?;
    connection.busy_timeout(BUSY).map_err(|error| of_sqlite(path, &error))?;
    Ok(connection)
}

fn durable(connection: &Connection, path: &Path) -> Result<(), Fault> {
    let set = connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
    set.map_err(|error| of_sqlite(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P1: what is committed is flushed to the disk.
    #[test]
    fn every_commit_is_flushed() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let engine = for_engine(&path).unwrap();
        let beside = beside(&path).unwrap();
        for connection in [engine, beside] {
            let mode = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
            let journal: String =
                connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
            assert_eq!((journal.as_str(), mode("synchronous"), mode("foreign_keys")), ("wal", 2, 1));
        }
    }
}
