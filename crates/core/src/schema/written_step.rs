//! The written form of a step. The comments here are what an editor shows.

#![expect(dead_code, reason = "read by its schema only")]

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::forms::{Duration, Id, Named, Shift, WorkflowId};
use super::written_declared::Declared;
use super::written_gate::Approval;
use crate::model::StopOutcome;

/// A step: an id, exactly one kind key, and what else it may carry.
///
/// Kind keys: `action`, `approval`, `decide`, `map`, `set`, `group`, `switch`, `parallel`, `foreach`, `wait`,
/// `workflow`, `agent`, `stop`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// Id in snake_case, unique in the workflow; later steps read `$.steps.<id>` and `$.status.<id>`.
    id: Id,
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
    timeout: Option<Duration>,
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
    #[schemars(extend("minProperties" = 1))]
    set: Option<Named<SetValue>>,
    /// Steps as one block, so that they have one condition and one `rescue`.
    group: Option<Steps>,
    /// Takes the first branch whose condition holds.
    #[schemars(length(min = 1))]
    switch: Option<Vec<Branch>>,
    /// Runs branches side by side and joins them all.
    #[schemars(extend("minProperties" = 1))]
    parallel: Option<Named<Steps>>,
    /// Passes `steps` once per element of this list. `$.steps.<id>.items[*]` has `item`, `status` and `steps`.
    foreach: Option<Value>,
    /// The root under which the steps of a `foreach` read the element: `as: member` gives `$.member`. Without
    /// it `$.item`.
    r#as: Option<Id>,
    /// A longer list fails the `foreach` before its first pass; 100 without it.
    #[schemars(range(min = 1, max = 10_000))]
    max: Option<u32>,
    /// Passes at once; one without it.
    #[schemars(range(min = 1, max = 50))]
    at_once: Option<u32>,
    /// The steps of a `foreach`.
    steps: Option<Steps>,
    /// Steps that run after a failure in this block; then the block counts as handled. They may read `$.error`.
    rescue: Option<Steps>,
    /// Waits durably.
    wait: Option<Wait>,
    /// Runs another workflow, gives it `with` as inputs and waits for it; `$.steps.<id>` has its outputs.
    workflow: Option<WorkflowId>,
    /// Lets a model work on a task; `$.steps.<id>` has its answer.
    agent: Option<Agent>,
    /// Ends the run.
    stop: Option<StopOutcome>,
    /// What is said about the end.
    message: Option<String>,
}

/// Steps, in the order in which they run.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(super) struct Steps(#[schemars(length(min = 1))] Vec<Step>);

/// What is named: a path, a text, a literal, or one computed value.
#[derive(JsonSchema)]
pub(super) struct SetValue {
    /// A time so long before now, such as `90d`.
    ago: Option<Value>,
    /// A time so long after now, such as `7d`.
    from_now: Option<Value>,
    /// Whether a condition holds: true or false.
    condition: Option<Value>,
    /// How many elements a list has.
    count: Option<Value>,
    /// The first of these that is there.
    first: Option<Value>,
    /// A time moved by a duration, such as `{time: $.steps.person.employeeHireDate, by: -7d}`.
    add: Option<Value>,
    /// The elements of the first list that are not in the second.
    without: Option<Value>,
}

/// A time moved by a duration.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Add {
    /// The time.
    time: Value,
    /// How far, such as `7d`, or back with `-7d`.
    by: Shift,
}

/// What a failure does.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnError {
    /// It fails the run.
    Fail,
    /// It is recorded, and the run goes on.
    Continue,
}

/// How often an attempt is repeated when nothing changed.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Retry {
    /// Attempts in all.
    #[schemars(range(min = 1, max = 100))]
    attempts: u32,
}

/// Repeats a read, durably.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Poll {
    /// Until this holds of the answer, which is `$.out`.
    until: String,
    /// Time between two reads, such as `5m`.
    every: Duration,
    /// Time after which it is given up, such as `4h`.
    at_most: Duration,
    /// What giving up does: `fail` (the default), or `continue` with the last answer.
    otherwise: Option<OnError>,
}

/// One branch of a `switch`: `{if, steps}`, or as the last one `{else: [steps]}`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Branch {
    /// The branch is taken when this holds and no earlier one did.
    r#if: Option<String>,
    /// Its steps.
    steps: Option<Steps>,
    /// The steps when no branch holds.
    r#else: Option<Steps>,
}

/// A durable wait: `{for: 4h}`, `{for: 2d, calendar: weekdays}`, `{until: $.time}`, or `{event: …, for: 4h}`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wait {
    /// How long, such as `4h`.
    r#for: Option<Duration>,
    /// Counts working time: `weekdays` (Monday to Friday in UTC), or a name under `calendars`.
    calendar: Option<String>,
    /// Until when: a time with its zone.
    until: Option<String>,
    /// The event that is waited for, for as long as `for` says.
    event: Option<Event>,
}

/// An event that is waited for.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
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
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Agent {
    /// The task, a text.
    task: String,
    /// Names of the actions it may call; none that grants, hands out credentials or deletes.
    tools: Option<Vec<String>>,
    /// The fields of its answer, by name.
    answer: Named<Declared>,
    /// Name of the configured model; not needed where there is only one.
    model: Option<String>,
    /// Most calls of tools; 20 without it.
    #[schemars(range(min = 1, max = 200))]
    calls: Option<u32>,
}
