//! The commands of a loaded run that have not been answered: they follow from its state, so nothing
//! else needs to be stored for them.

use drawbridge_core::graph::Blueprint;

use super::action::call;
use super::asks::send_command;
use super::closing::close_command;
use super::fold::Fold;
use super::gates::open_command;
use crate::command::{Command, Resume};
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
    let fold = Fold { blueprint, state, at, commands: &mut commands };
    for ix in &blueprint.order {
        let step = fold.step(*ix);
        if step.status.in_flight()
            && let Some(mut call) = call(blueprint, fold.state, *ix)
        {
            if let (StepStatus::Sending, Some(intent)) = (step.status, &step.intent) {
                call.resume = Resume::Settle(intent.clone());
            }
            open.push(Command::StartStep(call));
        }
        let asks = step.gate.as_ref().map_or(&[][..], |gate| &gate.asks);
        for (number, ask) in asks.iter().enumerate() {
            open.extend(match ask.status {
                AskStatus::Opening => open_command(&fold, *ix, number),
                AskStatus::Closing => close_command(&fold, *ix, number),
                AskStatus::SendingOpen | AskStatus::SendingClose => send_command(&fold, *ix, number, true),
                _ => None,
            });
        }
    }
    open
}
