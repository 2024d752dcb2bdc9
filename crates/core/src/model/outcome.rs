//! How a `stop` step may end a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a `stop` step ends the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopOutcome {
    /// The run has done what it was for.
    Succeeded,
    /// Somebody or something said no.
    Rejected,
    /// The run could not do what it was for; `on_failure` runs.
    Failed,
    /// There was nothing to do.
    Ignored,
}

impl StopOutcome {
    /// Every outcome, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Succeeded, Self::Rejected, Self::Failed, Self::Ignored];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Ignored => "ignored",
        }
    }
}

impl std::fmt::Display for StopOutcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}
