//! Answers about one question of a gate: opened, deferred, its rows being sent, closed. Counts no votes.

use drawbridge_sdk::{Ask, Change, Fault, Person};
use jiff::Timestamp;
use petgraph::graph::NodeIndex;

use super::closing::{ask_mut, ask_turn, channel, close_again, close_all, gate_step, start_closing};
use super::fold::Fold;
use super::gates::{open_again, unopened};
use super::settle::settle;
use crate::command::Command;
use crate::event::GatedInput;
use crate::gate::AskStatus;
use crate::step::StepStatus;

/// How often the channel is asked for what is missing before the gate stalls: with the pauses in
/// between about fifteen minutes.
const ASK_ROUNDS_MAX: u32 = 20;

/// What a question looks like once everybody is asked.
pub(super) struct Opened<'e> {
    pub(super) ask: &'e Ask,
    pub(super) requester: &'e Option<Person>,
    pub(super) beneficiary: &'e Option<Person>,
    pub(super) gated: &'e [GatedInput],
}

/// Everybody is asked.
pub(super) fn opened(fold: &mut Fold<'_>, ix: NodeIndex, number: usize, opened: &Opened<'_>) {
    let escalate = gate_step(fold, ix).and_then(|spec| spec.escalate.as_ref());
    let escalates_at = escalate.map(|escalate| escalate.after.end(fold.at));
    let Some(gate) = &mut fold.step_mut(ix).gate else { return };
    gate.gated = opened.gated.to_vec();
    let Some(ask) = gate.asks.get_mut(number) else { return };
    ask.ask = Some(opened.ask.clone());
    ask.requester.clone_from(opened.requester);
    ask.beneficiary.clone_from(opened.beneficiary);
    ask.changes.clear();
    ask.fault = None;
    ask.status = AskStatus::Open;
    if !ask.asked {
        ask.asked = true;
        ask.escalates_at = escalates_at;
    }
    if ask.close_wanted {
        start_closing(fold, ix, number);
    }
}

/// Rows are recorded and are sent now, unless the question is not wanted any more.
pub(super) fn sending(fold: &mut Fold<'_>, ix: NodeIndex, number: usize, ask: &Ask, changes: &[Change]) {
    let Some(state) = ask_mut(fold, ix, number) else { return };
    state.ask = Some(ask.clone());
    state.changes = changes.to_vec();
    state.status = match state.status {
        AskStatus::Opening => AskStatus::SendingOpen,
        _ => AskStatus::SendingClose,
    };
    if state.close_wanted {
        return start_closing(fold, ix, number);
    }
    state.epoch += 1;
    if let Some(command) = send_command(fold, ix, number, false) {
        fold.commands.push(command);
    }
}

pub(super) fn send_command(
    fold: &Fold<'_>,
    ix: NodeIndex,
    number: usize,
    sent_before: bool,
) -> Option<Command> {
    let spec = gate_step(fold, ix)?;
    let ask = fold.step(ix).gate.as_ref()?.asks.get(number)?;
    let turn = ask_turn(fold.path(ix), number, ask.epoch);
    Some(Command::SendHousekeeping {
        turn,
        channel: channel(spec),
        changes: ask.changes.clone(),
        sent_before,
    })
}

/// Rows were sent; the channel is asked what is missing. A round that the engine itself cut off is none of
/// those after which the channel is given up.
pub(super) fn sent(
    fold: &mut Fold<'_>,
    ix: NodeIndex,
    number: usize,
    faults: &[Fault],
    (again_at, interrupted): (Timestamp, bool),
) {
    let at = fold.at;
    let Some(ask) = ask_mut(fold, ix, number) else { return };
    ask.rounds = ask.rounds.saturating_sub(u32::from(interrupted));
    ask.changes.clear();
    ask.fault = faults.last().cloned();
    let opening = ask.status == AskStatus::SendingOpen;
    if ask.close_wanted {
        start_closing(fold, ix, number);
    } else if ask.rounds >= ASK_ROUNDS_MAX || again_at > at {
        held(fold, ix, number, again_at);
    } else if opening {
        open_again(fold, ix, number);
    } else {
        close_again(fold, ix, number);
    }
}

/// The channel could not be reached.
pub(super) fn deferred(fold: &mut Fold<'_>, ix: NodeIndex, number: usize, until: Timestamp, fault: &Fault) {
    let Some(ask) = ask_mut(fold, ix, number) else { return };
    ask.fault = Some(fault.clone());
    if ask.close_wanted {
        return start_closing(fold, ix, number);
    }
    held(fold, ix, number, until);
}

/// Waits for the next round, or stops trying: an opening stalls the gate, asking more people and closing
/// are given up.
fn held(fold: &mut Fold<'_>, ix: NodeIndex, number: usize, until: Timestamp) {
    let Some(ask) = ask_mut(fold, ix, number) else { return };
    let opening = matches!(ask.status, AskStatus::Opening | AskStatus::SendingOpen);
    let given_up = ask.rounds >= ASK_ROUNDS_MAX;
    ask.status = match (opening, given_up) {
        (true, false) => AskStatus::OpensAt(until),
        (true, true) if ask.asked => AskStatus::Open,
        (true, true) => AskStatus::Held,
        (false, false) => AskStatus::ClosesAt(until),
        (false, true) => AskStatus::Closed,
    };
    let fault = ask.fault.clone();
    if opening && given_up && !ask.asked {
        let cancelling = fold.state.cancelling;
        let step = fold.step_mut(ix);
        step.fault = fault;
        step.status = StepStatus::Stalled;
        if cancelling {
            close_all(fold, ix);
            settle(fold, ix, StepStatus::Withdrawn, None);
        }
    }
}

/// Nobody can be asked, or the question cannot be withdrawn.
pub(super) fn failed(fold: &mut Fold<'_>, ix: NodeIndex, number: usize, fault: &Fault) {
    let Some(ask) = ask_mut(fold, ix, number) else { return };
    ask.fault = Some(fault.clone());
    match ask.status {
        AskStatus::Closing | AskStatus::SendingClose => ask.status = AskStatus::Closed,
        _ if ask.asked && ask.close_wanted => start_closing(fold, ix, number),
        _ if ask.asked => ask.status = AskStatus::Open,
        _ => unopened(fold, ix, number, fault),
    }
}

/// Nobody is asked any more.
pub(super) fn closed(fold: &mut Fold<'_>, ix: NodeIndex, number: usize) {
    if let Some(ask) = ask_mut(fold, ix, number) {
        ask.status = AskStatus::Closed;
    }
}

/// The time to ask the channel again has come.
pub(super) fn woken(fold: &mut Fold<'_>, ix: NodeIndex, number: usize) {
    match ask_mut(fold, ix, number).map(|ask| ask.status.clone()) {
        Some(AskStatus::OpensAt(_)) => open_again(fold, ix, number),
        Some(AskStatus::ClosesAt(_)) => close_again(fold, ix, number),
        _ => {}
    }
}

/// A person resumed the run: a stalled gate is opened again with a fresh budget.
pub(super) fn resumed(fold: &mut Fold<'_>, ix: NodeIndex) {
    fold.step_mut(ix).status = StepStatus::Asking;
    let asks = fold.step(ix).gate.as_ref().map_or(0, |gate| gate.asks.len());
    for number in 0..asks {
        let Some(ask) = ask_mut(fold, ix, number) else { continue };
        if ask.status == AskStatus::Held {
            ask.rounds = 0;
            open_again(fold, ix, number);
        }
    }
}
