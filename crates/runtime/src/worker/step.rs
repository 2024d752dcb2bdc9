//! Calls of actions: run a read, prepare a write, send its recorded change, follow what was accepted.

use drawbridge_journal::{Event, Resume, RunId, StartStep};
use drawbridge_sdk::{Entry, Error, Finished, Followed, Intent, Kind, Prepared, Transport};
use serde_json::Value;

use super::attempt::{SEND_WITHIN, Site, after_read, again, failed, landed_at, too_long, within};
use super::settle::settle;
use crate::door;
use crate::parts::{Parts, later, unknown_node};
use crate::retry::jitter;

/// Looks after an accepted change before it is left to a person: with waits of up to a minute some hours.
const FOLLOW_ROUNDS_MAX: u32 = 500;

/// Starts a step, or looks after what it did before.
pub(super) async fn start(parts: &Parts, run: &RunId, call: &StartStep) -> Event {
    let (entry, transport) = match parts.node(&call.action, call.connection.as_deref()) {
        Ok(node) => node,
        // What was sent stays sent: only a step that has done nothing may fail for this.
        Err(fault) if call.resume == Resume::Nothing => return failed(call, fault),
        Err(fault) => return Event::StepStalled { turn: call.turn.clone(), fault },
    };
    let transport = transport.as_ref();
    match (&entry.kind, &call.resume) {
        (Kind::Read(_), _) => read(parts, entry, transport, call).await,
        (Kind::Write(write), Resume::Nothing) => prepare(parts, &Site { write, transport }, call).await,
        (Kind::Write(write), Resume::Settle(intent)) => {
            settle(parts, &Site { write, transport }, run, call, intent).await
        }
        (Kind::Write(write), Resume::Follow(handle)) => {
            follow(parts, &Site { write, transport }, call, handle).await
        }
        _ => failed(call, unknown_node(&call.action)),
    }
}

async fn read(parts: &Parts, entry: &'static Entry, transport: &dyn Transport, call: &StartStep) -> Event {
    let Kind::Read(read) = &entry.kind else { return failed(call, unknown_node(entry.name)) };
    let ctx = parts.ctx(&call.key);
    match within(parts, call.timeout, (read.run)(transport, &ctx, &call.input)).await {
        Some(Ok(output)) => done(call, output),
        Some(Err(error)) => after_read(parts, call, error),
        None => again(parts, call, too_long(call.timeout), None),
    }
}

fn done(call: &StartStep, output: Value) -> Event {
    Event::StepFinished { turn: call.turn.clone(), output, not_applied: Vec::new(), undo: None }
}

async fn prepare(parts: &Parts, site: &Site<'_>, call: &StartStep) -> Event {
    let ctx = parts.ctx(&call.key);
    match within(parts, call.timeout, (site.write.prepare)(site.transport, &ctx, &call.input)).await {
        Some(Ok(Prepared::AlreadySo(output))) => done(call, output),
        Some(Ok(Prepared::Change(change))) => {
            let intent = Intent { change, sent_at: parts.now() };
            Event::StepStarted { turn: call.turn.clone(), intent }
        }
        Some(Err(error)) => after_read(parts, call, error),
        None => again(parts, call, too_long(call.timeout), None),
    }
}

/// Sends the change whose intent is on disk, and says what the answer means.
pub(super) async fn send(parts: &Parts, call: &StartStep, intent: &Intent) -> Event {
    let (entry, transport) = match parts.node(&call.action, call.connection.as_deref()) {
        Ok(node) => node,
        Err(fault) => return failed(call, fault),
    };
    let Kind::Write(write) = &entry.kind else { return failed(call, unknown_node(&call.action)) };
    let turn = call.turn.clone();
    let now = parts.now();
    let before = later(intent.sent_at, SEND_WITHIN);
    if now > before {
        let fault = drawbridge_sdk::Fault::new("RN017", "the change was recorded but not sent in time");
        return again(parts, call, fault, None);
    }
    let sent = within(parts, call.timeout, door::send(transport.as_ref(), &intent.change, before)).await;
    let answer = match sent {
        Some(Ok(answer)) => answer,
        Some(Err(Error::Refused(fault))) => return failed(call, fault),
        Some(Err(Error::NotYet { fault, after })) => return again(parts, call, fault, after),
        Some(Err(Error::Unknown(fault))) => return unknown(parts, transport.as_ref(), call, intent, fault),
        None => return unknown(parts, transport.as_ref(), call, intent, too_long(call.timeout)),
    };
    match (write.finish)(&parts.ctx(&call.key), &call.input, &answer) {
        Ok(Finished::Done { output, not_applied, undo }) => {
            let undo = undo.or_else(|| intent.change.undo.clone());
            Event::StepFinished { turn, output, not_applied, undo }
        }
        Ok(Finished::Pending { handle, after }) => {
            Event::StepPending { turn, handle, until: parts.after(after) }
        }
        Ok(Finished::Refused(fault)) | Err(Error::Refused(fault)) => failed(call, fault),
        Err(Error::NotYet { fault, after }) => again(parts, call, fault, after),
        Err(Error::Unknown(fault)) => unknown(parts, transport.as_ref(), call, intent, fault),
    }
}

/// It may have happened: it is looked for once it can no longer land.
fn unknown(
    parts: &Parts,
    transport: &dyn Transport,
    call: &StartStep,
    intent: &Intent,
    fault: drawbridge_sdk::Fault,
) -> Event {
    let broke_at = later(parts.now(), transport.landing());
    let look_at = broke_at.max(landed_at(intent.sent_at, transport.landing()));
    Event::StepUnknown { turn: call.turn.clone(), look_at, fault, interrupted: false }
}

async fn follow(parts: &Parts, site: &Site<'_>, call: &StartStep, handle: &Value) -> Event {
    let ctx = parts.ctx(&call.key);
    let turn = call.turn.clone();
    let followed =
        within(parts, call.timeout, (site.write.follow)(site.transport, &ctx, &call.input, handle)).await;
    let (handle, wait, fault) = match followed {
        Some(Ok(Followed::Done(output))) => return done(call, output),
        Some(Ok(Followed::Pending { handle, after })) => (handle, after, None),
        Some(Err(Error::Refused(fault))) => return failed(call, fault),
        Some(Err(Error::NotYet { fault, after })) => (handle.clone(), after.unwrap_or_default(), Some(fault)),
        Some(Err(Error::Unknown(fault))) => (handle.clone(), jiff::SignedDuration::ZERO, Some(fault)),
        None => (handle.clone(), jiff::SignedDuration::ZERO, Some(too_long(call.timeout))),
    };
    if call.rounds >= FOLLOW_ROUNDS_MAX {
        let last = fault.map_or_else(String::new, |fault| format!("; the last look said: {fault}"));
        let summary =
            format!("the change was accepted and has not completed after {} looks{last}", call.rounds);
        let fault = drawbridge_sdk::Fault::new("RN007", summary)
            .help("see to it and go on with `drawbridge runs resume`");
        return Event::StepStalled { turn, fault };
    }
    let floor = jitter(call.rounds.max(1), parts.entropy.as_ref());
    let wait = if fault.is_some() { wait.max(floor) } else { wait };
    Event::StepPending { turn, handle, until: parts.after(wait) }
}
