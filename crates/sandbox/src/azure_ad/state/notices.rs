//! Change notifications: which changes of the log become messages to which subscriptions.
//!
//! Owns what waits to be sent and the switches that make delivery difficult. Sending is `delivery`'s, the
//! subscriptions themselves are objects of the directory.
//!
//! Source: microsoft-graph.md section 8.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::changes::{Change, What};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::watch::Watch;
use crate::delivery::Queue;

/// Most items in one message.
const ITEMS_MAX: usize = 100;

/// Sequence numbers begin where real ones are: they look like ticks.
const FIRST_SEQUENCE: u64 = 638_000_000_000_000_000;

/// What is known about delivery.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Notices {
    pub(crate) switches: Switches,
    /// Ids of subscriptions whose addresses have not proved themselves yet.
    pub(crate) unproved: BTreeSet<String>,
    /// Ids of subscriptions that get nothing until they are authorised again.
    pub(crate) paused: BTreeSet<String>,
    pub(crate) queue: Queue<Letter>,
    pub(crate) slowness: BTreeMap<String, Slowness>,
    /// How much of the change log was looked at.
    seen: usize,
    sequence: u64,
}

/// Ways to make delivery difficult.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Switches {
    /// How long a message waits before it is sent, in seconds of virtual time.
    pub(crate) latency_secs: u32,
    /// Send every message twice.
    pub(crate) duplicates: bool,
    /// Send the youngest message first.
    pub(crate) youngest_first: bool,
    /// Write `@removed` of a member as the text `deleted` and not as an object; both have been seen.
    pub(crate) removed_as_text: bool,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub(crate) url: String,
    pub(crate) items: Vec<Value>,
    /// When it was written: after four hours nobody tries any more.
    pub(crate) written: Timestamp,
}

/// How an endpoint answered within the last ten minutes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Slowness {
    /// When each message was answered, and whether too slowly.
    answers: Vec<(Timestamp, bool)>,
}

/// What becomes of messages to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    AtOnce,
    /// Ten minutes late.
    Delayed,
    Dropped,
}

impl Slowness {
    const WINDOW: SignedDuration = SignedDuration::from_mins(10);
    /// Messages before an endpoint is judged.
    const JUDGED_AFTER: usize = 100;

    pub(crate) fn note(&mut self, now: Timestamp, slow: bool) {
        self.answers.retain(|(at, _)| now.duration_since(*at) <= Self::WINDOW);
        self.answers.push((now, slow));
    }

    /// At a tenth of slow answers delivery is delayed, above 15 of a hundred messages are dropped.
    pub(crate) fn pace(&self, now: Timestamp) -> Pace {
        let recent = || self.answers.iter().filter(|(at, _)| now.duration_since(*at) <= Self::WINDOW);
        let (all, slow) = (recent().count(), recent().filter(|(_, slow)| *slow).count());
        match slow * 100 {
            _ if all < Self::JUDGED_AFTER => Pace::AtOnce,
            share if share >= all * 15 => Pace::Dropped,
            share if share >= all * 10 => Pace::Delayed,
            _ => Pace::AtOnce,
        }
    }
}

/// What a message says about the tenant besides the change.
pub(crate) struct Sender<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) now: Timestamp,
}

impl Notices {
    /// How much of the log was looked at.
    pub(crate) fn seen(&self) -> usize {
        self.seen
    }

    /// Writes the messages of the newest changes; `changes` are those behind what was seen.
    pub(crate) fn write(&mut self, sender: &Sender<'_>, changes: &[Change], subscriptions: &[&Object]) {
        self.seen += changes.len();
        let mut items: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for change in changes {
            for subscription in subscriptions {
                if self.unproved.contains(&subscription.id) || self.paused.contains(&subscription.id) {
                    continue;
                }
                if let Some(item) = self.item(sender, change, subscription) {
                    let url = subscription.text("notificationUrl").unwrap_or_default().to_owned();
                    items.entry(url).or_default().push(item);
                }
            }
        }
        for (url, items) in items {
            for items in items.chunks(ITEMS_MAX) {
                self.post(
                    sender.now,
                    Letter { url: url.clone(), items: items.to_vec(), written: sender.now },
                );
            }
        }
    }

    /// Puts a message where it waits to be sent, twice if that is switched on.
    pub(crate) fn post(&mut self, now: Timestamp, letter: Letter) {
        let mut wait = i64::from(self.switches.latency_secs);
        match self.slowness.get(&letter.url).map_or(Pace::AtOnce, |slowness| slowness.pace(now)) {
            Pace::Dropped => return,
            Pace::Delayed => wait += 600,
            Pace::AtOnce => {}
        }
        let due = now.checked_add(SignedDuration::from_secs(wait)).unwrap_or(Timestamp::MAX);
        if self.switches.duplicates {
            self.queue.add(due, letter.clone());
        }
        self.queue.add(due, letter);
    }

    fn item(&mut self, sender: &Sender<'_>, change: &Change, subscription: &Object) -> Option<Value> {
        let watch = Watch::read(subscription.text("resource").unwrap_or_default())?;
        if !watch.sees(change) {
            return None;
        }
        // Creation and soft deletion arrive as updates; only what is gone for good is deleted.
        let change_type = if change.what == What::Purged { "deleted" } else { "updated" };
        let wanted = subscription.text("changeType").unwrap_or_default();
        if !wanted.split(',').any(|one| one.trim().eq_ignore_ascii_case(change_type)) {
            return None;
        }
        self.sequence += 1;
        let (set, type_name) = match change.kind {
            Kind::User => ("Users", "User"),
            _ => ("Groups", "Group"),
        };
        let path = format!("{set}/{}", change.object);
        let mut data = json!({
            "@odata.type": format!("#Microsoft.Graph.{type_name}"),
            "@odata.id": path,
            "id": change.object,
            "organizationId": sender.tenant,
            "sequenceNumber": FIRST_SEQUENCE + self.sequence,
        });
        let removed = || match self.switches.removed_as_text {
            true => json!("deleted"),
            false => json!({ "reason": "deleted" }),
        };
        match &change.what {
            What::MemberAdded(id) => data["members@delta"] = json!([{ "id": id }]),
            What::MemberRemoved(id) => data["members@delta"] = json!([{ "id": id, "@removed": removed() }]),
            What::OwnerAdded(id) => data["owners@delta"] = json!([{ "id": id }]),
            What::OwnerRemoved(id) => data["owners@delta"] = json!([{ "id": id, "@removed": removed() }]),
            _ => {}
        }
        let mut item = envelope(sender.tenant, subscription);
        item["changeType"] = json!(change_type);
        item["resource"] = json!(path);
        item["resourceData"] = data;
        Some(item)
    }
}

/// What every item says, of changes and of lifecycle alike.
pub(crate) fn envelope(tenant: &str, subscription: &Object) -> Value {
    json!({
        "subscriptionId": subscription.id,
        "subscriptionExpirationDateTime": subscription.properties.get("expirationDateTime"),
        "tenantId": tenant,
        "clientState": subscription.properties.get("clientState"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_endpoint_is_delayed_and_then_dropped() {
        let now = Timestamp::from_second(10_000).unwrap();
        let check = |slow: usize, all: usize, expected: Pace| {
            let mut slowness = Slowness::default();
            for number in 0..all {
                slowness.note(now, number < slow);
            }
            assert_eq!(slowness.pace(now), expected, "{slow} of {all}");
        };
        check(50, 99, Pace::AtOnce);
        check(9, 100, Pace::AtOnce);
        check(10, 100, Pace::Delayed);
        check(14, 100, Pace::Delayed);
        check(15, 100, Pace::Dropped);
    }

    #[test]
    fn old_answers_are_forgiven() {
        let mut slowness = Slowness::default();
        let then = Timestamp::from_second(10_000).unwrap();
        (0..200).for_each(|_| slowness.note(then, true));
        assert_eq!(slowness.pace(Timestamp::from_second(10_700).unwrap()), Pace::AtOnce);
    }
}
