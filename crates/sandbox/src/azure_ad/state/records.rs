//! What the tenant remembers of its logs besides the records themselves.
//!
//! Sign-ins, detections, risky users, alerts and audits that were injected are objects of `directory`; the other
//! audits are read off the change log. Here is what neither knows: how late records arrive, what is still to come,
//! and what objects were like that are gone for good.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;

/// How long a tenant with a premium licence keeps its logs, and one without. Source: microsoft-graph.md section 10.1.
const KEPT_PREMIUM: SignedDuration = SignedDuration::from_hours(30 * 24);
const KEPT_FREE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Most items of a user's risk history that are kept, so that nothing grows without end.
const HISTORY_MAX: usize = 200;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Records {
    pub(crate) delays: Delays,
    /// Sign-ins that people's activity does not show yet.
    pub(crate) unseen: Vec<Unseen>,
    /// What administrators decided about risky users and is not carried out yet.
    pub(crate) decisions: Vec<Decision>,
    /// What became of risky users, by id, oldest first.
    histories: BTreeMap<String, Vec<Value>>,
    /// Objects that were removed for good, as they were last.
    gone: BTreeMap<String, Object>,
    /// How many records were made up.
    made: u64,
}

/// How many minutes of virtual time pass before something shows. All are 0 until they are set: the real service
/// takes minutes for logs and up to a day for activity.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Delays {
    pub(crate) audits_minutes: u32,
    pub(crate) sign_ins_minutes: u32,
    pub(crate) activity_minutes: u32,
}

/// A sign-in on its way to the user's activity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Unseen {
    pub(crate) due: Timestamp,
    pub(crate) user: String,
    pub(crate) at: Timestamp,
    pub(crate) request_id: String,
    pub(crate) interactive: bool,
    pub(crate) successful: bool,
}

/// What an administrator says of a risky user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Compromised,
    Safe,
    Dismissed,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Decision {
    pub(crate) due: Timestamp,
    pub(crate) user: String,
    pub(crate) verdict: Verdict,
    /// Who decided, as the history shows it.
    pub(crate) by: Option<String>,
}

impl Records {
    /// A number no record has had.
    pub(crate) fn number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// Keeps what an object was like when it is removed for good.
    pub(crate) fn remember(&mut self, object: &Object) {
        let mut object = object.clone();
        object.properties.remove("passwordProfile");
        self.gone.insert(key(object.kind, &object.id), object);
    }

    /// An object that was removed for good.
    pub(crate) fn gone(&self, kind: Kind, id: &str) -> Option<&Object> {
        self.gone.get(&key(kind, id))
    }

    /// What became of a risky user, oldest first.
    pub(crate) fn history(&self, user: &str) -> &[Value] {
        self.histories.get(user).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn add_history(&mut self, user: &str, item: Value) {
        let history = self.histories.entry(user.to_owned()).or_default();
        if history.len() == HISTORY_MAX {
            history.remove(0);
        }
        history.push(item);
    }
}

impl Delays {
    /// The newest moment whose records have arrived.
    pub(crate) fn newest(now: Timestamp, minutes: u32) -> Timestamp {
        now.checked_sub(span(minutes)).unwrap_or(now)
    }
}

pub(crate) fn span(minutes: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(minutes))
}

/// The oldest moment whose records are still kept.
pub(crate) fn oldest(now: Timestamp, premium: bool) -> Timestamp {
    let kept = if premium { KEPT_PREMIUM } else { KEPT_FREE };
    now.checked_sub(kept).unwrap_or(Timestamp::MIN)
}

/// An instant as the logs write it: with as many digits of a second as there are, six at most.
pub(crate) fn instant(at: Timestamp) -> String {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at).to_string()
}

fn key(kind: Kind, id: &str) -> String {
    format!("{}/{}", kind.short_name(), id.to_ascii_lowercase())
}
