//! The written form of a workflow: its top level. The comments here are what an editor shows.
//!
//! These types are never filled; the reader of `model` reads the text itself, and a test keeps both
//! at the same keys.

#![expect(dead_code, reason = "read by its schema only")]

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::forms::{Column, Duration, Id, Named, WorkflowId};
use super::written_calendar::Calendar;
use super::written_declared::Declared;
use super::written_mapping::Mapping;
use super::written_step::Steps;

/// A workflow of Drawbridge.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Workflow {
    /// Name in kebab-case, unique in an installation, such as `user-onboarding`.
    workflow: WorkflowId,
    /// Number of this version; count up by one with every change.
    #[schemars(range(min = 1, max = 4_294_967_295_u32))]
    version: u32,
    /// Title for people.
    title: String,
    /// What it does, for people.
    description: Option<String>,
    /// Words to find it by.
    labels: Option<BTreeMap<String, String>>,
    /// What an installation may set, read as `$.settings.<name>`. What has no default must be set.
    settings: Option<Named<Declared>>,
    /// What a run needs, however it was started, read as `$.inputs.<name>`. What has no default is required.
    inputs: Option<Named<Declared>>,
    /// What starts runs. Each maps what it saw into the inputs.
    triggers: Option<Vec<Trigger>>,
    /// What withdraws runs that are on their way.
    cancel_on: Option<Vec<Cancel>>,
    /// Decision tables by name, looked up with `decide`.
    tables: Option<Named<Table>>,
    /// Field mappings by name, applied with `map`.
    mappings: Option<Named<Mapping>>,
    /// Working time by name, for `calendar` at gates and waits. `weekdays` is there without being declared.
    calendars: Option<Named<Calendar>>,
    /// Budgets over effects. An effect that is over one is held for a person, or fails.
    guards: Option<Vec<Guard>>,
    /// How long a run may take in all, such as `30d`; after that it fails.
    deadline: Option<Duration>,
    /// The steps, in the order in which they run.
    steps: Steps,
    /// Steps that run after a failure that nothing handled. They may read `$.error`.
    on_failure: Option<Steps>,
    /// Steps that always run at the end. They may read `$.run.outcome`.
    finally: Option<Steps>,
    /// What a calling workflow gets, by name.
    outputs: Option<Named<Value>>,
}

/// What starts runs.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Trigger {
    /// Id in snake_case, unique among the triggers; a run tells it as `$.run.trigger`.
    id: Id,
    /// Name of the trigger.
    trigger: String,
    /// Connection to use; not needed where its system has only one.
    connection: Option<String>,
    /// Input of the trigger. It may read `$.settings`.
    with: Option<Map<String, Value>>,
    /// Only events for which this holds start a run. It reads `$.trigger` and `$.settings`.
    r#if: Option<String>,
    /// What the event fills into the inputs of the workflow, by name. It reads `$.trigger` and `$.settings`.
    inputs: Option<Map<String, Value>>,
    /// When an event counts as one that was seen before.
    dedupe: Option<Dedupe>,
    /// How many runs of one key may be on their way at once.
    concurrency: Option<Concurrency>,
}

/// How many runs of one key may be on their way at once.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Concurrency {
    /// What is equal for runs that count together, such as `$.trigger.requested_for.sys_id`.
    key: Value,
    /// How many.
    #[schemars(range(min = 1, max = 1000))]
    max: u32,
    /// What a further event does: `queue` (the default) waits for its turn, `ignore` starts nothing.
    overflow: Option<Overflow>,
}

/// What an event does while as many runs as allowed are on their way.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Overflow {
    /// It waits for its turn.
    Queue,
    /// It starts nothing.
    Ignore,
}

/// What withdraws runs: an event whose `key` is equal to the `matches` of a run.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancel {
    /// Id in snake_case, unique among these and the triggers.
    id: Id,
    /// Name of the trigger.
    trigger: String,
    /// Connection to use; not needed where its system has only one.
    connection: Option<String>,
    /// Input of the trigger. It may read `$.settings`.
    with: Option<Map<String, Value>>,
    /// Only events for which this holds withdraw. It reads `$.trigger` and `$.settings`.
    r#if: Option<String>,
    /// A value of the event, such as `$.trigger.sys_id`.
    key: Value,
    /// The value of a run that must be equal to it, such as `$.inputs.request`.
    matches: Value,
}

/// A budget over effects.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Guard {
    /// What is counted: an action, or a class of effects (`ticket`, `change`, `notify`, `cut`, `grant`,
    /// `credential`, `delete`).
    count: String,
    /// In which time, such as `1h`.
    per: Duration,
    /// How many effects.
    #[schemars(range(min = 1, max = 1_000_000))]
    max: u32,
    /// What happens with an effect that is over the budget: `hold` keeps it for a person, `fail` fails the step.
    then: GuardThen,
}

/// What happens with an effect that is over a budget.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum GuardThen {
    /// It is held for a person.
    Hold,
    /// Its step fails.
    Fail,
}

/// When an event counts as one that was seen before.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Dedupe {
    /// What is equal for equal events, such as `$.trigger.id`.
    key: Value,
    /// How long a key is remembered, such as `90d`.
    keep: Duration,
}

/// A decision table: rows whose input cells all hold give their output cells.
///
/// A column is `name` or `name:type`. Cells of input columns: `*` anything, `one_of a|b`, `matches regex`,
/// `= text`, bounds of numbers such as `>= 3` and `1..5`, or the value itself. What is not named in `inputs`
/// is an output column; an empty output cell is null.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// A file beside the workflow: CSV, such as `tables/routing.csv`, whose first row names the columns, or
    /// YAML with `columns` and `rows`.
    file: Option<String>,
    /// Names of the input columns; all others are outputs.
    inputs: Vec<String>,
    /// Columns, where the rows stand here: `name` or `name:type`.
    columns: Option<Vec<Column>>,
    /// Rows, where they stand here: lists of cells, or maps of them by column.
    rows: Option<Vec<Row>>,
    /// Which rows are taken: the `first` that holds (the default), or `all`.
    r#match: Option<Match>,
    /// What happens when no row holds: `fail` (the default), `skip`, or a row of output columns.
    no_match: Option<NoMatch>,
}

/// Which rows are taken.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Match {
    /// The first one that holds; its columns are the output.
    First,
    /// All that hold; the output is `rows`, a list of their columns.
    All,
}

/// A row.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(super) enum Row {
    /// One cell per column.
    Cells(Vec<Value>),
    /// Cells by column. An input that is left out holds for anything, an output is null.
    Named(Map<String, Value>),
}

/// What happens when no row holds.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(super) enum NoMatch {
    /// In one word.
    Word(NoMatchWord),
    /// The row of last resort.
    Row(Map<String, Value>),
}

/// What happens when no row holds, in one word.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum NoMatchWord {
    /// The step fails.
    Fail,
    /// The step gives nothing.
    Skip,
}
