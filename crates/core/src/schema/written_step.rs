//! The written form of a step. The comments here are what an editor shows.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::written_declared::Declared;
use super::written_gate::Approval;
use crate::model::StopOutcome;

/// A step: an id, exactly one kind key, and what else it may carry.
///
/// Kind keys: `action`, `approval`, `decide`, `map`, `set`, `group`, `switch`, `parallel`, `foreach`, `wait`,
/// `workflow`, `agent`, `stop`.
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
    /// Applies a field mapping; `$.steps.<id>` has `target`, `flagged` and `deferred`.
    map: Option<String>,
    /// What the mapping is applied to, such as `$.steps.person`.
    from: Option<Value>,
    /// Names values: a path, a text, a literal, or one computed value: `{ago: 90d}`, `{from_now: 7d}`,
    /// `{add: {time: $.…, by: 7d}}`, `{condition: "…"}`, `{count: $.…}`, `{first: [$.…, $.…]}`,
    /// `{without: [$.…, $.…]}`.
    set: Option<Map<String, Value>>,
    /// Steps as one block, so that they have one condition and one `rescue`.
    #[schemars(length(min = 1))]
    group: Option<Vec<Step>>,
    /// Takes the first branch whose condition holds.
    switch: Option<Vec<Branch>>,
    /// Runs branches side by side and joins them all.
    parallel: Option<std::collections::BTreeMap<String, Vec<Step>>>,
    /// Passes `steps` once per element of this list. `$.steps.<id>.items[*]` has `item`, `status` and `steps`.
    foreach: Option<Value>,
    /// The root under which the steps of a `foreach` read the element: `as: member` gives `$.member`. Without
    /// it `$.item`.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]*$"))]
    r#as: Option<String>,
    /// A longer list fails the `foreach` before its first pass; 100 without it.
    #[schemars(range(min = 1, max = 10_000))]
    max: Option<u32>,
    /// Passes at once; one without it.
    #[schemars(range(min = 1, max = 50))]
    at_once: Option<u32>,
    /// The steps of a `foreach`.
    #[schemars(length(min = 1))]
    steps: Option<Vec<Step>>,
    /// Steps that run after a failure in this block; then the block counts as handled. They may read `$.error`.
    #[schemars(length(min = 1))]
    rescue: Option<Vec<Step>>,
    /// Waits durably.
    wait: Option<Wait>,
    /// Runs another workflow, gives it `with` as inputs and waits for it; `$.steps.<id>` has its outputs.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9-]*$"))]
    workflow: Option<String>,
    /// Lets a model work on a task; `$.steps.<id>` has its answer.
    agent: Option<Agent>,
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

/// A durable wait: `{for: 4h}`, `{for: 2d, calendar: weekdays}`, `{until: $.time}`, or `{event: …, for: 4h}`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Wait {
    /// How long, such as `4h`.
    r#for: Option<String>,
    /// Counts working time: `weekdays` (Monday to Friday in UTC), or a name under `calendars`.
    calendar: Option<String>,
    /// Until when: a time with its zone.
    until: Option<String>,
    /// The event that is waited for, for as long as `for` says.
    event: Option<Event>,
}

/// An event that is waited for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Event {
    /// Name of the trigger that sees it.
    trigger: String,
    /// Connection to use; not needed where its system has only one.
    connection: Option<String>,
    /// Input of the trigger.
    with: Option<Map<String, Value>>,
    /// Only an event for which this holds ends the wait. It reads the event as `$.trigger`.
    r#if: Option<String>,
}

/// A task for a model: what it shall do, which actions it may call, and the answer it must give.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Agent {
    /// The task, a text.
    task: String,
    /// Names of the actions it may call; none that grants, hands out credentials or deletes.
    tools: Option<Vec<String>>,
    /// The fields of its answer, by name.
    answer: std::collections::BTreeMap<String, Declared>,
    /// Name of the configured model; not needed where there is only one.
    model: Option<String>,
    /// Most calls of tools; 20 without it.
    #[schemars(range(min = 1, max = 200))]
    calls: Option<u32>,
}
