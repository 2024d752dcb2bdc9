//! How a step ends and what that means for its block and the run: success, failure, halting and
//! withdrawing. Starts nothing.

use drawbridge_core::graph::VertexKind;
use drawbridge_sdk::{Effect, Fault};
use petgraph::graph::NodeIndex;
use serde_json::Value;

use super::closing::close_all;
use super::fold::Fold;
use crate::command::Resume;
use crate::failure::RunError;
use crate::frame::{RUN, is_named};
use crate::gate::GateOutcome;
use crate::ids::StepPath;
use crate::state::Outcome;
use crate::step::{Sleep, StepStatus};

/// Ends a step well, unless its `expect` does not hold.
pub(super) fn complete(fold: &mut Fold<'_>, ix: NodeIndex, output: Option<Value>) {
    if let Some(expect) = &fold.vertex(ix).common.expect {
        let out = output.clone().unwrap_or(Value::Null);
        match fold.holds_of(expect, out) {
            Ok(true) => {}
            Ok(false) => {
                let values = fold.values_of(expect, output.unwrap_or(Value::Null));
                return fail(fold, ix, unexpected(expect.source(), &values), false);
            }
            Err((fault, _)) => return fail(fold, ix, fault, false),
        }
    }
    settle(fold, ix, StepStatus::Succeeded, output);
}

/// Writes down how a step ended; nothing follows from it here.
pub(super) fn settle(fold: &mut Fold<'_>, ix: NodeIndex, status: StepStatus, output: Option<Value>) {
    let at = fold.at;
    let vertex = fold.vertex(ix);
    fold.moved = true;
    let step = fold.step_mut(ix);
    step.status = status;
    step.finished_at = (status != StepStatus::NotReached && status != StepStatus::Skipped).then_some(at);
    step.intent = None;
    if is_named(&vertex.kind) {
        fold.state.publish(vertex.id.as_str(), status, output);
    }
}

/// Ends a step badly: it is recorded, its block or the run halts, unless the author lets it go on.
pub(super) fn fail(fold: &mut Fold<'_>, ix: NodeIndex, fault: Fault, timed_out: bool) {
    let status = if timed_out { StepStatus::TimedOut } else { StepStatus::Failed };
    fold.step_mut(ix).fault = Some(fault.clone());
    settle(fold, ix, status, None);
    if fold.vertex(ix).common.continues_on_error {
        return;
    }
    let error = RunError { step: fold.path(ix), fault, system: system_of(fold, ix) };
    match taker(fold, ix) {
        Taker::Run => halt(fold, Outcome::Failed, Some(error)),
        Taker::Block(block) => take(fold, block, error),
        Taker::Pass(pass) => withdraw(fold, Reach::Pass(pass)),
    }
}

/// What a failure halts.
pub(super) enum Taker {
    /// Nothing takes it, so the whole phase.
    Run,
    /// A block, by a rescue that has not begun, or because the author lets it go on.
    Block(NodeIndex),
    /// One pass of a loop that collects what its passes did.
    Pass(usize),
}

/// The innermost one around a step that takes its failure. Those in between have failed.
pub(super) fn taker(fold: &mut Fold<'_>, ix: NodeIndex) -> Taker {
    let mut at = ix;
    while let Some(within) = fold.vertex(at).within {
        let block = within.block;
        let layout = &fold.state.layout;
        let rescues = layout.has_rescue(block) && !layout.is_rescue(within);
        let continues = fold.vertex(block).common.continues_on_error;
        if layout.is_pass(within) {
            let pass = fold.owner(at);
            fold.state.frames[pass].failed = true;
            if continues {
                return Taker::Pass(pass);
            }
        }
        fold.step_mut(block).block.failed = true;
        if rescues || continues {
            return Taker::Block(block);
        }
        at = block;
    }
    Taker::Run
}

/// Lets a block take a failure: nothing new starts in it.
pub(super) fn take(fold: &mut Fold<'_>, block: NodeIndex, error: RunError) {
    let state = &mut fold.step_mut(block).block;
    let first = !state.halted;
    state.halted = true;
    state.failed = true;
    state.error.get_or_insert(error);
    if first {
        withdraw(fold, Reach::Block(block));
    }
}

/// Lets nothing new start in this phase and fixes how the run ends.
pub(super) fn halt(fold: &mut Fold<'_>, outcome: Outcome, error: Option<RunError>) {
    let state = &mut *fold.state;
    let first = !state.halted;
    let overrides = match state.outcome {
        None | Some(Outcome::Succeeded | Outcome::Ignored) => true,
        Some(Outcome::Failed | Outcome::Rejected) => outcome == Outcome::Cancelled,
        Some(Outcome::Cancelled) => false,
    };
    if overrides && (first || matches!(outcome, Outcome::Failed | Outcome::Cancelled)) {
        state.outcome = Some(outcome);
    }
    if state.error.is_none() {
        state.error = error;
    }
    state.halted = true;
    withdraw(fold, Reach::Phase);
}

/// How far something is taken back.
#[derive(Clone, Copy)]
pub(super) enum Reach {
    /// Everything in this phase.
    Phase,
    /// What stands in a block.
    Block(NodeIndex),
    /// What stands in a pass.
    Pass(usize),
}

/// Takes back what only waits.
///
/// Steps at work finish. A step between two attempts goes on, because its siblings do; only cancelling
/// ends it, together with what is stalled or parked and with changes that are not on their way yet.
pub(super) fn withdraw(fold: &mut Fold<'_>, reach: Reach) {
    let home = fold.frame;
    let (top, block) = match reach {
        Reach::Phase => (RUN, None),
        Reach::Block(block) => (fold.owner(block), Some(block)),
        Reach::Pass(pass) => (pass, None),
    };
    let live: Vec<usize> = fold.state.live.iter().copied().collect();
    for frame in live.into_iter().filter(|frame| *frame >= top) {
        if fold.state.is_under(frame, top) {
            fold.frame = frame;
            for ix in fold.order() {
                let inside = block.is_none_or(|block| fold.around(ix).any(|within| within.block == block));
                if inside && fold.vertex(ix).phase == fold.state.phase {
                    withdraw_step(fold, ix);
                }
            }
        }
    }
    fold.frame = home;
}

fn withdraw_step(fold: &mut Fold<'_>, ix: NodeIndex) {
    let cancelling = fold.state.cancelling;
    let is_gate = matches!(fold.vertex(ix).kind, VertexKind::Approval(_));
    match fold.step(ix).status {
        StepStatus::Sleeping { why: Sleep::Wait | Sleep::Poll, .. } => {
            settle(fold, ix, StepStatus::Withdrawn, None);
        }
        StepStatus::Asking | StepStatus::Stalled if is_gate => {
            withdraw_gate(fold, ix);
            settle(fold, ix, StepStatus::Withdrawn, None);
        }
        StepStatus::Sleeping { why: Sleep::Retry, .. } | StepStatus::Stalled | StepStatus::Parked
            if cancelling =>
        {
            settle(fold, ix, StepStatus::Withdrawn, None);
        }
        StepStatus::Working if cancelling && prepares(fold, ix) => {
            settle(fold, ix, StepStatus::Withdrawn, None);
        }
        _ => {}
    }
}

/// Whether it is a change that is only being prepared: its intent would come too late to be recorded.
fn prepares(fold: &Fold<'_>, ix: NodeIndex) -> bool {
    let VertexKind::Action(action) = &fold.vertex(ix).kind else { return false };
    action.effect != Effect::Read && fold.step(ix).resume == Resume::Nothing
}

fn withdraw_gate(fold: &mut Fold<'_>, ix: NodeIndex) {
    if let Some(gate) = &mut fold.step_mut(ix).gate {
        gate.outcome = Some(GateOutcome::Withdrawn);
        close_all(fold, ix);
    }
}

fn system_of(fold: &Fold<'_>, ix: NodeIndex) -> Option<String> {
    match &fold.vertex(ix).kind {
        VertexKind::Action(action) => action.action.split('.').next().map(str::to_owned),
        _ => None,
    }
}

/// RN002: an `expect` that does not hold, with what it read.
fn unexpected(source: &str, values: &[(String, Option<Value>)]) -> Fault {
    let mut read = Vec::new();
    for (path, value) in values {
        let text = value.as_ref().map_or_else(|| "absent".to_owned(), ToString::to_string);
        read.push(format!("`{path}` is {}", shortened(&text)));
    }
    let read = if read.is_empty() { String::new() } else { format!(": {}", read.join(", ")) };
    Fault::new("RN002", format!("`expect: {source}` does not hold{read}"))
}

/// Longest value that is shown in a message, in characters.
const VALUE_CHARS_MAX: usize = 120;

fn shortened(text: &str) -> String {
    if text.chars().count() <= VALUE_CHARS_MAX {
        return text.to_owned();
    }
    let start: String = text.chars().take(VALUE_CHARS_MAX).collect();
    format!("{start}…")
}

/// RN014: what a `stop: failed` step says.
pub(super) fn stopped(path: &StepPath, message: Option<String>) -> Fault {
    Fault::new("RN014", message.unwrap_or_else(|| format!("`{path}` stopped the run as failed")))
}
