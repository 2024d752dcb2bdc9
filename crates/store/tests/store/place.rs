//! A data directory for one test, and the database in it seen by another program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use drawbridge_core::Definition;
use drawbridge_runtime::{Backend, BackendError};
use drawbridge_store::{FILE_NAME, Store};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::world::steps;

/// A data directory that is removed with the value.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path().join(FILE_NAME)
    }

    pub(crate) fn open(&self) -> Arc<dyn Backend> {
        Arc::new(Store::open(self.path()).unwrap())
    }

    /// The database as any other program opens it.
    pub(crate) fn raw(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }

    /// Changes the database behind our back.
    pub(crate) fn tamper(&self, sql: &str) {
        let guards = "DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_removed;
                      PRAGMA foreign_keys = OFF;";
        self.raw().execute_batch(&format!("{guards}{sql}")).unwrap();
    }

    pub(crate) fn count(&self, from: &str) -> i64 {
        self.raw().query_row(&format!("SELECT count(*) FROM {from}"), [], |row| row.get(0)).unwrap()
    }
}

/// One note.
pub(crate) fn note() -> Definition {
    steps("  - { id: note, action: fake.note.add, with: { name: a } }\n")
}

/// The code of what a store said.
pub(crate) fn code<T>(answer: Result<T, BackendError>) -> String {
    answer.err().map_or_else(|| "nothing went wrong".to_owned(), |error| error.fault().code.clone())
}
