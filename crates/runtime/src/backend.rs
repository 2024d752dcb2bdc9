//! The trait behind which runs are stored, and the shapes that cross it. One rule: an event is applied to
//! a run atomically together with what follows from it, and nothing is acknowledged before it is durable.

use drawbridge_core::Definition;
use drawbridge_journal::{Condition, Outcome, Recorded, Resolution, RunId, RunStarted, StepPath};
use drawbridge_sdk::{BoxFuture, Choice, Digest, Fault, Known, KnownChange};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why a backend could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// It cannot store any more; the process ends, because what is durable is no longer known.
    #[error("{0}")]
    Stopped(Fault),
    /// It cannot be read right now.
    #[error("{0}")]
    Unreadable(Fault),
    /// One run cannot be read; the others can.
    #[error("{fault}")]
    Poisoned {
        /// Which.
        run: RunId,
        /// Why.
        fault: Fault,
    },
}

impl BackendError {
    /// The facts.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        match self {
            Self::Stopped(fault) | Self::Unreadable(fault) | Self::Poisoned { fault, .. } => fault,
        }
    }
}

/// A run to be.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Its id, fresh.
    pub run: RunId,
    /// When it begins, in UTC.
    pub at: Timestamp,
    /// Its first event.
    pub started: RunStarted,
    /// The definition that it keeps; stored once per digest.
    pub definition: Definition,
    /// When it counts as one that was started before.
    pub dedupe: Option<DedupeKey>,
}

/// What makes two starts the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DedupeKey {
    /// Keys are compared within this only.
    pub scope: String,
    /// The key.
    pub key: String,
    /// How long it is remembered, in UTC.
    pub keep_until: Timestamp,
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// The run exists now.
    New(RunId),
    /// This run was started for the same before.
    Duplicate(RunId),
}

impl Submitted {
    /// The run, new or not.
    #[must_use]
    pub fn run(&self) -> &RunId {
        match self {
            Self::New(run) | Self::Duplicate(run) => run,
        }
    }
}

/// Events of one run, with what lists show of it afterwards; committed together.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Which run.
    pub run: RunId,
    /// What happened, in order.
    pub events: Vec<Recorded>,
    /// What lists show now.
    pub row: RunRow,
    /// Inbox items that these events answer.
    pub answered: Vec<i64>,
}

/// What lists show of a run that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunRow {
    /// What it is doing.
    pub condition: Condition,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When it ended, in UTC.
    pub ended_at: Option<Timestamp>,
    /// When its next timer is due, in UTC.
    pub next_at: Option<Timestamp>,
}

/// One run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunInfo {
    /// Its id.
    pub run: RunId,
    /// Name of the workflow.
    pub workflow: String,
    /// The author's version.
    pub version: u32,
    /// What started it.
    pub trigger: String,
    /// Digest of its definition.
    pub definition: Digest,
    /// What it is doing.
    pub condition: Condition,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When it began, in UTC.
    pub started_at: Timestamp,
    /// When it ended, in UTC.
    pub ended_at: Option<Timestamp>,
    /// When its next timer is due, in UTC.
    pub next_at: Option<Timestamp>,
}

/// A stored run.
#[derive(Debug, Clone)]
pub struct StoredRun {
    /// What lists show.
    pub info: RunInfo,
    /// The definition it keeps.
    pub definition: Definition,
    /// Everything that happened, in order.
    pub events: Vec<Recorded>,
}

/// One trigger of one workflow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Source {
    /// Name of the workflow.
    pub workflow: String,
    /// Id of the trigger.
    pub trigger: String,
}

/// What a poll moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// Where the next poll starts.
    pub cursor: Value,
    /// Changes to what is known.
    pub known: Vec<KnownChange>,
}

/// What one poll, or one event that was handed in, brought; committed together.
#[derive(Debug, Clone)]
pub struct PollCommit {
    /// Whose.
    pub source: Source,
    /// What it moved; absent for an event that was handed in.
    pub cursor: Option<Cursor>,
    /// What it saw, in order.
    pub occurrences: Vec<Occurrence>,
}

/// One event that a trigger saw, judged.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// What makes it the same when it is seen again.
    pub id: String,
    /// When it was seen, in UTC.
    pub at: Timestamp,
    /// What an author reads under `$.trigger`.
    pub event: Value,
    /// What is to become of it.
    pub judged: Judged,
}

/// What is to become of an event.
#[derive(Debug, Clone)]
pub enum Judged {
    /// It starts a run, unless one was started for the same before.
    Start(Box<Submission>),
    /// The condition of the trigger does not hold.
    Filtered {
        /// The condition.
        condition: String,
        /// What it read.
        values: Vec<(String, Option<Value>)>,
    },
    /// It does not give the inputs that a run needs.
    Refused(Fault),
}

/// What became of an event; kept for ever beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It started this run.
    Started {
        /// Which.
        run: RunId,
    },
    /// This run was started for the same before.
    Duplicate {
        /// Which.
        run: RunId,
    },
    /// The condition of the trigger did not hold.
    Filtered {
        /// The condition.
        condition: String,
        /// What it read.
        values: Vec<(String, Option<Value>)>,
    },
    /// It did not give the inputs that a run needs.
    Refused {
        /// Why.
        fault: Fault,
    },
}

/// A kept event with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TriggerEvent {
    /// Whose.
    pub source: Source,
    /// What makes it the same when it is seen again.
    pub id: String,
    /// When it was seen, in UTC.
    pub at: Timestamp,
    /// What an author reads under `$.trigger`.
    pub event: Value,
    /// What became of it.
    pub verdict: Verdict,
}

/// What a person asks of a run, from this or another process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Decides an open gate that is shown on the console.
    Decide {
        /// The gate.
        path: StepPath,
        /// Yes or no.
        choice: Choice,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// Ends the run.
    Cancel,
    /// Tries stalled steps again.
    Resume,
    /// Says what became of a parked step.
    Resolve {
        /// The step.
        path: StepPath,
        /// What became of it.
        resolution: Resolution,
    },
}

/// A request that waits to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InboxItem {
    /// Number, rising.
    pub id: i64,
    /// Of which run.
    pub run: RunId,
    /// Who, such as `cli:ann`.
    pub by: String,
    /// When, in UTC.
    pub at: Timestamp,
    /// What.
    pub request: Request,
}

type Answer<'a, T> = BoxFuture<'a, Result<T, BackendError>>;

/// Where runs are kept. Everything that writes resolves after the write is durable.
pub trait Backend: Send + Sync + 'static {
    /// Stores a run with its first event and its dedupe key, in one transaction.
    fn submit(&self, submission: Submission) -> Answer<'_, Submitted>;

    /// Appends events to a run together with its row.
    fn deliver(&self, delivery: Delivery) -> Answer<'_, ()>;

    /// Reads one run with its definition and all events.
    fn load<'a>(&'a self, run: &'a RunId) -> Answer<'a, Option<StoredRun>>;

    /// Lists runs, newest first; `open` ones only where wanted.
    fn runs(&self, open: bool) -> Answer<'_, Vec<RunInfo>>;

    /// Puts a run that cannot be read on the list of dead letters.
    fn bury<'a>(&'a self, run: &'a RunId, fault: &'a Fault) -> Answer<'a, ()>;

    /// What a trigger remembers.
    fn known<'a>(&'a self, source: &'a Source) -> Answer<'a, Known>;

    /// Stores what a poll brought, with the runs it starts, in one transaction.
    fn commit_poll(&self, commit: PollCommit) -> Answer<'_, Vec<Verdict>>;

    /// Kept events, newest first, at most `limit`.
    fn trigger_events(&self, limit: usize) -> Answer<'_, Vec<TriggerEvent>>;

    /// Leaves a request for whoever drives the run.
    fn post<'a>(&'a self, run: &'a RunId, by: &'a str, at: Timestamp, request: Request) -> Answer<'a, i64>;

    /// Requests that wait, in order.
    fn inbox(&self) -> Answer<'_, Vec<InboxItem>>;

    /// Takes requests off that changed nothing.
    fn dismiss(&self, items: Vec<i64>) -> Answer<'_, ()>;
}
