//! Executes runs: the engine loop, workers, retries, settling, timers, gates and triggers, behind the
//! backend trait. Holds no storage and no HTTP, names no connector.

mod clock;

mod backend;
mod connections;

mod error;

mod door;
mod parts;
mod retry;

mod worker;

mod inputs;
mod library;
mod looks;
mod observe;
mod shutdown;

mod active;

mod drive;

mod engine;
mod triggers;

pub use backend::{
    Backend, BackendError, Cursor, DedupeKey, Delivery, InboxItem, Judged, Occurrence, PollCommit, Request,
    RunInfo, RunRow, Source, StoredRun, Submission, Submitted, TriggerEvent, Verdict,
};
pub use clock::{Clock, Entropy, SystemClock, SystemEntropy};
pub use connections::Connections;
pub use engine::{Driven, Engine, Setup, Start};
pub use error::Error;
pub use inputs::typed;
pub use observe::Views;
pub use parts::Limits;
pub use shutdown::Shutdown;
pub use triggers::{Origin, PollReport, offer, poll_once};
