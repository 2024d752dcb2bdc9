//! The calls both platforms received, in order of arrival.
//!
//! Owns the bounded log and the removal of secrets from recorded bodies. It records; it never
//! decides what is answered.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most calls kept; the oldest go first. A long rehearsal makes a few thousand.
const CALLS_MAX: usize = 50_000;

/// Most bytes of calls kept; the oldest go first.
const LOG_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Longest recorded body, in bytes.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// Longest body that is searched for secrets; of a longer one only the length is recorded.
const SEARCHED_BYTES_MAX: usize = 256 * 1024;

/// Names of form fields and JSON members whose values are never recorded, lower case.
const SECRET_NAMES: [&str; 10] = [
    "user_password",
    "x-sn-apikey",
    "client_secret",
    "client_assertion",
    "password",
    "newpassword",
    "currentpassword",
    "access_token",
    "refresh_token",
    "assertion",
];

/// Which of the two pretend platforms a call or a fault rule concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Platform {
    AzureAd,
    #[serde(rename = "servicenow")]
    ServiceNow,
}

/// How a call ended for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Outcome {
    #[serde(rename = "in progress")]
    InProgress,
    #[serde(rename = "answered")]
    Answered,
    #[serde(rename = "answered by a fault")]
    Faulted,
    #[serde(rename = "dropped before commit")]
    DroppedBeforeCommit,
    #[serde(rename = "dropped after commit")]
    DroppedAfterCommit,
    #[serde(rename = "cut in the middle of the answer")]
    Truncated,
    #[serde(rename = "carried out twice")]
    Twice,
    #[serde(rename = "to be carried out later")]
    Late,
}

/// One received call.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Call {
    /// 1 for the first call of this world, without gaps.
    pub(crate) seq: u64,
    /// Virtual time of arrival.
    pub(crate) at: Timestamp,
    pub(crate) platform: Platform,
    pub(crate) method: String,
    /// Path as it was sent, without the query.
    pub(crate) path: String,
    /// Query as it was sent, without the question mark.
    pub(crate) query: Option<String>,
    /// Status the platform computed; with `dropped after commit` the client never saw it.
    pub(crate) status: Option<u16>,
    /// Text of the body without secrets, cut at 16 KiB; absent when there was none.
    pub(crate) body: Option<String>,
    pub(crate) outcome: Outcome,
}

/// Number of the call a request is, carried in the request's extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallSeq(pub(crate) u64);

/// What arrives with a call, before anything is known of its answer.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    pub(crate) platform: Platform,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// A page of the log, as the admin interface shows it.
#[derive(Debug, Serialize)]
pub(crate) struct CallPage {
    pub(crate) calls: Vec<Call>,
    /// Number of the newest call; pass it as `since` to read on.
    pub(crate) last_seq: u64,
    /// How many old calls the log has let go.
    pub(crate) forgotten: u64,
}

/// Append-only, bounded list of the calls received.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    calls: VecDeque<Call>,
    /// Sizes of the calls kept, added up.
    bytes: usize,
    last_seq: u64,
}

impl Calls {
    /// Notes an arriving call and gives its number.
    pub(crate) fn record(&self, at: Timestamp, arrival: &Arrival<'_>) -> u64 {
        let body = redacted(arrival.body);
        let mut log = self.log();
        log.last_seq += 1;
        let seq = log.last_seq;
        let call = Call {
            seq,
            at,
            platform: arrival.platform,
            method: arrival.method.to_owned(),
            path: arrival.path.to_owned(),
            query: arrival.query.map(blank_form_fields),
            status: None,
            body,
            outcome: Outcome::InProgress,
        };
        log.push(call);
        seq
    }

    /// Adds how the call ended. A call the log has let go is ignored.
    pub(crate) fn finish(&self, seq: u64, status: Option<u16>, outcome: Outcome) {
        let mut log = self.log();
        let Some(first) = log.calls.front().map(|call| call.seq) else { return };
        let Some(index) = seq.checked_sub(first).and_then(|index| usize::try_from(index).ok()) else {
            return;
        };
        if let Some(call) = log.calls.get_mut(index) {
            call.status = status;
            call.outcome = outcome;
        }
    }

    /// The calls whose number is greater than `since`, oldest first; the newest `last` of them at most.
    pub(crate) fn since(&self, since: u64, last: usize) -> CallPage {
        let log = self.log();
        let newer = log.calls.len() - log.calls.partition_point(|call| call.seq <= since);
        let skipped = log.calls.len() - newer.min(last);
        let calls: Vec<Call> = log.calls.iter().skip(skipped).cloned().collect();
        CallPage { calls, last_seq: log.last_seq, forgotten: log.last_seq - log.calls.len() as u64 }
    }

    /// Number of the newest call.
    pub(crate) fn last_seq(&self) -> u64 {
        self.log().last_seq
    }

    /// Empties the log; numbers go on behind `last_seq`.
    pub(crate) fn restore(&self, last_seq: u64) {
        *self.log() = Log { last_seq, ..Log::default() };
    }

    /// Empties the log and starts numbering anew.
    pub(crate) fn reset(&self) {
        *self.log() = Log::default();
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    /// Keeps a call, and lets the oldest go that have no place any more.
    fn push(&mut self, call: Call) {
        self.bytes += call.bytes();
        self.calls.push_back(call);
        while self.calls.len() > CALLS_MAX || self.bytes > LOG_BYTES_MAX {
            let Some(gone) = self.calls.pop_front() else { return };
            self.bytes -= gone.bytes();
        }
    }
}

impl Call {
    /// How much memory it takes, nearly.
    fn bytes(&self) -> usize {
        let texts =
            [self.query.as_ref(), self.body.as_ref()].into_iter().flatten().map(String::len).sum::<usize>();
        size_of::<Self>() + self.method.len() + self.path.len() + texts
    }
}

/// The body as text with the values of secret fields blanked.
fn redacted(body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    if body.len() > SEARCHED_BYTES_MAX {
        return Some(format!("({} bytes, not recorded)", body.len()));
    }
    let mut text = match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            blank_members(&mut value);
            value.to_string()
        }
        Err(_) => blank_form_fields(&String::from_utf8_lossy(body)),
    };
    if text.len() > BODY_BYTES_MAX {
        let end = (0..=BODY_BYTES_MAX).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        text.truncate(end);
    }
    Some(text)
}

fn blank_members(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if is_secret(name) && !member.is_object() {
                    *member = Value::String("***".to_owned());
                } else {
                    blank_members(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(blank_members),
        _ => {}
    }
}

fn blank_form_fields(text: &str) -> String {
    let field = |field: &str| match field.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}=***"),
        _ => field.to_owned(),
    };
    text.split('&').map(field).collect::<Vec<_>>().join("&")
}

fn is_secret(name: &str) -> bool {
    SECRET_NAMES.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, recorded: &str) {
        assert_eq!(redacted(body.as_bytes()).as_deref(), Some(recorded));
    }

    #[test]
    fn secrets_of_forms_and_json_are_blanked() {
        check("client_id=a&client_secret=b&scope=c", "client_id=a&client_secret=***&scope=c");
        check(
            r#"{"displayName":"Ann","passwordProfile":{"password":"x","forceChangePasswordNextSignIn":true}}"#,
            r#"{"displayName":"Ann","passwordProfile":{"password":"***","forceChangePasswordNextSignIn":true}}"#,
        );
    }

    #[test]
    fn a_long_body_is_cut_at_a_character() {
        let long = "ø".repeat(BODY_BYTES_MAX);
        assert!(redacted(long.as_bytes()).unwrap().len() <= BODY_BYTES_MAX);
    }

    #[test]
    fn calls_are_numbered_without_gaps_and_can_be_read_on() {
        let calls = Calls::default();
        let at = Timestamp::UNIX_EPOCH;
        let arrival = Arrival {
            platform: Platform::AzureAd,
            method: "GET",
            path: "/v1.0/users",
            query: None,
            body: b"",
        };
        assert_eq!(calls.record(at, &arrival), 1);
        assert_eq!(calls.record(at, &arrival), 2);
        calls.finish(2, Some(200), Outcome::Answered);
        let page = calls.since(1, usize::MAX);
        assert_eq!(
            (page.calls.len(), page.calls[0].status, page.last_seq, page.forgotten),
            (1, Some(200), 2, 0)
        );
    }
}
