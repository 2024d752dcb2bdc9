//! The commands of a loaded run that have not been answered: they follow from its state, so nothing
//! else needs to be stored for them.

use drawbridge_core::graph::Blueprint;
use petgraph::graph::NodeIndex;

use super::action::call;
use super::asks::send_command;
use super::closing::{CONSOLE, ask_key, channel, close_command, gate_step};
use super::fold::Fold;
use super::gates::open_command;
use crate::command::{Command, Resume, Watch};
use crate::gate::AskStatus;
use crate::state::RunState;
use crate::step::StepStatus;

/// What a run waits for after its host was gone.
///
/// A change whose intent is recorded and whose outcome is not is never sent again from here: the call
/// asks to settle it. Rows of a gate are asked for again; the channel says which are still missing.
#[must_use]
pub fn outstanding(blueprint: &Blueprint, state: &mut RunState) -> Vec<Command> {
    let mut commands = Vec::new();
    let Some(at) = state.started_at.filter(|_| state.ended_at.is_none()) else { return commands };
    let mut open = Vec::new();
    let mut fold = Fold::new(blueprint, state, at, &mut commands);
    let frames: Vec<usize> = fold.state.live.iter().copied().collect();
    for frame in frames {
        fold.frame = frame;
        fold.order().into_iter().for_each(|ix| add_open(&fold, ix, &mut open));
    }
    open
}

fn add_open(fold: &Fold<'_>, ix: NodeIndex, open: &mut Vec<Command>) {
    let step = fold.step(ix);
    if step.status.in_flight()
        && let Some(mut call) = call(fold, ix)
    {
        if let (StepStatus::Sending, Some(intent)) = (step.status, &step.intent) {
            call.resume = Resume::Settle(intent.clone());
            call.interrupted = true;
        }
        open.push(Command::StartStep(call));
    }
    let asks = step.gate.as_ref().map_or(&[][..], |gate| &gate.asks);
    for (number, ask) in asks.iter().enumerate() {
        open.extend(match ask.status {
            AskStatus::Opening => open_command(fold, ix, number),
            AskStatus::Closing => close_command(fold, ix, number),
            AskStatus::SendingOpen | AskStatus::SendingClose => send_command(fold, ix, number, true),
            _ => None,
        });
    }
}

/// The questions whose decisions have to be looked for where they are shown.
#[must_use]
pub fn watches(blueprint: &Blueprint, state: &mut RunState) -> Vec<Watch> {
    let mut watches = Vec::new();
    let at = state.started_at.unwrap_or_default();
    let mut commands = Vec::new();
    let mut fold = Fold::new(blueprint, state, at, &mut commands);
    let frames: Vec<usize> = fold.state.live.iter().copied().collect();
    for frame in frames {
        fold.frame = frame;
        fold.order().into_iter().for_each(|ix| add_watches(&fold, ix, &mut watches));
    }
    watches
}

fn add_watches(fold: &Fold<'_>, ix: NodeIndex, watches: &mut Vec<Watch>) {
    let (Some(spec), Some(gate)) = (gate_step(fold, ix), &fold.step(ix).gate) else { return };
    let path = fold.path(ix);
    for (number, ask) in (0..).zip(&gate.asks) {
        if let Some(put) = ask.ask.as_ref().filter(|_| ask.is_open())
            && spec.via != CONSOLE
        {
            watches.push(Watch {
                path: path.clone(),
                number,
                key: ask_key(&fold.state.run, &path, ask),
                channel: channel(spec),
                ask: put.clone(),
            });
        }
    }
}
