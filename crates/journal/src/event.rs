//! What has happened to a run. Events are past, recorded once and never changed; everything else about
//! a run follows from them. A new field or kind needs a new version in `codec`.

use drawbridge_core::model::WorkflowName;
use drawbridge_sdk::{Ask, Change, Digest, Fault, Intent, Person, Undo, Vote};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::{AskTurn, StepPath, TimerId, Turn};

/// One event in the order it was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Place in the run, from 1, rising.
    pub seq: u64,
    /// When it was recorded, in UTC. The only time a run knows.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// How a run began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// Digest of the definition that this run keeps to its end.
    pub definition: Digest,
    /// Name of the workflow.
    pub workflow: WorkflowName,
    /// The author's version of it.
    pub version: u32,
    /// Id of the trigger, or `manual`.
    pub trigger: String,
    /// The typed inputs.
    pub inputs: Value,
    /// The settings in force when it began.
    pub settings: Value,
}

/// What a person says about a step whose outcome nobody could tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// It happened.
    Happened,
    /// It did not; make the change again.
    Again,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The run began. Always the first event.
    RunStarted(RunStarted),
    /// A change is about to be sent; durable before it is.
    StepStarted {
        /// Whose.
        turn: Turn,
        /// What will be sent, and when that was recorded.
        intent: Intent,
    },
    /// The step's work is done.
    StepFinished {
        /// Whose.
        turn: Turn,
        /// What later steps read.
        output: Value,
        /// Fields that the platform accepted in silence and did not change.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_applied: Vec<String>,
        /// How to take it back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<Undo>,
    },
    /// Nothing changed, and repeating would not help.
    StepFailed {
        /// Whose.
        turn: Turn,
        /// Why.
        fault: Fault,
        /// Whether it took longer than its `timeout`.
        #[serde(default)]
        timed_out: bool,
    },
    /// Nothing changed; a new attempt follows.
    StepDeferred {
        /// Whose.
        turn: Turn,
        /// Not before this time.
        until: Timestamp,
        /// What stood in the way.
        fault: Fault,
    },
    /// The change was accepted and completes later.
    StepPending {
        /// Whose.
        turn: Turn,
        /// What the next look needs.
        handle: Value,
        /// When to look.
        until: Timestamp,
    },
    /// The change may have happened; it is looked for.
    StepUnknown {
        /// Whose.
        turn: Turn,
        /// When to look: once it can no longer land.
        look_at: Timestamp,
        /// What went wrong.
        fault: Fault,
        /// Whether the engine stopped while it was being sent: that says nothing of the platform.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        interrupted: bool,
    },
    /// Nobody can tell whether the change happened; a person decides.
    StepParked {
        /// Whose.
        turn: Turn,
        /// Why.
        fault: Fault,
    },
    /// Nothing changed and the attempts are used up; somebody resumes the run.
    StepStalled {
        /// Whose.
        turn: Turn,
        /// What stood in the way last.
        fault: Fault,
    },
    /// A person decided about a parked step.
    StepResolved {
        /// The step.
        path: StepPath,
        /// What they say.
        resolution: Resolution,
        /// Who, such as `cli:ann`.
        by: String,
    },
    /// The time of a timer has come.
    TimerFired {
        /// Which.
        timer: TimerId,
    },
    /// Changes that keep a gate's rows are about to be sent; durable before they are.
    HousekeepingStarted {
        /// For which question.
        turn: AskTurn,
        /// The question, so that it can be closed again.
        ask: Ask,
        /// What will be sent.
        changes: Vec<Change>,
        /// When that was recorded.
        sent_at: Timestamp,
    },
    /// Those changes were sent; the channel is asked again what is still missing.
    HousekeepingEnded {
        /// For which question.
        turn: AskTurn,
        /// What went wrong with which of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        faults: Vec<Fault>,
        /// When the channel is asked again.
        again_at: Timestamp,
        /// Whether the engine stopped while they were being sent: that says nothing of the channel.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        interrupted: bool,
    },
    /// Everybody who should decide is asked.
    GateOpened {
        /// Which question.
        turn: AskTurn,
        /// What they are asked; no approvers where whoever uses the console decides.
        ask: Ask,
        /// Who asked for it, as the channel knows them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        requester: Option<Person>,
        /// Who gets it, as the channel knows them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        beneficiary: Option<Person>,
        /// Digest of the input of each gated step, in the order of the text: what is approved.
        gated: Vec<GatedInput>,
    },
    /// The channel could not be reached; the same is tried again.
    GateDeferred {
        /// Which question.
        turn: AskTurn,
        /// Not before this time.
        until: Timestamp,
        /// What stood in the way.
        fault: Fault,
    },
    /// Nobody can be asked, or the question cannot be withdrawn.
    GateFailed {
        /// Which question.
        turn: AskTurn,
        /// Why.
        fault: Fault,
    },
    /// A person decided.
    GateVoted {
        /// The gate.
        path: StepPath,
        /// Which question.
        ask: u32,
        /// Who, what and when.
        vote: Vote,
    },
    /// Nobody is asked any more.
    GateClosed {
        /// Which question.
        turn: AskTurn,
    },
    /// Somebody wants the run to end.
    CancelRequested {
        /// Who, such as `cli:ann`.
        by: String,
    },
    /// Somebody wants stalled steps to be tried again.
    ResumeRequested {
        /// Who, such as `cli:ann`.
        by: String,
    },
}

/// What was approved for one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatedInput {
    /// The step.
    pub path: StepPath,
    /// Digest of its input; absent while the input cannot be told yet.
    pub digest: Option<Digest>,
}

impl Event {
    /// The word for its kind, as stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RunStarted(_) => "run_started",
            Self::StepStarted { .. } => "step_started",
            Self::StepFinished { .. } => "step_finished",
            Self::StepFailed { .. } => "step_failed",
            Self::StepDeferred { .. } => "step_deferred",
            Self::StepPending { .. } => "step_pending",
            Self::StepUnknown { .. } => "step_unknown",
            Self::StepParked { .. } => "step_parked",
            Self::StepStalled { .. } => "step_stalled",
            Self::StepResolved { .. } => "step_resolved",
            Self::TimerFired { .. } => "timer_fired",
            Self::HousekeepingStarted { .. } => "housekeeping_started",
            Self::HousekeepingEnded { .. } => "housekeeping_ended",
            Self::GateOpened { .. } => "gate_opened",
            Self::GateDeferred { .. } => "gate_deferred",
            Self::GateFailed { .. } => "gate_failed",
            Self::GateVoted { .. } => "gate_voted",
            Self::GateClosed { .. } => "gate_closed",
            Self::CancelRequested { .. } => "cancel_requested",
            Self::ResumeRequested { .. } => "resume_requested",
        }
    }
}
