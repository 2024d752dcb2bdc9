//! The written form of a step. The comments here are what an editor shows.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::written_gate::Approval;
use crate::model::StopOutcome;

/// A step: an id, exactly one kind key, and what else it may carry.
///
/// Kind keys: `action`, `approval`, `decide`, `set`, `switch`, `parallel`, `wait`, `stop`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Step {
    /// Id in snake_case, unique in the workflow; later steps read `$.steps.<id>` and `$.status.<id>`.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]*$"))]
    id: String,
    /// What it is for, for people.
    description: Option<String>,
    /// The step is skipped unless this holds, such as `$.inputs.risk == 'high'`. A bare path asks whether it
    /// exists.
    r#if: Option<String>,
    /// Ids of the steps it waits for, instead of the one above it.
    needs: Option<Vec<String>>,
    /// What a failure does: `fail` (the default) fails the run, `continue` records it and goes on.
    on_error: Option<OnError>,
    /// How long one attempt may take, such as `30s`.
    timeout: Option<String>,
    /// The step fails unless this holds of its answer, which is `$.out`.
    expect: Option<String>,

    /// Calls one action of a connector. Its output is `$.steps.<id>`.
    action: Option<String>,
    /// Input of the action or of the table. A value that begins with `$.` is a path, one with `{{ }}` a text.
    with: Option<Map<String, Value>>,
    /// Connection to use; not needed where the system has only one.
    connection: Option<String>,
    /// How often an attempt is repeated when nothing changed.
    retry: Option<Retry>,
    /// Repeats a read until something holds.
    poll: Option<Poll>,
    /// Id of the `approval` step that must have approved this very input. Needed for what grants access,
    /// hands out credentials or deletes.
    requires_approval: Option<String>,
    /// Why no approval is needed.
    no_approval_because: Option<String>,

    /// Opens a gate and waits for people.
    approval: Option<Approval>,
    /// Looks a decision table up; the output columns of the matched row are `$.steps.<id>`.
    decide: Option<String>,
    /// Names values: a path, a text, a literal, or one computed value: `{ago: 90d}`, `{from_now: 7d}`,
    /// `{add: {time: $.…, by: 7d}}`, `{condition: "…"}`, `{count: $.…}`, `{first: [$.…, $.…]}`,
    /// `{without: [$.…, $.…]}`.
    set: Option<Map<String, Value>>,
    /// Takes the first branch whose condition holds.
    switch: Option<Vec<Branch>>,
    /// Runs branches side by side and joins them all.
    parallel: Option<std::collections::BTreeMap<String, Vec<Step>>>,
    /// Waits durably.
    wait: Option<Wait>,
    /// Ends the run.
    stop: Option<StopOutcome>,
    /// What is said about the end.
    message: Option<String>,
}

/// What a failure does.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnError {
    /// It fails the run.
    Fail,
    /// It is recorded, and the run goes on.
    Continue,
}

/// How often an attempt is repeated when nothing changed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Retry {
    /// Attempts in all.
    #[schemars(range(min = 1, max = 100))]
    attempts: u32,
}

/// Repeats a read, durably.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Poll {
    /// Until this holds of the answer, which is `$.out`.
    until: String,
    /// Time between two reads, such as `5m`.
    every: String,
    /// Time after which it is given up, such as `4h`.
    at_most: String,
    /// What giving up does: `fail` (the default), or `continue` with the last answer.
    otherwise: Option<OnError>,
}

/// One branch of a `switch`: `{if, steps}`, or as the last one `{else: [steps]}`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Branch {
    /// The branch is taken when this holds and no earlier one did.
    r#if: Option<String>,
    /// Its steps.
    steps: Option<Vec<Step>>,
    /// The steps when no branch holds.
    r#else: Option<Vec<Step>>,
}

/// A durable wait: `{for: 4h}` or `{until: $.time}`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Wait {
    /// How long, such as `4h`.
    r#for: Option<String>,
    /// Until when: a time with its zone.
    until: Option<String>,
}
