//! One step inside a run: where it stands and what is known of it. Decides nothing.

use drawbridge_sdk::{Fault, Intent, Undo};
use jiff::Timestamp;
use serde_json::Value;

use crate::command::Resume;
use crate::failure::RunError;
use crate::gate::GateState;
use crate::ids::StepPath;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepStatus {
    /// It has not begun.
    Waiting,
    /// A command is out that changes nothing: a read, a preparation or a look.
    Working,
    /// Its intent is recorded; the change is being sent.
    Sending,
    /// It goes on at a time.
    Sleeping {
        /// When, in UTC.
        until: Timestamp,
        /// For what.
        why: Sleep,
    },
    /// People are asked.
    Asking,
    /// A block whose steps run.
    Open,
    /// Attempts are used up; somebody resumes it.
    Stalled,
    /// Nobody can tell whether it happened; a person decides.
    Parked,
    /// Done.
    Succeeded,
    /// Failed.
    Failed,
    /// Failed because an attempt took too long.
    TimedOut,
    /// A gate that ended the run.
    Rejected,
    /// Its condition did not hold, or it stands in a branch that was not taken.
    Skipped,
    /// The run ended before it.
    NotReached,
    /// It was waiting when the run no longer needed it.
    Withdrawn,
}

/// What a sleeping step sleeps for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sleep {
    /// The next attempt.
    Retry,
    /// A look whether an accepted change has completed.
    Follow,
    /// A look whether an unknown change happened.
    Settle,
    /// The next read of a poll.
    Poll,
    /// The end of a `wait`.
    Wait,
}

impl StepStatus {
    /// Every status without its data, for complete tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "pending",
            Self::Working | Self::Sending | Self::Open => "running",
            Self::Sleeping { why: Sleep::Retry, .. } => "retrying",
            Self::Sleeping { why: Sleep::Follow, .. } => "following",
            Self::Sleeping { why: Sleep::Settle, .. } => "settling",
            Self::Sleeping { why: Sleep::Poll, .. } => "polling",
            Self::Sleeping { why: Sleep::Wait, .. } | Self::Asking => "waiting",
            Self::Stalled => "stalled",
            Self::Parked => "parked",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Rejected => "rejected",
            Self::Skipped => "skipped",
            Self::NotReached => "not_reached",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it will not change any more.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Succeeded
                | Self::Failed
                | Self::TimedOut
                | Self::Rejected
                | Self::Skipped
                | Self::NotReached
                | Self::Withdrawn
        )
    }

    /// Whether a command to it has not been answered.
    #[must_use]
    pub fn in_flight(self) -> bool {
        matches!(self, Self::Working | Self::Sending)
    }

    /// Whether it ended badly.
    #[must_use]
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::TimedOut | Self::Rejected)
    }

    /// What an author reads under `$.status`; absent for a step that was not reached.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Succeeded => Some("succeeded"),
            Self::Failed | Self::Rejected => Some("failed"),
            Self::TimedOut => Some("timed_out"),
            Self::Skipped => Some("skipped"),
            _ => None,
        }
    }
}

/// Which branches of a block run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// All of them.
    All,
    /// One.
    One(usize),
    /// None.
    Nothing,
}

/// How a block fares.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockState {
    /// Which branches run.
    pub taken: Taken,
    /// Whether a step of it failed and nothing inside of it took that.
    pub failed: bool,
    /// Whether it took a failure: nothing new starts in it.
    pub halted: bool,
    /// Whether its rescue has begun.
    pub rescuing: bool,
    /// The first failure it took.
    pub error: Option<RunError>,
}

/// The passes of a loop.
#[derive(Debug, Clone, PartialEq)]
pub struct Passes {
    /// The list; an element moves to its pass when that begins.
    pub(crate) elements: Vec<Value>,
    /// The frames of the passes that have begun, in the order of the list.
    pub(crate) frames: Vec<usize>,
    /// How many of them are not over.
    pub(crate) open: usize,
}

impl Passes {
    /// How many elements there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.elements.len()
    }
}

/// Everything known of one step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepState {
    /// Where it stands in the run.
    pub path: StepPath,
    /// Where it stands.
    pub status: StepStatus,
    /// Attempts so far.
    pub attempt: u32,
    /// Commands so far.
    pub epoch: u32,
    /// Attempts since the retry budget began, without those that the engine itself cut off.
    pub tries: u32,
    /// When the retry budget began, moved on by the time in which the engine was not there.
    pub tries_since: Option<Timestamp>,
    /// Looks since the change was sent.
    pub rounds: u32,
    /// Resolved input, kept so that it stays the same over attempts and restarts.
    pub input: Value,
    /// What is known of an earlier call.
    pub resume: Resume,
    /// The change that was recorded and not answered yet, or that a parked step hangs on.
    pub intent: Option<Intent>,
    /// When it began, in UTC.
    pub started_at: Option<Timestamp>,
    /// When it settled, in UTC.
    pub finished_at: Option<Timestamp>,
    /// What went wrong last.
    pub fault: Option<Fault>,
    /// Fields that the platform accepted in silence and did not change.
    pub not_applied: Vec<String>,
    /// How to take it back.
    pub undo: Option<Undo>,
    /// How it fares, of a block.
    pub block: BlockState,
    /// The gate, of an approval.
    pub gate: Option<Box<GateState>>,
    /// The passes, of a loop that has begun.
    pub passes: Option<Box<Passes>>,
}

impl StepState {
    /// A step that has not begun.
    #[must_use]
    pub fn new(path: StepPath) -> Self {
        Self {
            path,
            status: StepStatus::Waiting,
            attempt: 0,
            epoch: 0,
            tries: 0,
            tries_since: None,
            rounds: 0,
            input: Value::Null,
            resume: Resume::Nothing,
            intent: None,
            started_at: None,
            finished_at: None,
            fault: None,
            not_applied: Vec::new(),
            undo: None,
            block: BlockState {
                taken: Taken::All,
                failed: false,
                halted: false,
                rescuing: false,
                error: None,
            },
            gate: None,
            passes: None,
        }
    }
}
