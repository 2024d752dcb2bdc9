//! Blocks: how they open, what follows a failure in them, and how they end.

use drawbridge_core::expression::Condition;
use drawbridge_core::graph::VertexKind;
use drawbridge_sdk::Fault;
use petgraph::graph::NodeIndex;
use serde_json::{Value, json};

use super::fold::{Fold, unresolved};
use super::settle::{complete, fail, settle, take};
use crate::failure::RunError;
use crate::step::{StepStatus, Taken};

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
            Err(error) => return refuse(fold, ix, unresolved("`switch`", &error)),
        }
    }
    fold.step_mut(ix).block.taken = taken;
    open(fold, ix);
}

/// Lets the steps of a block start.
pub(super) fn open(fold: &mut Fold<'_>, ix: NodeIndex) {
    let at = fold.at;
    let step = fold.step_mut(ix);
    step.started_at = Some(at);
    step.status = StepStatus::Open;
}

/// A block that cannot open fails; its own rescue takes that like a failure of its steps.
fn refuse(fold: &mut Fold<'_>, ix: NodeIndex, fault: Fault) {
    if !fold.state.layout.has_rescue(ix) {
        return fail(fold, ix, fault, false);
    }
    open(fold, ix);
    fold.step_mut(ix).fault = Some(fault.clone());
    let error = RunError { step: fold.path(ix), fault, system: None };
    take(fold, ix, error);
}

/// Joins the steps of a block. After a failure among them its rescue begins, unless something further out
/// has ended it by then.
pub(super) fn join(fold: &mut Fold<'_>, rescue: NodeIndex, start: NodeIndex) {
    let began = fold.step(start).status == StepStatus::Open && !fold.is_halted(start);
    let block = &mut fold.step_mut(start).block;
    if !began || !block.halted {
        return settle(fold, rescue, StepStatus::Skipped, None);
    }
    block.halted = false;
    block.failed = false;
    block.rescuing = true;
    settle(fold, rescue, StepStatus::Succeeded, None);
}

/// Ends a block once everything in it is settled.
pub(super) fn end(fold: &mut Fold<'_>, end: NodeIndex, start: NodeIndex) {
    if fold.step(start).status == StepStatus::Open {
        if fold.step(start).block.failed {
            // The failure was taken or counted where it happened; the block only shows it.
            settle(fold, start, StepStatus::Failed, None);
        } else if fold.is_halted(start) {
            settle(fold, start, StepStatus::Withdrawn, None);
        } else {
            let output = output(fold, start);
            complete(fold, start, Some(output));
        }
    }
    let status = fold.step(start).status;
    settle(fold, end, status, None);
}

fn output(fold: &Fold<'_>, start: NodeIndex) -> Value {
    let block = &fold.step(start).block;
    match (&fold.vertex(start).kind, block.taken) {
        (VertexKind::Group, _) => json!({ "status": if block.rescuing { "rescued" } else { "succeeded" } }),
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
