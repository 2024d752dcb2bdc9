//! The one thread that writes: what waits is applied in one transaction, and every writer is answered
//! after that transaction is on stable storage. The first failure ends it for good, because what is
//! durable is then no longer known.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use drawbridge_runtime::BackendError;
use drawbridge_sdk::{BoxFuture, Fault};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::chain::{self, Hash};
use crate::fault::{of_sqlite, unwritten};

/// Writes that may wait; more make their writers wait.
const QUEUE_MAX: usize = 1024;
/// Writes in one transaction: more would make the first one wait for too long.
const BATCH_MAX: usize = 256;

/// What a write works on.
pub(crate) struct Site<'c> {
    pub(crate) connection: &'c Connection,
    /// Hash of the last event, moved along by whoever appends.
    pub(crate) tip: &'c mut Hash,
}

/// Told whether the transaction is durable.
type Ack = Box<dyn FnOnce(Result<(), Fault>) + Send>;
type Job = Box<dyn FnOnce(&mut Site<'_>) -> (rusqlite::Result<()>, Ack) + Send>;

/// The way to the thread. Dropping it waits until everything that was handed over is written.
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// # Errors
    /// What SQLite says about the last event, or the system about a new thread.
    pub(crate) fn start(connection: Connection, path: PathBuf) -> Result<Self, Fault> {
        let tip = chain::tip(&connection).map_err(|error| of_sqlite(&path, &error))?;
        let (jobs, queue) = mpsc::channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || work(connection, &path, queue, tip))
            .map_err(|error| unwritten(&error.to_string()))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Applies a write. Resolves after it is durable.
    ///
    /// # Errors
    /// [`BackendError::Stopped`] when it, or any write before it, is not certain to be durable.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        apply: impl FnOnce(&mut Site<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, BackendError>> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |site| {
            let (applied, value) = match apply(site) {
                Ok(value) => (Ok(()), Some(value)),
                Err(error) => (Err(error), None),
            };
            let ack: Ack = Box::new(move |durable| {
                let value = durable.and_then(|()| value.ok_or_else(|| unwritten("a write was not applied")));
                // Nobody waits any more where the engine was dropped; the write is durable all the same.
                let _ = answer.send(value);
            });
            (applied, ack)
        });
        Box::pin(async move {
            let stopped =
                || BackendError::Stopped(unwritten("the writer has stopped after an earlier failure"));
            let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
            jobs.send(job).await.map_err(|_| stopped())?;
            answered.await.map_err(|_| stopped())?.map_err(BackendError::Stopped)
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // The thread ends by itself once the channel is closed; a panic in it has nothing to add.
            let _ = thread.join();
        }
    }
}

fn work(mut connection: Connection, path: &Path, mut queue: mpsc::Receiver<Job>, mut tip: Hash) {
    while let Some(first) = queue.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH_MAX
            && let Ok(next) = queue.try_recv()
        {
            batch.push(next);
        }
        if let Err(fault) = commit(&mut connection, path, batch, &mut tip) {
            tracing::error!(code = fault.code, summary = fault.summary, "the store stops");
            return;
        }
    }
}

/// Applies a batch in one transaction and answers its writers afterwards. A batch whose transaction does
/// not commit is answered with the failure, all of it.
fn commit(connection: &mut Connection, path: &Path, batch: Vec<Job>, tip: &mut Hash) -> Result<(), Fault> {
    let mut acks = Vec::with_capacity(batch.len());
    let committed = apply(connection, batch, tip, &mut acks).map_err(|error| of_sqlite(path, &error));
    for ack in acks {
        ack(committed.clone());
    }
    committed
}

fn apply(
    connection: &mut Connection,
    batch: Vec<Job>,
    tip: &mut Hash,
    acks: &mut Vec<Ack>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in batch {
        let (applied, ack) = job(&mut Site { connection: &transaction, tip });
        acks.push(ack);
        applied?;
    }
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn count(path: &Path) -> i64 {
        let other = Connection::open(path).unwrap();
        other.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
    }

    /// P1: nobody is answered before the transaction of the whole batch is committed.
    #[test]
    fn writers_are_answered_after_the_commit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let mut connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x);").unwrap();
        let (seen, visible) = mpsc::channel();
        let job = |seen: mpsc::Sender<i64>| -> Job {
            let path = path.clone();
            Box::new(move |site| {
                let applied = site.connection.execute("INSERT INTO t VALUES (1)", []).map(|_| ());
                let ack: Ack = Box::new(move |durable| {
                    durable.unwrap();
                    seen.send(count(&path)).unwrap();
                });
                (applied, ack)
            })
        };
        let batch = vec![job(seen.clone()), job(seen)];
        commit(&mut connection, &path, batch, &mut [0; 32]).unwrap();
        assert_eq!(visible.iter().collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn a_batch_with_one_failure_is_not_applied_and_all_its_writers_hear_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let mut connection = Connection::open(&path).unwrap();
        connection.execute_batch("CREATE TABLE t (x);").unwrap();
        let (said, heard) = mpsc::channel();
        let job = |sql: &'static str| -> Job {
            let said = said.clone();
            Box::new(move |site| {
                let ack: Ack = Box::new(move |durable| said.send(durable.unwrap_err().code).unwrap());
                (site.connection.execute(sql, []).map(|_| ()), ack)
            })
        };
        let batch = vec![job("INSERT INTO t VALUES (1)"), job("INSERT INTO nothing VALUES (1)")];
        commit(&mut connection, &path, batch, &mut [0; 32]).unwrap_err();
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), ["ST005", "ST005"]);
        assert_eq!(count(&path), 0);
    }
}
