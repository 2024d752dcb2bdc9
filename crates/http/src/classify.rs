//! The one place that says what a status or a broken connection means.
//!
//! | what came back | of a read | of a change |
//! |---|---|---|
//! | no connection, so nothing was sent | `NotYet` CN001 | `NotYet` CN001 |
//! | cut off or timed out after it was sent | `NotYet` CN008 | `Unknown` CN009 |
//! | 2xx with readable JSON or nothing | answer | answer |
//! | 2xx with an error beside the result (ServiceNow) | answer with fault CN017 | `Unknown` CN017 |
//! | 2xx with a web page, or larger than the limit | `Refused` CN010 | `Unknown` CN010 |
//! | 2xx with JSON that ends early | `NotYet` CN010 | `Unknown` CN010 |
//! | 202 where it means "not processed" (ServiceNow) | `NotYet` CN011 | `NotYet` CN011 |
//! | 400, 405, 406 and other refusals | answer with fault CN006 | answer with fault CN006 |
//! | 401, after the token was renewed once | `Refused` CN003 | `Refused` CN003 |
//! | 403 | answer with fault CN004 | answer with fault CN004 |
//! | 404 | answer with fault CN005 | answer with fault CN005 |
//! | 409, 410, 412 | answer with fault CN013 | answer with fault CN013 |
//! | 408 | `NotYet` CN008 | `Unknown` CN009 |
//! | 423, 425, 429, 503 | `NotYet` CN007 | `NotYet` CN007 |
//! | 503 without `Retry-After` where a server may go on (ServiceNow) | `NotYet` CN007 | `Unknown` CN009 |
//! | 501, 505 | answer with fault CN006 | answer with fault CN006 |
//! | every other 5xx | `NotYet` CN008 | `Unknown` CN009 |
//! | 1xx, 3xx | answer with fault CN010 | answer with fault CN010 |
//!
//! A fault with an answer is for the node to read: 404 may be what it hoped for.
//!
//! Source: `docs/reference/microsoft-graph.md` (errors, throttling) and `docs/reference/servicenow.md`
//! (errors, limits).

use std::collections::BTreeMap;

use drawbridge_sdk::{Answer, Error, Fault};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::redact;
use crate::{Dialect, RemoteError, Unavailable};

/// Whether the request could have changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    Read,
    Change,
}

/// What one exchange brought.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// No connection; nothing was sent. With what stood in the way.
    Unreachable(String),
    /// Sent, but no complete answer. With what happened.
    CutOff(String),
    /// An answer.
    Reply(Reply),
}

/// One answer as it came over the wire.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Headers by lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) payload: Payload,
    pub(crate) at: Timestamp,
}

/// What the body was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Payload {
    Empty,
    Json(Value),
    /// A web page: a login, a proxy, a sleeping instance.
    Page,
    /// Neither JSON nor a page, or JSON that ends early.
    Broken,
    /// Larger than the limit in bytes.
    TooBig(usize),
}

/// The request that was made, as far as its meaning needs it.
pub(crate) struct Asked<'a> {
    pub(crate) dialect: &'a Dialect,
    pub(crate) intent: Intent,
    /// Method and place, for messages.
    pub(crate) place: &'a str,
    /// Host, for messages.
    pub(crate) host: &'a str,
}

/// Turns what came back into an answer or one of the three definite errors.
pub(crate) fn classify(asked: &Asked<'_>, outcome: Outcome) -> Result<Answer, Error> {
    match outcome {
        Outcome::Unreachable(reason) => Err(asked.unreachable(&reason)),
        Outcome::CutOff(reason) => Err(asked.cut_off(&reason)),
        Outcome::Reply(reply) => match reply.status {
            202 if !asked.dialect.accepts_with_202 => Err(asked.not_processed(&reply)),
            200..=299 => asked.success(reply),
            401 => Err(asked.unauthorized(&reply)),
            503 if asked.may_go_on(&reply) => Err(asked.server_error(&reply)),
            423 | 425 | 429 | 503 => Err(asked.throttled(&reply)),
            501 | 505 => Ok(asked.refusal(reply)),
            408 | 500..=599 => Err(asked.server_error(&reply)),
            _ => Ok(asked.refusal(reply)),
        },
    }
}

/// Longest wait that is believed from a platform. ServiceNow counts per hour; a day is past every rule.
pub(crate) const WAIT_MAX: SignedDuration = SignedDuration::from_hours(24);

/// How long the platform asks to wait, from `Retry-After` (seconds or a date) or its own header.
pub(crate) fn wait_asked(dialect: &Dialect, reply: &Reply) -> Option<SignedDuration> {
    said_wait(dialect, reply).map(|wait| wait.clamp(SignedDuration::ZERO, WAIT_MAX))
}

fn said_wait(dialect: &Dialect, reply: &Reply) -> Option<SignedDuration> {
    let until = |time: Timestamp| time.duration_since(reply.at);
    if let Some(text) = reply.headers.get("retry-after") {
        let text = text.trim();
        if let Ok(secs) = text.parse::<u32>() {
            return Some(SignedDuration::from_secs(secs.into()));
        }
        if let Ok(time) = jiff::fmt::rfc2822::parse(text) {
            return Some(until(time.timestamp()));
        }
    }
    let reset = dialect.reset_header.and_then(|name| reply.headers.get(name))?;
    let time = Timestamp::from_second(reset.trim().parse().ok()?).ok()?;
    Some(until(time))
}

impl Asked<'_> {
    fn title(&self) -> &'static str {
        self.dialect.title
    }

    fn unreachable(&self, reason: &str) -> Error {
        let summary =
            format!("{} at `{}` is not reachable: {}", self.title(), self.host, redact::message(reason));
        let help = "look at the base URL of the connection, DNS, proxy and firewall; nothing was sent";
        Error::NotYet { fault: Fault::new("CN001", summary).help(help), after: None }
    }

    fn cut_off(&self, reason: &str) -> Error {
        let reason = redact::message(reason);
        match self.intent {
            Intent::Read => {
                let summary = format!("{} gave no complete answer to {}: {reason}", self.title(), self.place);
                Error::NotYet { fault: Fault::new("CN008", summary), after: None }
            }
            Intent::Change => {
                let summary = format!(
                    "{} gave no complete answer to {}, so it may have happened: {reason}",
                    self.title(),
                    self.place
                );
                Error::Unknown(Fault::new("CN009", summary).help(LOOKED_FOR))
            }
        }
    }

    fn not_processed(&self, reply: &Reply) -> Error {
        let summary = format!(
            "{} did not process {} (202): too many requests wait in its session",
            self.title(),
            self.place
        );
        let fault = Fault { status: Some(reply.status), ..Fault::new("CN011", summary) };
        Error::NotYet { fault, after: wait_asked(self.dialect, reply) }
    }

    fn success(&self, reply: Reply) -> Result<Answer, Error> {
        let body = match reply.payload {
            Payload::Empty => Value::Null,
            Payload::Json(body) => body,
            Payload::Page | Payload::Broken | Payload::TooBig(_) => return Err(self.unreadable(&reply)),
        };
        let partial = self.dialect.success_may_hold_error.then(|| (self.dialect.error)(&body)).flatten();
        let fault = partial.map(|error| {
            let message = error.message.as_deref().unwrap_or("without a message");
            let summary = format!(
                "{} answered {} with an error beside its result: {}",
                self.title(),
                self.place,
                redact::message(message)
            );
            let help = "ask for less at once: fewer records or fewer fields";
            Fault {
                status: Some(reply.status),
                remote_code: error.code,
                ..Fault::new("CN017", summary).help(help)
            }
        });
        match (fault, self.intent) {
            (Some(fault), Intent::Change) => Err(Error::Unknown(fault)),
            (fault, _) => Ok(self.answer(reply.status, reply.headers, reply.at, (body, fault))),
        }
    }

    fn unreadable(&self, reply: &Reply) -> Error {
        let (what, help) = match reply.payload {
            Payload::TooBig(limit) => {
                (format!("more than {limit} bytes"), "ask for less at once: fewer records or fewer fields")
            }
            Payload::Page => ("a web page instead of JSON".to_owned(), WEB_PAGE),
            _ => (
                "something that is not readable as JSON".to_owned(),
                "a proxy or the platform cut the answer short",
            ),
        };
        let summary = format!("{} answered {} with {what}", self.title(), self.place);
        let fault = Fault { status: Some(reply.status), ..Fault::new("CN010", summary).help(help) };
        match (self.intent, &reply.payload) {
            (Intent::Change, _) => Error::Unknown(fault),
            (Intent::Read, Payload::Broken) => Error::NotYet { fault, after: None },
            (Intent::Read, _) => Error::Refused(fault),
        }
    }

    fn unauthorized(&self, reply: &Reply) -> Error {
        let remote = self.remote(reply);
        let said =
            remote.message.as_deref().map(|text| format!(": {}", redact::message(text))).unwrap_or_default();
        let summary = format!("{} refused a fresh token (401) for {}{said}", self.title(), self.place);
        let help = "the token endpoint gives tokens that this base URL does not take: look whether tenant or instance, base URL and client belong together";
        let fault = Fault::new("CN003", summary).help(remote.help.as_deref().unwrap_or(help));
        Error::Refused(Fault { status: Some(reply.status), remote_code: remote.code, ..fault })
    }

    fn may_go_on(&self, reply: &Reply) -> bool {
        self.intent == Intent::Change
            && self.dialect.unavailable == Unavailable::MayBeDone
            && wait_asked(self.dialect, reply).is_none()
    }

    fn throttled(&self, reply: &Reply) -> Error {
        let after = wait_asked(self.dialect, reply);
        let wait = after.map(|wait| format!(" and asks to wait {} s", wait.as_secs())).unwrap_or_default();
        let what = match reply.status {
            429 => "has enough requests for now",
            423 => "holds the object locked",
            _ => "is not available at the moment",
        };
        let summary = format!("{} {what} ({}){wait}", self.title(), reply.status);
        let fault = Fault {
            status: Some(reply.status),
            remote_code: self.remote(reply).code,
            ..Fault::new("CN007", summary)
        };
        Error::NotYet { fault, after }
    }

    fn server_error(&self, reply: &Reply) -> Error {
        let remote = self.remote(reply);
        let said =
            remote.message.as_deref().map(|text| format!(": {}", redact::message(text))).unwrap_or_default();
        let status = reply.status;
        let facts = |code: &str, summary: String| Fault {
            status: Some(status),
            remote_code: remote.code.clone(),
            ..Fault::new(code, summary)
        };
        match self.intent {
            Intent::Read => {
                let summary = format!("{} broke down over {} ({status}){said}", self.title(), self.place);
                Error::NotYet { fault: facts("CN008", summary), after: wait_asked(self.dialect, reply) }
            }
            Intent::Change => {
                let summary = format!(
                    "{} broke down over {} ({status}), so it may have happened{said}",
                    self.title(),
                    self.place
                );
                Error::Unknown(facts("CN009", summary).help(LOOKED_FOR))
            }
        }
    }

    fn refusal(&self, reply: Reply) -> Answer {
        let remote = self.remote(&reply);
        let status = reply.status;
        let (code, did) = match status {
            403 => ("CN004", "refused"),
            404 => ("CN005", "knows nothing at"),
            409 | 410 | 412 => ("CN013", "has a conflict with"),
            400..=599 => ("CN006", "refused"),
            _ => ("CN010", "sent somewhere else instead of answering"),
        };
        let said =
            remote.message.as_deref().map(|text| format!(": {}", redact::message(text))).unwrap_or_default();
        let summary = format!("{} {did} {} ({status}){said}", self.title(), self.place);
        let fault = Fault {
            status: Some(status),
            remote_code: remote.code,
            help: remote.help,
            ..Fault::new(code, summary)
        };
        let body = match reply.payload {
            Payload::Json(body) => body,
            _ => Value::Null,
        };
        self.answer(status, reply.headers, reply.at, (body, Some(fault)))
    }

    fn remote(&self, reply: &Reply) -> RemoteError {
        match &reply.payload {
            Payload::Json(body) => (self.dialect.error)(body).unwrap_or_default(),
            _ => RemoteError::default(),
        }
    }

    fn answer(
        &self,
        status: u16,
        mut headers: BTreeMap<String, String>,
        at: Timestamp,
        (body, fault): (Value, Option<Fault>),
    ) -> Answer {
        headers.retain(|name, _| self.dialect.kept_headers.contains(&name.as_str()));
        Answer { status, headers, body, at, fault }
    }
}

const LOOKED_FOR: &str = "it is looked for before anything is sent again";
const WEB_PAGE: &str = "look whether the base URL is the API's own host and whether the instance is awake";

#[cfg(test)]
mod tests;
