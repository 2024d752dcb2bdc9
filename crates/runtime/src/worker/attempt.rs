//! What a call works on, and what follows an attempt that gave no result: the events of failing, waiting, looking and stalling.
//! Calls no node.

use std::future::Future;

use drawbridge_journal::{Event, StartStep};
use drawbridge_sdk::{Error, Fault, Transport, WriteEntry};
use futures::future::{Either, select};
use jiff::{SignedDuration, Timestamp};

use crate::parts::{Parts, later};
use crate::retry::{Next, next};

/// How long after its intent was recorded a change may still be sent, so that "sent at" stays true to within
/// this. Long enough for a change to wait for its turn at a busy connection; what comes later is prepared again.
pub(super) const SEND_WITHIN: SignedDuration = SignedDuration::from_secs(30);

/// A write with its connection.
pub(super) struct Site<'a> {
    pub(super) write: &'static WriteEntry,
    pub(super) transport: &'a dyn Transport,
}

/// When a change can no longer land.
pub(super) fn landed_at(sent_at: Timestamp, landing: SignedDuration) -> Timestamp {
    later(later(sent_at, SEND_WITHIN), landing)
}

/// Runs a call within the time that one attempt may take.
pub(super) async fn within<T>(
    parts: &Parts,
    timeout: Option<SignedDuration>,
    call: impl Future<Output = T>,
) -> Option<T> {
    let Some(timeout) = timeout else { return Some(call.await) };
    let limit = parts.clock.sleep_until(parts.after(timeout));
    match select(std::pin::pin!(call), limit).await {
        Either::Left((answer, _)) => Some(answer),
        Either::Right(_) => None,
    }
}

/// RN008: an attempt took too long.
pub(super) fn too_long(timeout: Option<SignedDuration>) -> Fault {
    let timeout = timeout.unwrap_or_default();
    Fault::new("RN008", format!("no result within the `timeout` of {timeout:#}"))
}

/// It is not done and nothing changed: again later, if the budget allows.
pub(super) fn again(parts: &Parts, call: &StartStep, fault: Fault, floor: Option<SignedDuration>) -> Event {
    let turn = call.turn.clone();
    let timed_out = fault.code == "RN008";
    match next(call, &fault, floor, parts.now(), parts.entropy.as_ref()) {
        Next::At(until) => Event::StepDeferred { turn, until, fault },
        Next::Stalled(_) if timed_out => Event::StepFailed { turn, fault, timed_out },
        Next::Stalled(fault) => Event::StepStalled { turn, fault },
        Next::Failed(fault) => Event::StepFailed { turn, fault, timed_out },
    }
}

/// A call that changes nothing did not work.
pub(super) fn after_read(parts: &Parts, call: &StartStep, error: Error) -> Event {
    match error {
        Error::Refused(fault) => failed(call, fault),
        Error::NotYet { fault, after } => again(parts, call, fault, after),
        Error::Unknown(fault) => again(parts, call, fault, None),
    }
}

pub(super) fn failed(call: &StartStep, fault: Fault) -> Event {
    Event::StepFailed { turn: call.turn.clone(), fault, timed_out: false }
}
