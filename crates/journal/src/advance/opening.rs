//! How a block opens, or fails before it has.

use drawbridge_sdk::Fault;
use petgraph::graph::NodeIndex;

use super::fold::Fold;
use super::settle::{fail, take};
use crate::failure::RunError;
use crate::step::StepStatus;

/// Lets the steps of a block start.
pub(super) fn open(fold: &mut Fold<'_>, ix: NodeIndex) {
    let at = fold.at;
    let step = fold.step_mut(ix);
    step.started_at = Some(at);
    step.status = StepStatus::Open;
}

/// A block that cannot open fails; its own rescue takes that like a failure of its steps.
pub(super) fn refuse(fold: &mut Fold<'_>, ix: NodeIndex, fault: Fault) {
    if !fold.state.layout.has_rescue(ix) {
        return fail(fold, ix, fault, false);
    }
    open(fold, ix);
    fold.step_mut(ix).fault = Some(fault.clone());
    let error = RunError { step: fold.path(ix), fault, system: None };
    take(fold, ix, error);
}
