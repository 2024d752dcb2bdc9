//! The written form of an `approval`. The comments here are what an editor shows.

#![expect(dead_code, reason = "read by its schema only")]

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::forms::Duration;

/// A wait for people. Its output is `$.steps.<id>.outcome`: `approved`, `rejected`, `expired` or
/// `withdrawn`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Approval {
    /// One line: who asks for what.
    subject: String,
    /// What approvers see besides.
    show: Option<Vec<Value>>,
    /// Where people decide: a channel, or `console` (the default).
    via: Option<String>,
    /// Connection of the channel; not needed where its system has only one.
    connection: Option<String>,
    /// The record the question hangs on, such as the requested item.
    record: Option<Value>,
    /// Who asked.
    requester: Option<Value>,
    /// Who gets it.
    beneficiary: Option<Value>,
    /// Stages in order; each must pass before the next opens.
    stages: Vec<Stage>,
    /// Who never counts as an approver.
    never: Option<Vec<Never>>,
    /// When those who were asked and have not decided are reminded.
    remind: Option<Remind>,
    /// Who else is asked when a stage is not decided in time.
    escalate: Option<Escalate>,
    /// What happens when nobody decides.
    expires: Option<Expires>,
    /// What a rejection does: `end` (the default) ends the run as rejected, `continue` leaves it to later
    /// conditions.
    on_reject: Option<OnReject>,
}

/// One stage.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Stage {
    /// Its name, for people.
    name: String,
    /// The stage is left out unless this holds.
    r#if: Option<String>,
    /// Whom to ask. Only with `via: console` it may be left out; then whoever may use the console decides.
    approvers: Option<Vec<Approvers>>,
    /// How many must approve; one rejection rejects.
    #[schemars(range(min = 1, max = 50))]
    need: Option<u32>,
}

/// One source of approvers: its name with its input, such as `servicenow.manager_of: $.inputs.person`.
#[derive(JsonSchema)]
#[schemars(title = "source of approvers")]
pub(super) struct Approvers {
    /// Connection to use; not needed where the system has only one.
    connection: Option<String>,
    /// The source.
    #[serde(flatten)]
    source: Map<String, Value>,
}

/// Who never counts as an approver.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Never {
    /// Who asked.
    Requester,
    /// Who gets it.
    Beneficiary,
    /// Somebody who has approved an earlier stage.
    SamePersonTwice,
}

/// What happens when nobody decides.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Expires {
    /// Time after the gate opened, such as `5d`.
    after: Duration,
    /// Counts working time: `weekdays` (Monday to Friday in UTC), or a name under `calendars`.
    calendar: Option<String>,
    /// What it counts as then: `reject` (the default) or `approve`.
    then: Option<Then>,
    /// Why it may count as approved.
    reason: Option<String>,
}

/// Reminders of those who were asked and have not decided.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Remind {
    /// Time after a stage was asked, and between two reminders, such as `1d`.
    every: Duration,
    /// Counts working time: `weekdays` (Monday to Friday in UTC), or a name under `calendars`.
    calendar: Option<String>,
    /// Most reminders of one stage; 10 without it.
    #[schemars(range(min = 1, max = 100))]
    at_most: Option<u32>,
}

/// Who else is asked when a stage is not decided in time.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Escalate {
    /// Time after the stage was asked, such as `2d`.
    after: Duration,
    /// Counts working time: `weekdays` (Monday to Friday in UTC), or a name under `calendars`.
    calendar: Option<String>,
    /// They are asked besides those who were asked first.
    to: Vec<Approvers>,
}

/// What no decision counts as.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Then {
    /// As rejected.
    Reject,
    /// As approved; needs a reason.
    Approve,
}

/// What a rejection does.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnReject {
    /// It ends the run as rejected.
    End,
    /// It leaves it to later conditions.
    Continue,
}
