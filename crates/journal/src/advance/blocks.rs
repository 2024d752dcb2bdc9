//! Blocks: which branch is taken, what follows a failure in them, and how they end.

use drawbridge_core::expression::Condition;
use drawbridge_core::graph::VertexKind;
use petgraph::graph::NodeIndex;
use serde_json::{Value, json};

use super::fold::{Fold, unresolved};
use super::loops;
use super::opening::{open, refuse};
use super::settle::{complete, settle};
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
            let gives = loops::is_loop(fold, start) && fold.vertex(start).common.continues_on_error;
            let output = gives.then(|| loops::output(fold, start));
            settle(fold, start, StepStatus::Failed, output);
        } else if fold.is_halted(start) {
            settle(fold, start, StepStatus::Withdrawn, None);
        } else {
            let output = match fold.vertex(start).kind {
                VertexKind::Foreach(_) => loops::output(fold, start),
                _ => output(fold, start),
            };
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
    let mut steps = fold.state.layout.order(fold.state.layout.loop_of(start)).iter().filter(|ix| {
        graph[**ix].within.is_some_and(|within| within.block == start && within.branch == branch)
    });
    if steps.any(|ix| fold.step(*ix).status.is_failure()) { "failed" } else { "succeeded" }
}
