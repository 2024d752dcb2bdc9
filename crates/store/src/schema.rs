//! The layout of the database and its versions. A layout that was released is never edited, only
//! followed by another.

use std::path::Path;

use drawbridge_sdk::Fault;
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::fault::{foreign, newer, of_sqlite};

/// Name of the database file in the data directory.
pub const FILE_NAME: &str = "drawbridge.db";

/// Marks the file as ours: `DRBW`.
const APPLICATION_ID: i64 = 0x4452_4257;

const LAYOUTS: &[M<'static>] = &[M::up(include_str!("migrations/001_runs.sql"))];

/// Brings a database to the layout of this version.
///
/// # Errors
/// ST002 for a newer layout, ST004 for a file that is not ours, and what SQLite says.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Fault> {
    if is_new(connection, path)? {
        let mark = connection.pragma_update(None, "application_id", APPLICATION_ID);
        mark.map_err(|error| of_sqlite(path, &error))?;
    } else {
        verify(connection, path)?;
    }
    let layouts = Migrations::from_slice(LAYOUTS);
    layouts.to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => of_sqlite(path, &err),
        other => foreign(path, &other.to_string()),
    })
}

/// Checks that a database is ours and of a known layout.
///
/// # Errors
/// As [`migrate`].
pub(crate) fn verify(connection: &Connection, path: &Path) -> Result<(), Fault> {
    if pragma(connection, path, "application_id")? != APPLICATION_ID {
        return Err(foreign(path, "it belongs to another program"));
    }
    let layout = pragma(connection, path, "user_version")?;
    if usize::try_from(layout).is_ok_and(|layout| layout <= LAYOUTS.len()) {
        Ok(())
    } else {
        Err(newer(path, layout, LAYOUTS.len()))
    }
}

fn is_new(connection: &Connection, path: &Path) -> Result<bool, Fault> {
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    let tables = tables.map_err(|error| of_sqlite(path, &error))?;
    Ok(tables == 0 && pragma(connection, path, "user_version")? == 0)
}

fn pragma(connection: &Connection, path: &Path, name: &str) -> Result<i64, Fault> {
    connection.pragma_query_value(None, name, |row| row.get(0)).map_err(|error| of_sqlite(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_applies_in_order() {
        assert!(Migrations::from_slice(LAYOUTS).validate().is_ok());
    }
}
