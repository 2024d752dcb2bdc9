//! Steps that the machine evaluates itself: `set`, `decide`, `wait`, `stop`, and the starts and ends of
//! blocks. Their time is the time of the event that made them ready.

use drawbridge_core::expression::{Condition, EvalError, Template, time_of};
use drawbridge_core::graph::{SetValue, VertexKind, WaitStep};
use drawbridge_core::model::StopOutcome;
use drawbridge_sdk::Fault;
use indexmap::IndexMap;
use petgraph::graph::NodeIndex;
use serde_json::{Map, Value, json};

use super::fold::{Fold, unresolved};
use super::settle::{complete, fail, halt, settle, stopped};
use crate::state::{Outcome, RunError};
use crate::step::{Sleep, StepStatus, Taken};

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

/// Takes the first branch whose condition holds.
pub(super) fn switch(fold: &mut Fold<'_>, ix: NodeIndex, branches: &[Option<Condition>]) {
    let mut taken = Taken::Nothing;
    for (index, condition) in branches.iter().enumerate() {
        match condition.as_ref().map_or(Ok(true), |condition| condition.holds(fold.roots())) {
            Ok(true) => {
                taken = Taken::One(index);
                break;
            }
            Ok(false) => {}
            Err(error) => return fail(fold, ix, unresolved("`switch`", &error), false),
        }
    }
    fold.step_mut(ix).taken = taken;
    open_block(fold, ix);
}

/// Lets the steps of a block start.
pub(super) fn open_block(fold: &mut Fold<'_>, ix: NodeIndex) {
    let at = fold.at;
    let step = fold.step_mut(ix);
    step.started_at = Some(at);
    step.status = StepStatus::Open;
}

/// Ends a block once everything in it is settled.
pub(super) fn end_block(fold: &mut Fold<'_>, end: NodeIndex, start: NodeIndex) {
    if fold.step(start).status == StepStatus::Open {
        let output = block_output(fold, start);
        let failed =
            inside(fold, start).any(|ix| fold.step(ix).status.is_failure() && !handled(fold, start, ix));
        if fold.state.halted_blocks.contains(&start) || (fold.is_halted(start) && failed) {
            // The failure was handled or counted where it happened; the block only shows it.
            settle(fold, start, StepStatus::Failed, None);
        } else if fold.is_halted(start) {
            settle(fold, start, StepStatus::Withdrawn, None);
        } else {
            complete(fold, start, Some(output));
        }
    }
    let status = fold.step(start).status;
    settle(fold, end, status, None);
}

fn inside<'f>(fold: &'f Fold<'_>, start: NodeIndex) -> impl Iterator<Item = NodeIndex> + 'f {
    let all = fold.blueprint.order.iter().copied();
    all.filter(move |ix| fold.blocks_of(*ix).any(|block| block == start))
}

/// Whether a failure inside a block was taken by the step itself or by a block between the two. The end of
/// a block shows what its start says.
fn handled(fold: &Fold<'_>, start: NodeIndex, ix: NodeIndex) -> bool {
    let ix = match fold.vertex(ix).kind {
        VertexKind::End(inner) => inner,
        _ => ix,
    };
    let between = fold.blocks_of(ix).take_while(|block| *block != start);
    std::iter::once(ix).chain(between).any(|ix| fold.vertex(ix).common.continues_on_error)
}

fn block_output(fold: &Fold<'_>, start: NodeIndex) -> Value {
    match (&fold.vertex(start).kind, fold.step(start).taken) {
        (VertexKind::Parallel(names), _) => {
            let word = |branch| branch_word(fold, start, branch);
            let words = names.iter().enumerate().map(|(branch, name)| (name.clone(), json!(word(branch))));
            Value::Object(words.collect())
        }
        (_, Taken::One(branch)) => json!({ "branch": branch }),
        _ => json!({ "branch": null }),
    }
}

fn branch_word(fold: &Fold<'_>, start: NodeIndex, branch: usize) -> &'static str {
    let graph = &fold.blueprint.graph;
    let mut steps = fold.blueprint.order.iter().filter(|ix| {
        graph[**ix].within.is_some_and(|within| within.block == start && within.branch == branch)
    });
    if steps.any(|ix| fold.step(*ix).status.is_failure()) { "failed" } else { "succeeded" }
}
