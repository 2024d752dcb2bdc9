//! Steps that the machine evaluates itself: `set`, `decide`, `wait` and `stop`. Their time is the time of the event that made them ready.

use drawbridge_core::expression::{EvalError, Template, time_of};
use drawbridge_core::graph::{SetValue, WaitStep};
use drawbridge_core::mapping::Applied;
use drawbridge_core::model::StopOutcome;
use drawbridge_sdk::Fault;
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use petgraph::graph::NodeIndex;
use serde_json::{Map, Value, json};

use super::fold::{Fold, unresolved};
use super::settle::{complete, fail, halt, settle, stopped};
use crate::failure::RunError;
use crate::state::Outcome;
use crate::step::{Sleep, StepStatus};

/// Names values.
pub(super) fn set(fold: &mut Fold<'_>, ix: NodeIndex, values: &IndexMap<String, SetValue>) {
    let mut output = Map::new();
    for (name, value) in values {
        match value.evaluate(fold.roots(), fold.at) {
            Ok(Some(value)) => {
                output.insert(name.clone(), value);
            }
            Ok(None) => {}
            Err(error) => return fail(fold, ix, unresolved(&format!("`set.{name}`"), &error), false),
        }
    }
    complete(fold, ix, Some(Value::Object(output)));
}

/// One precision for every time, so that comparing them as text is right.
fn written(at: Timestamp) -> Value {
    json!(at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// Looks a decision table up.
pub(super) fn decide(fold: &mut Fold<'_>, ix: NodeIndex, table: &str, with: &Template) {
    let Some(rows) = fold.blueprint.tables.get(table) else {
        let error = EvalError::new(format!("there is no table `{table}`"));
        return fail(fold, ix, unresolved("`decide`", &error), false);
    };
    let inputs = with.resolve(fold.roots()).map(|inputs| inputs.unwrap_or_else(|| json!({})));
    match inputs.and_then(|inputs| rows.decide(&inputs)) {
        Ok(output) => complete(fold, ix, output),
        Err(error) => fail(fold, ix, unresolved(&format!("table `{table}`"), &error), false),
    }
}

/// Applies a mapping.
pub(super) fn map(fold: &mut Fold<'_>, ix: NodeIndex, mapping: &str, from: &Template) {
    match mapped(fold, mapping, from) {
        Ok(applied) if applied.lookups.is_empty() => complete(fold, ix, Some(applied.output())),
        Ok(_) => fail(fold, ix, not_executable(), false),
        Err(error) => fail(fold, ix, unresolved("`map`", &error), false),
    }
}

fn mapped(fold: &Fold<'_>, mapping: &str, from: &Template) -> Result<Applied, EvalError> {
    let mapping = fold.blueprint.mappings.get(mapping);
    let mapping = mapping.ok_or_else(|| EvalError::new("there is no such mapping"))?;
    let source = from.resolve(fold.roots())?.ok_or_else(|| EvalError::new("`from` is absent"))?;
    mapping.apply(&source, &fold.roots()["settings"], &[])
}

/// RN020: a part of the language that is checked and cannot be run yet. `run` refuses such a workflow
/// before it starts, so this is met only by a run of an older program.
pub(super) fn not_executable() -> Fault {
    Fault::new("RN020", "this kind of step cannot be run yet")
}

/// Waits for a time.
pub(super) fn wait(fold: &mut Fold<'_>, ix: NodeIndex, wait: &WaitStep) {
    let until = match wait {
        WaitStep::For(delay) => Ok(delay.end(fold.at)),
        WaitStep::Until(template) => time_of(template, fold.roots()),
        WaitStep::Event(_) => Err(EvalError::new("an event cannot be waited for yet")),
    };
    match until {
        Ok(until) => {
            let at = fold.at;
            let step = fold.step_mut(ix);
            step.started_at = Some(at);
            step.epoch += 1;
            step.status = StepStatus::Sleeping { until, why: Sleep::Wait };
        }
        Err(error) => fail(fold, ix, unresolved("`wait.until`", &error), false),
    }
}

/// Its time has come.
pub(super) fn waited(fold: &mut Fold<'_>, ix: NodeIndex) {
    let output = json!({ "ended": "time", "at": written(fold.at) });
    complete(fold, ix, Some(output));
}

/// Ends the run.
pub(super) fn stop(
    fold: &mut Fold<'_>,
    ix: NodeIndex,
    outcome: StopOutcome,
    message: Option<Result<String, EvalError>>,
) {
    let message = match message.transpose() {
        Ok(message) => message,
        Err(error) => return fail(fold, ix, unresolved("`message`", &error), false),
    };
    let output = message.clone().map(|message| json!({ "message": message }));
    settle(fold, ix, StepStatus::Succeeded, output);
    let path = fold.path(ix);
    let (outcome, error) = match outcome {
        StopOutcome::Succeeded => (Outcome::Succeeded, None),
        StopOutcome::Rejected => (Outcome::Rejected, None),
        StopOutcome::Ignored => (Outcome::Ignored, None),
        StopOutcome::Failed => {
            let fault: Fault = stopped(&path, message);
            (Outcome::Failed, Some(RunError { step: path, fault, system: None }))
        }
    };
    halt(fold, outcome, error);
}
