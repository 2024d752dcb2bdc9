//! Names of runs, steps, attempts and timers. Makes none of them up: whoever needs a fresh one brings it.

use drawbridge_core::model::StepId;
use serde::{Deserialize, Serialize};

/// Id of one run; lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// Takes a text that somebody else made sure is unique.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// Where a step stands in a run: its id, inside a loop behind the loop and the number of the pass in
/// brackets (`remove_groups[3].remove`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepPath(String);

impl StepPath {
    /// Takes the text of a path.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the step, without the loops around it.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or(&self.0)
    }

    /// A step in a pass of the loop at this path; passes count from 0.
    #[must_use]
    pub fn inside(&self, pass: usize, id: &StepId) -> Self {
        Self(format!("{self}[{pass}].{id}"))
    }
}

impl std::fmt::Display for StepPath {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// One command to a step and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Turn {
    /// The step.
    pub path: StepPath,
    /// How often the change has been tried, from 1; for people and for the retry budget.
    pub attempt: u32,
    /// Counts every command to this step, also looks. An answer with an older one is late and ignored.
    pub epoch: u32,
}

/// One command to a stage of a gate and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AskTurn {
    /// The gate.
    pub path: StepPath,
    /// Which question of this gate, counted over stages and over asking again.
    pub ask: u32,
    /// Counts every command to this question.
    pub epoch: u32,
}

/// What a timer is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum TimerId {
    /// A step goes on: a retry, a look, the next read of a poll, the end of a wait.
    Step {
        /// The step.
        path: StepPath,
        /// Its epoch when the timer was set.
        epoch: u32,
    },
    /// A gate expires.
    Expiry {
        /// The gate.
        path: StepPath,
        /// Which round of asking.
        round: u32,
    },
    /// More people are asked, because those who were asked have not decided.
    Escalation {
        /// The gate.
        path: StepPath,
        /// Which question.
        ask: u32,
    },
    /// A question is opened or closed again.
    Ask {
        /// The question and its epoch when the timer was set.
        turn: AskTurn,
    },
    /// The run has taken as long as it may.
    Deadline,
}
