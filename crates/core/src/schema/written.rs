//! The written form of a workflow: its top level. The comments here are what an editor shows.
//!
//! These types are never filled; the reader of `model` reads the text itself, and a test keeps both
//! at the same keys.

#![expect(dead_code, reason = "read by its schema only")]

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::forms::{Duration, Id, Named, WorkflowId};
use super::written_step::Steps;
use crate::model::ValueType;

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
    /// Decision tables by name, looked up with `decide`.
    tables: Option<Named<Table>>,
    /// The steps, in the order in which they run.
    steps: Steps,
    /// Steps that run after a failure that nothing handled. They may read `$.error`.
    on_failure: Option<Steps>,
    /// Steps that always run at the end. They may read `$.run.outcome`.
    finally: Option<Steps>,
}

/// An input or a setting.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    /// Its type.
    r#type: ValueType,
    /// Taken when nothing is given; without it the value is required.
    default: Option<Value>,
    /// What it is, for people.
    description: Option<String>,
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

/// A decision table: the first row whose input cells all hold gives its output cells.
///
/// A column is `name` or `name:type`. Cells of input columns: `*` anything, `one_of a|b`, `matches regex`,
/// `= text`, or the value itself. What is not named in `inputs` is an output column; an empty output cell
/// is null.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// A CSV file beside the workflow, such as `tables/routing.csv`; its first row names the columns.
    file: Option<String>,
    /// Names of the input columns; all others are outputs.
    inputs: Vec<String>,
    /// Columns, where the rows stand here: `name` or `name:type`.
    columns: Option<Vec<String>>,
    /// Rows, where they stand here.
    rows: Option<Vec<Vec<Value>>>,
    /// The first row that holds is taken.
    r#match: Option<Match>,
    /// What happens when no row holds: `fail` (the default), `skip`, or a row of output columns.
    no_match: Option<NoMatch>,
}

/// Which rows are taken.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Match {
    /// The first one that holds.
    First,
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
