//! What is to be done for a run. Commands are imperative and follow from the events alone: a run that is
//! loaded again gives those that are still open. Timers are not commands, they are part of the state.

use drawbridge_core::graph::Never;
use drawbridge_sdk::{Ask, Change, IdempotencyKey, Intent, Person};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::event::GatedInput;
use crate::ids::{AskTurn, StepPath, Turn};

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Call an action: run a read, prepare a write, or look after one.
    StartStep(StartStep),
    /// Send the change of a write, whose intent is recorded now.
    SendChange {
        /// The call it belongs to.
        call: StartStep,
        /// What is sent.
        intent: Intent,
    },
    /// Ask people.
    OpenGate(OpenGate),
    /// Send changes that keep a gate's rows, which are recorded now.
    SendHousekeeping {
        /// For which question.
        turn: AskTurn,
        /// Where.
        channel: ChannelRef,
        /// What is sent.
        changes: Vec<Change>,
        /// Whether the host was gone since they were recorded, so that they may have been sent already:
        /// then nothing is sent and the channel is asked again once they can no longer land.
        sent_before: bool,
    },
    /// Ask nobody any more.
    CloseGate {
        /// Which question.
        turn: AskTurn,
        /// Where.
        channel: ChannelRef,
        /// Key of the question.
        key: IdempotencyKey,
        /// The question.
        ask: Ask,
    },
}

/// One call of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct StartStep {
    /// Whose, and which attempt.
    pub turn: Turn,
    /// Name of the action.
    pub action: String,
    /// Connection; absent for the only one of its system.
    pub connection: Option<String>,
    /// Resolved input.
    pub input: Value,
    /// Key of the effect.
    pub key: IdempotencyKey,
    /// How long one attempt may take.
    pub timeout: Option<SignedDuration>,
    /// How often it may be tried; absent for the usual.
    pub attempts_max: Option<u32>,
    /// How often it was tried since the budget began, from 1.
    pub tries: u32,
    /// When the budget began.
    pub tries_since: Timestamp,
    /// How often it was looked for or followed so far.
    pub rounds: u32,
    /// What is known of an earlier call.
    pub resume: Resume,
    /// Whether the engine stopped during that call.
    pub interrupted: bool,
}

/// What is known of an earlier call of the same step.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Resume {
    /// Nothing was sent.
    #[default]
    Nothing,
    /// This was sent, or may have been; look whether it happened.
    Settle(Intent),
    /// It was accepted; look whether it has completed.
    Follow(Value),
}

/// Where a gate is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRef {
    /// Name of the channel.
    pub via: String,
    /// Connection; absent for the only one of its system.
    pub connection: Option<String>,
}

/// One stage of a gate to ask.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenGate {
    /// Which question.
    pub turn: AskTurn,
    /// Where.
    pub channel: ChannelRef,
    /// Key of the question.
    pub key: IdempotencyKey,
    /// Name of the stage.
    pub stage: String,
    /// One line: who asks for what.
    pub subject: String,
    /// What approvers see besides.
    pub details: Vec<String>,
    /// The record the question hangs on.
    pub record: Option<String>,
    /// Who is asked already and stays asked.
    pub asked: Vec<Person>,
    /// Where approvers come from who are asked besides.
    pub approvers: Vec<ApproverSource>,
    /// How many must approve.
    pub need: u32,
    /// Who never counts.
    pub never: Vec<Never>,
    /// Who asked.
    pub requester: Option<Person>,
    /// Who gets it.
    pub beneficiary: Option<Person>,
    /// Who approved an earlier stage.
    pub earlier: Vec<Person>,
    /// What is approved.
    pub gated: Vec<GatedInput>,
    /// How often the channel was asked so far.
    pub rounds: u32,
}

/// One source of approvers, with its input resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct ApproverSource {
    /// Name of the people source.
    pub source: String,
    /// Connection; absent for the only one of its system.
    pub connection: Option<String>,
    /// Its input.
    pub input: Value,
}

/// An open question whose decisions have to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// The gate.
    pub path: StepPath,
    /// Which question of it.
    pub number: u32,
    /// Key of the question.
    pub key: IdempotencyKey,
    /// Where it is shown.
    pub channel: ChannelRef,
    /// The question.
    pub ask: Ask,
}
