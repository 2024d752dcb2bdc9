//! From phase to phase and to the end of the run: what it gives, and its deadline.

use drawbridge_core::graph::Phase;
use drawbridge_sdk::Fault;
use serde_json::{Map, Value};

use super::fold::{Fold, unresolved};
use super::settle::halt;
use crate::failure::RunError;
use crate::gate::AskStatus;
use crate::ids::StepPath;
use crate::state::Outcome;

/// Moves on to the next phase, or ends the run. Gives whether anything is left to start.
pub(super) fn next_phase(fold: &mut Fold<'_>) -> bool {
    if fold.state.phase == Phase::Main {
        give(fold);
    }
    let outcome = fold.state.outcome.unwrap_or(Outcome::Succeeded);
    let next = match fold.state.phase {
        Phase::Main if outcome == Outcome::Failed => Phase::OnFailure,
        Phase::Main | Phase::OnFailure => Phase::Finally,
        Phase::Finally => {
            if asks_open(fold) {
                return false;
            }
            fold.state.outcome = Some(outcome);
            fold.state.ended_at = Some(fold.at);
            return false;
        }
    };
    if next == Phase::Finally {
        fold.state.publish_outcome(outcome);
    }
    fold.state.outcome = Some(outcome);
    fold.state.phase = next;
    fold.state.halted = false;
    fold.state.cancelling = false;
    true
}

/// Reads what a run gives once its steps have succeeded; what cannot be read fails it.
fn give(fold: &mut Fold<'_>) {
    let succeeded = matches!(fold.state.outcome, None | Some(Outcome::Succeeded));
    if !succeeded || fold.blueprint.outputs.is_empty() {
        return;
    }
    fold.unfocus();
    let mut outputs = Map::new();
    for (name, template) in &fold.blueprint.outputs {
        match template.resolve(fold.roots()) {
            Ok(Some(value)) => drop(outputs.insert(name.clone(), value)),
            Ok(None) => {}
            Err(error) => {
                let fault = unresolved(&format!("`outputs.{name}`"), &error);
                return halt(fold, Outcome::Failed, Some(of_key("outputs", fault)));
            }
        }
    }
    fold.state.outputs = Some(Value::Object(outputs));
}

/// The run has taken as long as it may: it fails like by a step that nothing handles.
pub(super) fn too_late(fold: &mut Fold<'_>) {
    let span = fold.blueprint.deadline.unwrap_or_default();
    let fault = Fault::new("RN021", format!("the run was not done within its `deadline` of {span:#}"));
    let fault = fault.help("see what it waited for, then start a new run if it is still wanted");
    halt(fold, Outcome::Failed, Some(of_key("deadline", fault)));
}

/// A failure that is not one of a step: it bears the key of the workflow that it follows from.
fn of_key(key: &str, fault: Fault) -> RunError {
    RunError { step: StepPath::new(key), fault, system: None }
}

/// Whether people would still find a question that nobody needs: the run ends after they are closed.
fn asks_open(fold: &Fold<'_>) -> bool {
    let gates = fold.state.live_steps().filter_map(|step| step.gate.as_ref());
    gates.flat_map(|gate| gate.asks.iter()).any(|ask| ask.status != AskStatus::Closed)
}
