//! Steps that call an action: the first call, the answers to it, and what follows each answer.

use drawbridge_core::graph::{ActionStep, VertexKind};
use drawbridge_sdk::{Digest, Fault, IdempotencyKey, Intent};
use jiff::{SignedDuration, Timestamp};
use petgraph::graph::NodeIndex;
use serde_json::{Value, json};

use super::fold::{Fold, unresolved};
use super::gates::{Permit, permit, reopen};
use super::pure;
use super::settle::{complete, fail, settle};
use crate::command::{Command, Resume, StartStep};
use crate::event::Resolution;
use crate::step::{Sleep, StepState, StepStatus};

/// Begins an action whose turn has come, unless its gate did not approve this very input.
pub(super) fn begin(fold: &mut Fold<'_>, ix: NodeIndex, action: &ActionStep) {
    let input = match action.with.resolve(fold.roots()) {
        Ok(input) => input.unwrap_or_else(|| json!({})),
        Err(error) => return fail(fold, ix, unresolved("`with`", &error), false),
    };
    if let Some(gate) = &action.requires_approval {
        match permit(fold, ix, gate, &Digest::of(&input)) {
            Permit::Granted => {}
            Permit::Asking => return,
            Permit::AskAgain(gate) => return reopen(fold, ix, gate),
            Permit::Denied(fault) => return fail(fold, ix, fault, false),
        }
    }
    let at = fold.at;
    let step = fold.step_mut(ix);
    step.input = input;
    step.started_at = Some(at);
    renew(fold, ix);
    start(fold, ix);
}

/// Gives a step a fresh attempt with a fresh retry budget.
fn renew(fold: &mut Fold<'_>, ix: NodeIndex) {
    let at = fold.at;
    let step = fold.step_mut(ix);
    step.attempt += 1;
    step.tries = 1;
    step.tries_since = Some(at);
    step.rounds = 0;
    step.resume = Resume::Nothing;
    step.intent = None;
}

fn start(fold: &mut Fold<'_>, ix: NodeIndex) {
    let step = fold.step_mut(ix);
    step.epoch += 1;
    step.status = StepStatus::Working;
    if let Some(call) = call(fold, ix) {
        fold.commands.push(Command::StartStep(call));
    }
}

/// The call that a step at work is waiting for.
pub(super) fn call(fold: &Fold<'_>, ix: NodeIndex) -> Option<StartStep> {
    let vertex = fold.vertex(ix);
    let VertexKind::Action(action) = &vertex.kind else { return None };
    let (state, step) = (&fold.state, fold.step(ix));
    let path = step.path.clone();
    Some(StartStep {
        action: action.action.clone(),
        connection: action.connection.clone(),
        input: step.input.clone(),
        key: IdempotencyKey::new(state.run.as_str(), path.as_str()),
        turn: crate::ids::Turn { path, attempt: step.attempt, epoch: step.epoch },
        timeout: vertex.common.timeout,
        attempts_max: action.retry.map(|retry| retry.attempts),
        tries: step.tries,
        tries_since: step.tries_since.or(state.started_at).unwrap_or(Timestamp::UNIX_EPOCH),
        rounds: step.rounds,
        resume: step.resume.clone(),
        interrupted: false,
    })
}

/// Its intent is recorded: now it is sent.
pub(super) fn started(fold: &mut Fold<'_>, ix: NodeIndex, intent: &Intent) {
    let step = fold.step_mut(ix);
    step.status = StepStatus::Sending;
    step.intent = Some(intent.clone());
    step.rounds = 0;
    if let Some(call) = call(fold, ix) {
        fold.commands.push(Command::SendChange { call, intent: intent.clone() });
    }
}

/// It is done; a poll looks whether what it waits for holds.
pub(super) fn finished(fold: &mut Fold<'_>, ix: NodeIndex, output: Value) {
    let VertexKind::Action(action) = &fold.vertex(ix).kind else { return };
    let Some(poll) = &action.poll else { return complete(fold, ix, Some(output)) };
    match fold.holds_of(&poll.until, output.clone()) {
        Ok(true) => return complete(fold, ix, Some(output)),
        Ok(false) => {}
        Err((fault, _)) => return fail(fold, ix, fault, false),
    }
    if fold.is_halted(ix) {
        return settle(fold, ix, StepStatus::Withdrawn, None);
    }
    let at = fold.at;
    let begun = fold.step(ix).started_at.unwrap_or(at);
    let limit = begun.checked_add(poll.at_most).unwrap_or(Timestamp::MAX);
    if at < limit {
        // The last read is made at the limit itself, so that nothing is given up unseen.
        let until = at.checked_add(poll.every).unwrap_or(Timestamp::MAX).min(limit);
        fold.step_mut(ix).status = StepStatus::Sleeping { until, why: Sleep::Poll };
    } else if poll.continues {
        complete(fold, ix, Some(output));
    } else {
        let summary = format!("`{}` did not hold within {:#}", poll.until.source(), poll.at_most);
        fail(fold, ix, Fault::new("RN003", summary), false);
    }
}

/// Nothing changed and a new attempt follows, unless the run is being cancelled.
pub(super) fn deferred(fold: &mut Fold<'_>, ix: NodeIndex, until: Timestamp, fault: &Fault) {
    let cancelling = fold.state.cancelling;
    let step = fold.step_mut(ix);
    step.fault = Some(fault.clone());
    step.intent = None;
    step.resume = Resume::Nothing;
    if cancelling {
        return settle(fold, ix, StepStatus::Withdrawn, None);
    }
    step.attempt += 1;
    step.tries += 1;
    step.rounds = 0;
    step.status = StepStatus::Sleeping { until, why: Sleep::Retry };
}

/// It was accepted and completes later.
pub(super) fn pending(fold: &mut Fold<'_>, ix: NodeIndex, handle: &Value, until: Timestamp) {
    let step = fold.step_mut(ix);
    step.intent = None;
    step.resume = Resume::Follow(handle.clone());
    step.status = StepStatus::Sleeping { until, why: Sleep::Follow };
}

/// It may have happened; it is looked for once it can no longer land. An attempt that the engine itself cut
/// off costs nothing of the retry budget.
pub(super) fn unknown(
    fold: &mut Fold<'_>,
    ix: NodeIndex,
    (look_at, interrupted): (Timestamp, bool),
    fault: &Fault,
) {
    let step = fold.step_mut(ix);
    if interrupted && let Some(intent) = &step.intent {
        let lost = intent.sent_at.duration_until(look_at);
        step.tries = step.tries.saturating_sub(1);
        excuse(step, lost);
    }
    if let Some(intent) = &step.intent {
        step.resume = Resume::Settle(intent.clone());
    }
    step.fault = Some(fault.clone());
    step.status = StepStatus::Sleeping { until: look_at, why: Sleep::Settle };
}

/// Takes time out of the retry budget in which nobody tried.
fn excuse(step: &mut StepState, span: SignedDuration) {
    if let Some(since) = &mut step.tries_since {
        *since = since.saturating_add(span).unwrap_or(*since);
    }
}

/// Nobody can tell; a person decides, unless the run is being cancelled.
pub(super) fn parked(fold: &mut Fold<'_>, ix: NodeIndex, fault: &Fault) {
    let cancelling = fold.state.cancelling;
    let step = fold.step_mut(ix);
    step.fault = Some(fault.clone());
    if cancelling {
        settle(fold, ix, StepStatus::Withdrawn, None);
    } else {
        step.status = StepStatus::Parked;
    }
}

/// Attempts are used up.
pub(super) fn stalled(fold: &mut Fold<'_>, ix: NodeIndex, fault: &Fault) {
    let cancelling = fold.state.cancelling;
    let step = fold.step_mut(ix);
    step.fault = Some(fault.clone());
    if step.status == StepStatus::Sending {
        step.intent = None;
        step.resume = Resume::Nothing;
    }
    if cancelling {
        settle(fold, ix, StepStatus::Withdrawn, None);
    } else {
        step.status = StepStatus::Stalled;
    }
}

/// The timer of a sleeping step fired. Where it fired late, the engine was not there.
pub(super) fn woken(fold: &mut Fold<'_>, ix: NodeIndex, until: Timestamp, why: Sleep) {
    let late = until.duration_until(fold.at).max(SignedDuration::ZERO);
    excuse(fold.step_mut(ix), late);
    match why {
        Sleep::Retry => {}
        Sleep::Follow | Sleep::Settle => fold.step_mut(ix).rounds += 1,
        Sleep::Poll => renew(fold, ix),
        Sleep::Wait => return pure::waited(fold, ix),
    }
    start(fold, ix);
}

/// A person resumed the run: the step gets a fresh budget and goes on where it stood.
pub(super) fn resumed(fold: &mut Fold<'_>, ix: NodeIndex) {
    let at = fold.at;
    let step = fold.step_mut(ix);
    step.attempt += 1;
    step.tries = 1;
    step.tries_since = Some(at);
    step.rounds = 0;
    start(fold, ix);
}

/// A person said what became of a parked change.
pub(super) fn resolved(fold: &mut Fold<'_>, ix: NodeIndex, resolution: Resolution) {
    match resolution {
        Resolution::Happened => {
            let step = fold.step_mut(ix);
            let change = step.intent.take().map(|intent| intent.change);
            let (predicted, undo) = change.map_or((None, None), |change| (change.predicted, change.undo));
            step.undo = undo;
            step.fault = None;
            complete(fold, ix, predicted);
        }
        Resolution::Again => {
            renew(fold, ix);
            start(fold, ix);
        }
    }
}
