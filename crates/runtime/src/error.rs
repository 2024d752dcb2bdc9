//! Why the engine could not go on. Author mistakes are diagnostics, failures of steps are faults in the
//! journal; neither is an error here.

use drawbridge_journal::{Illegal, RunId};
use drawbridge_sdk::Fault;

use crate::backend::BackendError;

/// Why the engine could not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The backend could not do it.
    #[error("the store gave up")]
    Backend(#[source] BackendError),
    /// What was asked cannot be done.
    #[error("{0}")]
    Refused(Fault),
    /// The stored events of a run contradict each other.
    #[error("[RN019] run `{run}` cannot go on")]
    Illegal {
        /// Which.
        run: RunId,
        /// How.
        #[source]
        source: Illegal,
    },
    /// A worker ended without an answer.
    #[error("[RN019] a worker ended without an answer")]
    Worker(#[source] tokio::task::JoinError),
}

impl Error {
    /// The facts, with a code.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Backend(error) => error.fault().clone(),
            Self::Refused(fault) => fault.clone(),
            Self::Illegal { run, source } => {
                Fault::new("RN019", format!("run `{run}` cannot go on: {source}"))
            }
            Self::Worker(error) => Fault::new("RN019", format!("a worker ended without an answer: {error}")),
        }
    }
}
