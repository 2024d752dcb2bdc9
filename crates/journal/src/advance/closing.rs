//! Withdrawing the questions of a gate: what is open is closed, what is under way is closed when it is
//! answered. Decides no gate.

use drawbridge_core::graph::{GateStep, VertexKind};
use drawbridge_sdk::IdempotencyKey;
use petgraph::graph::NodeIndex;

use super::fold::Fold;
use crate::command::{ChannelRef, Command};
use crate::gate::{AskState, AskStatus};
use crate::ids::{AskTurn, RunId, StepPath};

/// Name of the channel that is ours: it has no rows to keep.
pub(crate) const CONSOLE: &str = "console";

/// Closes every question of a gate.
pub(super) fn close_all(fold: &mut Fold<'_>, ix: NodeIndex) {
    let asks = fold.step(ix).gate.as_ref().map_or(0, |gate| gate.asks.len());
    for number in 0..asks {
        close(fold, ix, number);
    }
}

/// Closes one question, or notes that it is to be closed once the command under way is answered.
pub(super) fn close(fold: &mut Fold<'_>, ix: NodeIndex, number: usize) {
    let Some(ask) = ask_mut(fold, ix, number) else { return };
    match ask.status {
        AskStatus::Opening | AskStatus::SendingOpen => ask.close_wanted = true,
        AskStatus::OpensAt(_) | AskStatus::Held | AskStatus::Open => start_closing(fold, ix, number),
        AskStatus::Closing | AskStatus::SendingClose | AskStatus::ClosesAt(_) | AskStatus::Closed => {}
    }
}

/// Sends the first command that closes a question.
pub(super) fn start_closing(fold: &mut Fold<'_>, ix: NodeIndex, number: usize) {
    let console = gate_step(fold, ix).is_none_or(|spec| spec.via == CONSOLE);
    let Some(ask) = ask_mut(fold, ix, number) else { return };
    ask.close_wanted = false;
    ask.changes.clear();
    if console || ask.ask.is_none() {
        ask.status = AskStatus::Closed;
        return;
    }
    ask.rounds = 0;
    close_again(fold, ix, number);
}

/// Asks the channel what is missing until nobody is asked.
pub(super) fn close_again(fold: &mut Fold<'_>, ix: NodeIndex, number: usize) {
    let Some(ask) = ask_mut(fold, ix, number) else { return };
    ask.epoch += 1;
    ask.rounds += 1;
    ask.status = AskStatus::Closing;
    if let Some(command) = close_command(fold, ix, number) {
        fold.commands.push(command);
    }
}

pub(super) fn close_command(fold: &Fold<'_>, ix: NodeIndex, number: usize) -> Option<Command> {
    let spec = gate_step(fold, ix)?;
    let ask = fold.step(ix).gate.as_ref()?.asks.get(number)?;
    let path = fold.path(ix);
    Some(Command::CloseGate {
        key: ask_key(&fold.state.run, &path, ask),
        turn: ask_turn(path, number, ask.epoch),
        channel: channel(spec),
        ask: ask.ask.clone()?,
    })
}

pub(super) fn gate_step<'a>(fold: &Fold<'a>, ix: NodeIndex) -> Option<&'a GateStep> {
    match &fold.vertex(ix).kind {
        VertexKind::Approval(spec) => Some(spec),
        _ => None,
    }
}

pub(super) fn ask_mut<'f>(fold: &'f mut Fold<'_>, ix: NodeIndex, number: usize) -> Option<&'f mut AskState> {
    fold.step_mut(ix).gate.as_mut()?.asks.get_mut(number)
}

pub(super) fn channel(spec: &GateStep) -> ChannelRef {
    ChannelRef { via: spec.via.clone(), connection: spec.connection.clone() }
}

pub(super) fn ask_turn(path: StepPath, number: usize, epoch: u32) -> AskTurn {
    AskTurn { path, ask: u32::try_from(number).unwrap_or(u32::MAX), epoch }
}

/// The key of one question: differs by stage and by round, not by attempt.
pub(super) fn ask_key(run: &RunId, path: &StepPath, ask: &AskState) -> IdempotencyKey {
    IdempotencyKey::new(run.as_str(), &format!("{path}#{}.{}", ask.round, ask.stage))
}
