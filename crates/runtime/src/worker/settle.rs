//! After an unknown outcome: looks whether the change happened, and leaves it to a person when nobody
//! can tell. Sends nothing.

use drawbridge_journal::{Event, RunId, StartStep};
use drawbridge_sdk::{Error, Fault, Intent, Settled};
use jiff::SignedDuration;

use super::attempt::{Site, again, landed_at, within};
use crate::parts::Parts;
use crate::retry::jitter;

/// How long a change is looked for after it can no longer land.
const LOOK_FOR: SignedDuration = SignedDuration::from_mins(5);
/// Least wait between two looks.
const LOOK_EVERY_MIN: SignedDuration = SignedDuration::from_secs(1);
/// Looks that could not be made before the run stalls: with waits of up to a minute about a quarter of
/// an hour.
const UNSEEN_MAX: u32 = 20;

/// Looks whether a change happened.
pub(super) async fn settle(
    parts: &Parts,
    site: &Site<'_>,
    run: &RunId,
    call: &StartStep,
    intent: &Intent,
) -> Event {
    let turn = call.turn.clone();
    let landed = landed_at(intent.sent_at, site.transport.landing());
    if call.interrupted || parts.now() < landed {
        let summary = "the engine stopped while the change was being sent; looking whether it happened";
        let look_at = landed.max(parts.now());
        let fault = Fault::new("RN017", summary);
        return Event::StepUnknown { turn, look_at, fault, interrupted: call.interrupted };
    }
    let ctx = parts.ctx(&call.key);
    let look = (site.write.settle)(site.transport, &ctx, &call.input, intent);
    match within(parts, call.timeout, look).await {
        Some(Ok(Settled::Happened(output))) => {
            Event::StepFinished { turn, output, not_applied: Vec::new(), undo: intent.change.undo.clone() }
        }
        Some(Ok(Settled::DidNotHappen)) => {
            let fault = Fault::new("RN017", "the change did not arrive; sending it again");
            again(parts, call, fault, None)
        }
        Some(Ok(Settled::LookAgain { after })) => {
            let since = landed.duration_until(parts.now());
            if since >= LOOK_FOR {
                return parked(run, call, &format!("no trace after {} minutes", since.as_mins()));
            }
            let fault = Fault::new("RN017", "no trace of the change yet; looking again");
            let look_at = parts.after(after.max(LOOK_EVERY_MIN));
            Event::StepUnknown { turn, look_at, fault, interrupted: false }
        }
        Some(Ok(Settled::CannotTell)) => parked(run, call, "the remote system keeps no trace of it"),
        Some(Err(Error::Refused(fault))) => parked(run, call, &format!("looking was refused: {fault}")),
        Some(Err(Error::NotYet { fault, after })) => unseen(parts, call, fault, after),
        Some(Err(Error::Unknown(fault))) => unseen(parts, call, fault, None),
        None => unseen(parts, call, super::attempt::too_long(call.timeout), None),
    }
}

/// The look itself could not be made.
fn unseen(parts: &Parts, call: &StartStep, fault: Fault, floor: Option<SignedDuration>) -> Event {
    let turn = call.turn.clone();
    if call.rounds >= UNSEEN_MAX {
        return Event::StepStalled { turn, fault };
    }
    let wait = jitter(call.rounds.max(1), parts.entropy.as_ref());
    let wait = wait.max(floor.unwrap_or_default()).max(LOOK_EVERY_MIN);
    Event::StepUnknown { turn, look_at: parts.after(wait), fault, interrupted: false }
}

/// RN006: a person decides.
fn parked(run: &RunId, call: &StartStep, why: &str) -> Event {
    let step = &call.turn.path;
    let summary = format!(
        "run `{run}`: nobody can tell whether `{step}` happened ({why}); the step is parked, decide with \
         `drawbridge runs resume {run} --step {step} --happened|--again`"
    );
    Event::StepParked { turn: call.turn.clone(), fault: Fault::new("RN006", summary) }
}
