//! The door of the machine: checks that an event can be, hands it to its subject, and starts what is
//! ready afterwards.

use drawbridge_core::graph::{Blueprint, Phase, VertexKind};
use petgraph::graph::NodeIndex;

use super::asks::{self, Opened};
use super::fold::{Fold, Illegal};
use super::pump::pump;
use super::settle::{fail, halt};
use super::{action, ending, gates};
use crate::command::{Command, Resume};
use crate::event::{Event, Recorded, RunStarted};
use crate::gate::AskStatus;
use crate::ids::{AskTurn, StepPath, TimerId, Turn};
use crate::state::{Outcome, RunState};
use crate::step::StepStatus;

/// What an event did to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It changed the run.
    Changed,
    /// It was late or seen before; the run is as it was and the event need not be kept.
    Ignored,
}

/// Folds one event into a run and says what is to be done next.
///
/// Repeat: the same event a second time, with a number of its own, is ignored.
///
/// # Errors
/// [`Illegal`] for an event that cannot be; the run is as it was.
pub fn advance(
    blueprint: &Blueprint,
    state: &mut RunState,
    recorded: &Recorded,
    commands: &mut Vec<Command>,
) -> Result<Applied, Illegal> {
    if recorded.seq <= state.seq {
        return Err(Illegal::OutOfOrder { seq: recorded.seq, last: state.seq });
    }
    let mut fold = Fold::new(blueprint, state, recorded.at, commands);
    let applied = apply(&mut fold, &recorded.event);
    if applied == Ok(Applied::Changed) {
        pump(&mut fold);
    }
    if fold.state.started.is_some() {
        fold.unfocus();
    }
    if applied == Ok(Applied::Changed) {
        state.seq = recorded.seq;
    }
    applied
}

fn apply(fold: &mut Fold<'_>, event: &Event) -> Result<Applied, Illegal> {
    if let Event::RunStarted(started) = event {
        return begin(fold, started);
    }
    let kind = event.kind();
    if fold.state.started.is_none() {
        return Err(Illegal::NotStarted { kind });
    }
    match event {
        Event::TimerFired { timer } => timer_fired(fold, kind, timer),
        Event::CancelRequested { by } => Ok(cancel(fold, by)),
        Event::ResumeRequested { .. } => Ok(resume(fold)),
        Event::StepResolved { path, resolution, .. } => {
            let ix = find(fold, kind, path)?;
            let parked = fold.step(ix).status == StepStatus::Parked;
            if parked {
                action::resolved(fold, ix, *resolution);
            }
            Ok(changed_if(parked))
        }
        Event::GateVoted { path, ask, vote } => {
            let ix = find_gate(fold, kind, path)?;
            Ok(changed_if(gates::voted(fold, ix, usize::try_from(*ask).unwrap_or(usize::MAX), vote)))
        }
        other => match ask_turn(other) {
            Some(turn) => ask_answer(fold, turn, other),
            None => step_answer(fold, other),
        },
    }
}

fn changed_if(changed: bool) -> Applied {
    if changed { Applied::Changed } else { Applied::Ignored }
}

fn begin(fold: &mut Fold<'_>, started: &RunStarted) -> Result<Applied, Illegal> {
    if fold.state.started.is_some() {
        return Err(Illegal::StartedTwice);
    }
    if started.definition != fold.blueprint.digest {
        return Err(Illegal::OtherDefinition);
    }
    fold.state.begin(fold.blueprint, started, fold.at);
    Ok(Applied::Changed)
}

fn cancel(fold: &mut Fold<'_>, by: &str) -> Applied {
    let over = fold.state.ended_at.is_some() || fold.state.cancelling;
    if over || (fold.state.phase == Phase::Finally && !needs_people(fold)) {
        return Applied::Ignored;
    }
    fold.state.cancelling = true;
    fold.state.cancelled_by = Some(by.to_owned());
    halt(fold, Outcome::Cancelled, None);
    Applied::Changed
}

/// Whether a step waits for somebody. Only then can `finally` be cut short: it runs to its end where it
/// can, also when somebody cancels twice.
fn needs_people(fold: &Fold<'_>) -> bool {
    let waits = |status| matches!(status, StepStatus::Asking | StepStatus::Stalled | StepStatus::Parked);
    fold.state.live_steps().any(|step| waits(step.status))
}

fn resume(fold: &mut Fold<'_>) -> Applied {
    let mut any = false;
    let frames: Vec<usize> = fold.state.live.iter().copied().collect();
    for frame in frames {
        fold.frame = frame;
        for ix in fold.order() {
            if fold.step(ix).status == StepStatus::Stalled {
                any = true;
                match &fold.vertex(ix).kind {
                    VertexKind::Approval(_) => asks::resumed(fold, ix),
                    _ => action::resumed(fold, ix),
                }
            }
        }
    }
    changed_if(any)
}

fn timer_fired(fold: &mut Fold<'_>, kind: &'static str, timer: &TimerId) -> Result<Applied, Illegal> {
    // A timer never fires early, whatever the host's clock says; it stays and is fired again when due.
    let is_due = fold.state.due(timer).is_some_and(|due| due <= fold.at);
    let (TimerId::Step { path, .. }
    | TimerId::Expiry { path, .. }
    | TimerId::Escalation { path, .. }
    | TimerId::Ask { turn: AskTurn { path, .. } }) = timer
    else {
        if is_due {
            ending::too_late(fold);
        }
        return Ok(changed_if(is_due));
    };
    let ix = find(fold, kind, path)?;
    if !is_due {
        return Ok(Applied::Ignored);
    }
    match (timer, fold.step(ix).status) {
        (TimerId::Step { .. }, StepStatus::Sleeping { why, until }) => action::woken(fold, ix, until, why),
        (TimerId::Expiry { .. }, _) => gates::expired(fold, ix),
        (TimerId::Escalation { ask, .. }, _) => {
            gates::escalate(fold, ix, usize::try_from(*ask).unwrap_or(usize::MAX));
        }
        (TimerId::Ask { turn }, _) => {
            asks::woken(fold, ix, usize::try_from(turn.ask).unwrap_or(usize::MAX));
        }
        (TimerId::Step { .. } | TimerId::Deadline, _) => return Ok(Applied::Ignored),
    }
    Ok(Applied::Changed)
}

fn find(fold: &mut Fold<'_>, kind: &'static str, path: &StepPath) -> Result<NodeIndex, Illegal> {
    let found = fold.state.paths.get(path).copied();
    let place = found.ok_or_else(|| Illegal::UnknownStep { kind, path: path.clone() })?;
    fold.frame = place.frame;
    fold.focus(place.ix);
    Ok(place.ix)
}

fn find_gate(fold: &mut Fold<'_>, kind: &'static str, path: &StepPath) -> Result<NodeIndex, Illegal> {
    let ix = find(fold, kind, path)?;
    match fold.vertex(ix).kind {
        VertexKind::Approval(_) => Ok(ix),
        _ => Err(Illegal::UnknownStep { kind, path: path.clone() }),
    }
}

/// The step that an answer belongs to; none when the answer is late.
fn answered(fold: &mut Fold<'_>, kind: &'static str, turn: &Turn) -> Result<Option<NodeIndex>, Illegal> {
    let path = turn.path.clone();
    let ix = find(fold, kind, &path)?;
    if !matches!(fold.vertex(ix).kind, VertexKind::Action(_)) {
        return Err(Illegal::UnknownStep { kind, path });
    }
    let step = fold.step(ix);
    if turn.epoch == 0 || turn.epoch > step.epoch || turn.attempt > step.attempt {
        return Err(Illegal::Unasked { kind, path });
    }
    let current = turn.epoch == step.epoch && turn.attempt == step.attempt && step.status.in_flight();
    Ok(current.then_some(ix))
}

fn step_answer(fold: &mut Fold<'_>, event: &Event) -> Result<Applied, Illegal> {
    let kind = event.kind();
    let Some(turn) = turn(event) else { return Ok(Applied::Ignored) };
    let Some(ix) = answered(fold, kind, turn)? else { return Ok(Applied::Ignored) };
    let step = fold.step(ix);
    let never_sent = Illegal::NeverSent { kind, path: turn.path.clone() };
    let settling = matches!(step.resume, Resume::Settle(_));
    let was_sent = step.status == StepStatus::Sending || settling;
    match event {
        Event::StepStarted { intent, .. } => {
            if step.resume != Resume::Nothing {
                return Err(Illegal::Unasked { kind, path: turn.path.clone() });
            }
            if step.status == StepStatus::Sending {
                return Ok(Applied::Ignored);
            }
            action::started(fold, ix, intent);
        }
        Event::StepFinished { output, not_applied, undo, .. } => {
            let step = fold.step_mut(ix);
            step.not_applied.clone_from(not_applied);
            step.undo.clone_from(undo);
            step.fault = None;
            action::finished(fold, ix, output.clone());
        }
        Event::StepFailed { fault, timed_out, .. } => fail(fold, ix, fault.clone(), *timed_out),
        // What was accepted is never tried again.
        Event::StepDeferred { .. } if matches!(step.resume, Resume::Follow(_)) => {
            return Err(Illegal::Unasked { kind, path: turn.path.clone() });
        }
        Event::StepDeferred { until, fault, .. } => action::deferred(fold, ix, *until, fault),
        Event::StepPending { handle, until, .. } => {
            if !was_sent && !matches!(step.resume, Resume::Follow(_)) {
                return Err(never_sent);
            }
            action::pending(fold, ix, handle, *until);
        }
        Event::StepUnknown { look_at, fault, interrupted, .. } => {
            if !was_sent {
                return Err(never_sent);
            }
            action::unknown(fold, ix, (*look_at, *interrupted), fault);
        }
        Event::StepParked { fault, .. } => {
            if !was_sent {
                return Err(never_sent);
            }
            action::parked(fold, ix, fault);
        }
        Event::StepStalled { fault, .. } => action::stalled(fold, ix, fault),
        _ => return Ok(Applied::Ignored),
    }
    Ok(Applied::Changed)
}

fn turn(event: &Event) -> Option<&Turn> {
    match event {
        Event::StepStarted { turn, .. }
        | Event::StepFinished { turn, .. }
        | Event::StepFailed { turn, .. }
        | Event::StepDeferred { turn, .. }
        | Event::StepPending { turn, .. }
        | Event::StepUnknown { turn, .. }
        | Event::StepParked { turn, .. }
        | Event::StepStalled { turn, .. } => Some(turn),
        _ => None,
    }
}

fn ask_turn(event: &Event) -> Option<&AskTurn> {
    match event {
        Event::HousekeepingStarted { turn, .. }
        | Event::HousekeepingEnded { turn, .. }
        | Event::GateOpened { turn, .. }
        | Event::GateDeferred { turn, .. }
        | Event::GateFailed { turn, .. }
        | Event::GateClosed { turn } => Some(turn),
        _ => None,
    }
}

fn ask_answer(fold: &mut Fold<'_>, turn: &AskTurn, event: &Event) -> Result<Applied, Illegal> {
    let kind = event.kind();
    let ix = find_gate(fold, kind, &turn.path)?;
    let number = usize::try_from(turn.ask).unwrap_or(usize::MAX);
    let asks = fold.step(ix).gate.as_ref().map_or(&[][..], |gate| &gate.asks);
    let unasked = Illegal::Unasked { kind, path: turn.path.clone() };
    let Some(ask) = asks.get(number) else { return Err(unasked) };
    if turn.epoch == 0 || turn.epoch > ask.epoch {
        return Err(unasked);
    }
    if turn.epoch < ask.epoch || !ask.in_flight() {
        return Ok(Applied::Ignored);
    }
    let asking = matches!(ask.status, AskStatus::Opening | AskStatus::Closing);
    match event {
        Event::GateOpened { ask: put, requester, beneficiary, gated, .. }
            if ask.status == AskStatus::Opening =>
        {
            asks::opened(fold, ix, number, &Opened { ask: put, requester, beneficiary, gated });
        }
        Event::HousekeepingStarted { ask: put, changes, .. } if asking => {
            asks::sending(fold, ix, number, put, changes);
        }
        Event::HousekeepingEnded { faults, again_at, interrupted, .. } if !asking => {
            asks::sent(fold, ix, number, faults, (*again_at, *interrupted));
        }
        Event::GateDeferred { until, fault, .. } if asking => asks::deferred(fold, ix, number, *until, fault),
        Event::GateFailed { fault, .. } => asks::failed(fold, ix, number, fault),
        Event::GateClosed { .. } if ask.status == AskStatus::Closing => asks::closed(fold, ix, number),
        _ => return Err(unasked),
    }
    Ok(Applied::Changed)
}
