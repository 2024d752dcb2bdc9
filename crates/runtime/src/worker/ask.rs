//! Questions of a gate: who is asked, the rows that show it, and the decisions. Counts no votes.

use drawbridge_core::graph::Never;
use drawbridge_journal::{AskTurn, ChannelRef, Event, OpenGate, Watch};
use drawbridge_sdk::{
    Ask, Change, ChannelEntry, Ctx, Error, Fault, IdempotencyKey, Kind, Person, Transport, Vote,
};
use jiff::SignedDuration;

use super::attempt::SEND_WITHIN;
use crate::door;
use crate::parts::{Parts, unknown_node};
use crate::retry::jitter;

/// Most people that one stage asks; more is a mistake in the source of approvers.
const APPROVERS_MAX: usize = 50;
/// Most people that the sources of one stage may name before anybody is joined or excluded: each one
/// costs a call.
const FOUND_MAX: usize = 100;
/// Wait after a row was refused before the channel is asked what is missing.
const REFUSED_WAIT: SignedDuration = SignedDuration::from_secs(5);
/// Name of the channel that is ours.
const CONSOLE: &str = "console";

/// Who is asked, and who they are asked for.
struct Asked {
    approvers: Vec<Person>,
    requester: Option<Person>,
    beneficiary: Option<Person>,
}

/// Finds whom to ask, and the rows that are missing until they are asked.
pub(super) async fn open(parts: &Parts, open: &OpenGate) -> Event {
    match opening(parts, open).await {
        Ok(event) => event,
        Err(Error::Refused(fault)) => Event::GateFailed { turn: open.turn.clone(), fault },
        Err(Error::NotYet { fault, after }) => deferred(parts, open, fault, after),
        Err(Error::Unknown(fault)) => deferred(parts, open, fault, None),
    }
}

fn deferred(parts: &Parts, open: &OpenGate, fault: Fault, floor: Option<SignedDuration>) -> Event {
    let wait = jitter(open.rounds, parts.entropy.as_ref()).max(floor.unwrap_or_default());
    Event::GateDeferred { turn: open.turn.clone(), until: parts.after(wait), fault }
}

async fn opening(parts: &Parts, open: &OpenGate) -> Result<Event, Error> {
    if open.channel.via == CONSOLE {
        let asked = Asked {
            approvers: Vec::new(),
            requester: open.requester.clone(),
            beneficiary: open.beneficiary.clone(),
        };
        return Ok(opened(open, asked));
    }
    let (channel, transport) = channel(parts, &open.channel).map_err(Error::Refused)?;
    let ctx = parts.ctx(&open.key);
    let asked = asked(parts, channel, transport.as_ref(), open).await?;
    let ask = question(open, asked.approvers.clone());
    let changes = (channel.open)(transport.as_ref(), &ctx, &ask).await?;
    if changes.is_empty() {
        return Ok(opened(open, asked));
    }
    Ok(Event::HousekeepingStarted { turn: open.turn.clone(), ask, changes, sent_at: parts.now() })
}

fn question(open: &OpenGate, approvers: Vec<Person>) -> Ask {
    Ask {
        subject: open.subject.clone(),
        details: open.details.clone(),
        record: open.record.clone(),
        approvers,
    }
}

fn opened(open: &OpenGate, asked: Asked) -> Event {
    Event::GateOpened {
        turn: open.turn.clone(),
        ask: question(open, asked.approvers),
        requester: asked.requester,
        beneficiary: asked.beneficiary,
        gated: open.gated.clone(),
    }
}

/// Resolves, joins and excludes. Whoever cannot be joined is refused, never guessed.
async fn asked(
    parts: &Parts,
    channel: &ChannelEntry,
    transport: &dyn Transport,
    open: &OpenGate,
) -> Result<Asked, Error> {
    let ctx = parts.ctx(&open.key);
    let barred =
        |person: &Option<Person>, never: Never| person.clone().filter(|_| open.never.contains(&never));
    let requester = joined(channel, transport, &ctx, barred(&open.requester, Never::Requester)).await?;
    let beneficiary = joined(channel, transport, &ctx, barred(&open.beneficiary, Never::Beneficiary)).await?;
    let mut approvers = open.asked.clone();
    let mut excluded = Vec::new();
    for found in found(parts, open).await? {
        let person = (channel.join)(transport, &ctx, &found).await?;
        let same = |other: &Option<Person>| other.as_ref().is_some_and(|other| other.is_same(&person));
        let earlier = open.never.contains(&Never::SamePersonTwice)
            && open.earlier.iter().any(|before| before.is_same(&person));
        if same(&requester) || same(&beneficiary) || earlier {
            excluded.push(person.label().to_owned());
        } else if !approvers.iter().any(|other| other.is_same(&person)) {
            approvers.push(person);
        }
    }
    let enough =
        u32::try_from(approvers.len()).is_ok_and(|count| count >= open.need) && !approvers.is_empty();
    if !enough || approvers.len() > APPROVERS_MAX {
        return Err(Error::Refused(nobody(open, approvers.len(), &excluded)));
    }
    Ok(Asked {
        approvers,
        requester: requester.or_else(|| open.requester.clone()),
        beneficiary: beneficiary.or_else(|| open.beneficiary.clone()),
    })
}

async fn joined(
    channel: &ChannelEntry,
    transport: &dyn Transport,
    ctx: &Ctx,
    person: Option<Person>,
) -> Result<Option<Person>, Error> {
    match person {
        Some(person) => Ok(Some((channel.join)(transport, ctx, &person).await?)),
        None => Ok(None),
    }
}

async fn found(parts: &Parts, open: &OpenGate) -> Result<Vec<Person>, Error> {
    let ctx = parts.ctx(&open.key);
    let mut found = Vec::new();
    for source in &open.approvers {
        let node = parts.node(&source.source, source.connection.as_deref());
        let (entry, transport) = node.map_err(Error::Refused)?;
        let Kind::People(people) = &entry.kind else {
            return Err(Error::Refused(unknown_node(&source.source)));
        };
        found.extend((people.resolve)(transport.as_ref(), &ctx, &source.input).await?);
        if found.len() > FOUND_MAX {
            return Err(Error::Refused(nobody(open, found.len(), &[])));
        }
    }
    Ok(found)
}

/// RN005: too few people are left to ask, or far too many.
fn nobody(open: &OpenGate, left: usize, excluded: &[String]) -> Fault {
    let excluded = match excluded {
        [] => String::new(),
        names => format!("; `never` excludes {}", names.join(", ")),
    };
    let (stage, need) = (&open.stage, open.need);
    let summary = if left > APPROVERS_MAX {
        format!("stage `{stage}` would ask {left} people, the most is {APPROVERS_MAX}")
    } else {
        format!("stage `{stage}` needs {need} and only {left} can be asked{excluded}")
    };
    Fault::new("RN005", summary).help("name another source of approvers, or give the person a deputy there")
}

/// Sends rows that are recorded; the channel says afterwards what is missing.
pub(super) async fn send(
    parts: &Parts,
    turn: &AskTurn,
    at: &ChannelRef,
    changes: &[Change],
    sent_before: bool,
) -> Event {
    let turn = turn.clone();
    let transport = match channel(parts, at) {
        Ok((_, transport)) => transport,
        Err(fault) => {
            return Event::HousekeepingEnded {
                turn,
                faults: vec![fault],
                again_at: parts.after(REFUSED_WAIT),
                interrupted: sent_before,
            };
        }
    };
    if sent_before {
        let fault = Fault::new("RN017", "the engine stopped while the rows of the gate were being sent");
        return Event::HousekeepingEnded {
            turn,
            faults: vec![fault],
            again_at: parts.after(transport.landing()),
            interrupted: true,
        };
    }
    let mut faults = Vec::new();
    let mut wait = SignedDuration::ZERO;
    for change in changes {
        let (fault, least) = match door::send(transport.as_ref(), change, parts.after(SEND_WITHIN)).await {
            Ok(answer) => match answer.fault {
                Some(fault) => (fault, REFUSED_WAIT),
                None => continue,
            },
            Err(Error::Refused(fault)) => (fault, REFUSED_WAIT),
            Err(Error::NotYet { fault, after }) => (fault, after.unwrap_or(REFUSED_WAIT)),
            Err(Error::Unknown(fault)) => (fault, transport.landing()),
        };
        faults.push(fault);
        wait = wait.max(least);
    }
    Event::HousekeepingEnded { turn, faults, again_at: parts.after(wait), interrupted: false }
}

/// The rows that are missing until nobody is asked.
pub(super) async fn close(
    parts: &Parts,
    turn: &AskTurn,
    at: &ChannelRef,
    key: &IdempotencyKey,
    ask: &Ask,
) -> Event {
    let turn = turn.clone();
    let (channel, transport) = match channel(parts, at) {
        Ok(found) => found,
        Err(fault) => return Event::GateFailed { turn, fault },
    };
    match (channel.close)(transport.as_ref(), &parts.ctx(key), ask).await {
        Ok(changes) if changes.is_empty() => Event::GateClosed { turn },
        Ok(changes) => Event::HousekeepingStarted { turn, ask: ask.clone(), changes, sent_at: parts.now() },
        Err(Error::Refused(fault)) => Event::GateFailed { turn, fault },
        Err(Error::NotYet { fault, after }) => {
            let until = parts.after(after.unwrap_or(REFUSED_WAIT));
            Event::GateDeferred { turn, until, fault }
        }
        Err(Error::Unknown(fault)) => Event::GateDeferred { turn, until: parts.after(REFUSED_WAIT), fault },
    }
}

/// The decisions so far.
pub(crate) async fn votes(parts: &Parts, watch: &Watch) -> Result<Vec<Vote>, Error> {
    let (channel, transport) = channel(parts, &watch.channel).map_err(Error::Refused)?;
    (channel.votes)(transport.as_ref(), &parts.ctx(&watch.key), &watch.ask).await
}

fn channel(
    parts: &Parts,
    at: &ChannelRef,
) -> Result<(&'static ChannelEntry, std::sync::Arc<dyn Transport>), Fault> {
    let (entry, transport) = parts.node(&at.via, at.connection.as_deref())?;
    match &entry.kind {
        Kind::Channel(channel) => Ok((channel, transport)),
        _ => Err(unknown_node(&at.via)),
    }
}
