//! Hands a command to the worker of its subject.

use drawbridge_journal::{Command, Event, RunId};

use super::{ask, step};
use crate::parts::Parts;

/// Does what a command says and gives what happened.
pub(crate) async fn perform(parts: &Parts, run: &RunId, command: &Command) -> Event {
    match command {
        Command::StartStep(call) => step::start(parts, run, call).await,
        Command::SendChange { call, intent } => step::send(parts, call, intent).await,
        Command::OpenGate(open) => ask::open(parts, open).await,
        Command::SendHousekeeping { turn, channel, changes, sent_before } => {
            ask::send(parts, turn, channel, changes, *sent_before).await
        }
        Command::CloseGate { turn, channel, key, ask: question } => {
            ask::close(parts, turn, channel, key, question).await
        }
    }
}
