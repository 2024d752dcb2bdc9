//! Exit codes, one place for all of them.

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; for a run, succeeded or ignored.
    Good,
    /// Findings.
    Findings,
    /// It could not run.
    CouldNotRun,
    /// The run failed.
    Failed,
    /// The run was rejected.
    Rejected,
    /// The run waits, is held or parked.
    Waiting,
    /// The run was cancelled.
    Cancelled,
}

impl Exit {
    /// The number for the shell.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Findings => 1,
            Self::CouldNotRun => 2,
            Self::Failed => 3,
            Self::Rejected => 4,
            Self::Waiting => 5,
            Self::Cancelled => 6,
        }
    }
}
