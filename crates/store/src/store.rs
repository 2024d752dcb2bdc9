//! The store as the runtime sees it. Writes go through the one writer, reads through connections of
//! their own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use drawbridge_journal::RunId;
use drawbridge_runtime::{
    Backend, BackendError, Delivery, InboxItem, PollCommit, Request, RunInfo, Source, StoredRun, Submission,
    Submitted, TriggerEvent, Verdict,
};
use drawbridge_sdk::{BoxFuture, Fault, Known};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::chain;
use crate::fault::{no_run, poisoned, reading_only, unreadable, unwritten};
use crate::lock::Lock;
use crate::writer::Writer;
use crate::{inbox, open, runs, triggers};

/// Reading connections that are kept open; one more is opened when all are in use.
const READERS_KEPT: usize = 4;

type Answer<'a, T> = BoxFuture<'a, Result<T, BackendError>>;

/// Runs in one SQLite file of a data directory.
pub struct Store {
    // Dropped first: it waits until everything that was handed over is written.
    writer: Writer,
    readers: Arc<Readers>,
    /// Held by the engine's store only; a store beside it writes nothing but requests.
    lock: Option<Lock>,
}

#[derive(Debug)]
struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Store").field("path", &self.readers.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a data directory for the engine, creating it where it is missing. One engine at a time.
    ///
    /// # Errors
    /// ST001 to ST004: a second engine, a newer layout, a directory or file that cannot be used.
    pub fn open(dir: &Path) -> Result<Self, BackendError> {
        let opened = || {
            open::directory(dir)?;
            let lock = Lock::take(dir)?;
            Ok((open::for_engine(&open::file(dir))?, lock))
        };
        let (connection, lock) = opened().map_err(BackendError::Unreadable)?;
        Self::over(dir, connection, Some(lock))
    }

    /// Opens a data directory beside an engine that may run: to look, and to leave requests.
    ///
    /// # Errors
    /// ST002 to ST004; ST003 where there is no database.
    pub fn beside(dir: &Path) -> Result<Self, BackendError> {
        let connection = open::beside(&open::file(dir)).map_err(BackendError::Unreadable)?;
        Self::over(dir, connection, None)
    }

    fn over(dir: &Path, connection: Connection, lock: Option<Lock>) -> Result<Self, BackendError> {
        let path = open::file(dir);
        let writer = Writer::start(connection, path.clone()).map_err(BackendError::Unreadable)?;
        let readers = Arc::new(Readers { path, idle: Mutex::new(Vec::new()) });
        Ok(Self { writer, readers, lock })
    }

    /// Walks the hash chain over all events. Gives the number of entries.
    ///
    /// # Errors
    /// ST006 with the first entry that does not fit.
    pub fn verify(&self) -> Result<u64, BackendError> {
        self.readers.read(chain::verify)?.map_err(BackendError::Unreadable)
    }

    fn read<T: Send + 'static>(
        &self,
        select: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Answer<'static, T> {
        let readers = Arc::clone(&self.readers);
        Box::pin(async move {
            let read = tokio::task::spawn_blocking(move || readers.read(select)).await;
            read.unwrap_or_else(|error| Err(BackendError::Unreadable(unwritten(&error.to_string()))))
        })
    }

    /// Refuses what only the engine may do.
    fn engine_only<T: Send + 'static>(&self) -> Option<Answer<'static, T>> {
        let refused = Err(BackendError::Unreadable(reading_only()));
        self.lock.is_none().then(|| Box::pin(std::future::ready(refused)) as Answer<'static, T>)
    }
}

impl Readers {
    fn read<T>(&self, select: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, BackendError> {
        // A poisoned list still holds whole connections: they are only pushed and popped.
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => open::reader(&self.path).map_err(BackendError::Unreadable)?,
        };
        // One transaction, so that everything that is read is of one moment.
        let found = connection.unchecked_transaction().and_then(|moment| select(&moment));
        let found = found.map_err(|error| unreadable(&self.path, &error));
        let mut idle = idle();
        if idle.len() < READERS_KEPT {
            idle.push(connection);
        }
        found
    }
}

impl Backend for Store {
    fn submit(&self, submission: Submission) -> Answer<'_, Submitted> {
        self.engine_only().unwrap_or_else(|| self.writer.write(move |site| runs::submit(site, &submission)))
    }

    fn deliver(&self, delivery: Delivery) -> Answer<'_, ()> {
        self.engine_only().unwrap_or_else(|| self.writer.write(move |site| runs::deliver(site, &delivery)))
    }

    fn load<'a>(&'a self, run: &'a RunId) -> Answer<'a, Option<StoredRun>> {
        let wanted = run.clone();
        Box::pin(async move {
            let read = self.read(move |connection| runs::load(connection, &wanted)).await?;
            read.map_err(|detail| BackendError::Poisoned { run: run.clone(), fault: poisoned(run, &detail) })
        })
    }

    fn runs(&self, open: bool) -> Answer<'_, Vec<RunInfo>> {
        self.read(move |connection| runs::list(connection, open))
    }

    fn bury<'a>(&'a self, run: &'a RunId, fault: &'a Fault) -> Answer<'a, ()> {
        let (run, fault) = (run.clone(), fault.clone());
        let write = move || self.writer.write(move |site| runs::bury(site.connection, &run, &fault));
        self.engine_only().unwrap_or_else(write)
    }

    fn known<'a>(&'a self, source: &'a Source) -> Answer<'a, Known> {
        let source = source.clone();
        self.read(move |connection| triggers::known(connection, &source))
    }

    fn commit_poll(&self, commit: PollCommit) -> Answer<'_, Vec<Verdict>> {
        self.engine_only().unwrap_or_else(|| self.writer.write(move |site| triggers::commit(site, &commit)))
    }

    fn trigger_events(&self, limit: usize) -> Answer<'_, Vec<TriggerEvent>> {
        self.read(move |connection| triggers::events(connection, limit))
    }

    fn post<'a>(&'a self, run: &'a RunId, by: &'a str, at: Timestamp, request: Request) -> Answer<'a, i64> {
        let (run, by) = (run.clone(), by.to_owned());
        Box::pin(async move {
            let wanted = run.clone();
            let left =
                self.writer.write(move |site| inbox::post(site.connection, &wanted, &by, at, &request));
            left.await?.ok_or_else(|| BackendError::Unreadable(no_run(&run)))
        })
    }

    fn inbox(&self) -> Answer<'_, Vec<InboxItem>> {
        self.read(inbox::waiting)
    }

    fn dismiss(&self, items: Vec<i64>) -> Answer<'_, ()> {
        let write = move || self.writer.write(move |site| inbox::dismiss(site.connection, &items));
        self.engine_only().unwrap_or_else(write)
    }
}
