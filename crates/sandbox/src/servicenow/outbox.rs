//! The outbox: a business rule captures changes of records, a sender signs them and sends them out.
//!
//! Owns the rows of `x_drwb_outbox` and what stands in a delivery. A row is written with the change it
//! tells of, so there is no change without a row; it may arrive more than once.
//! Source: reference section 13.4, which this follows script by script.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::delivery::{Attempt, Entry, Outcome, Parcel, Queue, Schedule};
use crate::servicenow::actor::Actor;
use crate::servicenow::dictionary::Dictionary;
use crate::servicenow::mac::hmac_sha256;
use crate::servicenow::query::evaluate::{Session, meets};
use crate::servicenow::query::parse::parse;
use crate::servicenow::stamp;
use crate::servicenow::store::{Record, Store};
use crate::servicenow::walk::Base;
use crate::servicenow::webhook::{Operation, Rule, Webhook};

const TABLE: &str = "x_drwb_outbox";
/// After a failed attempt the sender waits min(3600, 2^n · 5) seconds and gives up after twenty.
const SCHEDULE: Schedule = Schedule { first_secs: 10, longest_secs: 3_600, attempts_max: 20 };
/// How long rows that were sent are kept, in days.
const KEPT_DAYS: i64 = 7;
/// Longest result kept, in characters.
const RESULT_MAX: usize = 200;
/// Fields no delivery names.
const SECRETS: [&str; 2] = ["user_password", "secure_notes"];

/// The settings, and what waits to be sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    webhook: Option<Webhook>,
    queue: Queue<Letter>,
}

/// What the sender needs to know of an entry of the queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Letter {
    /// `sys_id` of the row.
    row: String,
    /// Whether it is the second copy, whose outcome the row does not learn.
    copy: bool,
}

/// A write that was carried out.
pub(crate) struct News<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
    /// None on an insert.
    pub(crate) before: Option<&'a Record>,
    /// None on a delete.
    pub(crate) after: Option<&'a Record>,
    /// Names of the journals that were written to.
    pub(crate) notes: Vec<&'a str>,
}

impl Outbox {
    /// Takes settings in place of the present ones; nothing is captured without any. What waits goes on waiting.
    pub(crate) fn configure(&mut self, webhook: Option<Webhook>) {
        if webhook.is_none() {
            self.queue.clear();
        }
        self.webhook = webhook;
    }

    pub(crate) fn webhook(&self) -> Option<&Webhook> {
        self.webhook.as_ref()
    }

    /// What was tried so far and what waits, for people.
    pub(crate) fn report(&self, store: &Store) -> Value {
        let delivery = |entry: &Entry<Letter>| {
            let row = store.get(Dictionary::embedded(), TABLE, &entry.letter.row);
            json!({
                "number": entry.number,
                "delivery_id": row.map_or("", |row| row.get("delivery_id")),
                "due": entry.due,
                "attempts": entry.attempts,
            })
        };
        let waiting: Vec<Value> = self.queue.waiting().iter().map(delivery).collect();
        json!({ "attempts": self.queue.log().collect::<Vec<_>>(), "waiting": waiting })
    }

    /// The business rule: writes a row for a change that is news.
    pub(crate) fn capture(&mut self, store: &mut Store, dictionary: &Dictionary, news: &News<'_>) {
        let Some(webhook) = &self.webhook else { return };
        if news.actor.user_name == webhook.integration_user && !webhook.echo {
            return;
        }
        let base = Base { dictionary, store };
        let Some(record) = news.after.or(news.before).filter(|record| record.class != TABLE) else { return };
        let operation = news.operation();
        // A rule looks at every record, whoever writes.
        let everywhere = news.actor.clone().trusted();
        let rule = |rule: &Rule| {
            let session = Session { base, actor: &everywhere, now: news.now };
            rule.operations.contains(&operation)
                && base.dictionary.is_a(&record.class, &rule.table)
                && (rule.when.is_empty() || meets(session, &record.class, record, &parse(&rule.when)))
        };
        if !webhook.tables.iter().any(rule) {
            return;
        }
        let changed = news.changed(base, record, &webhook.value_fields);
        if operation == Operation::Update && changed.is_empty() {
            return;
        }
        let instance = base.store.find(base.dictionary, "sys_properties", "name", "instance_name");
        let instance = instance.map_or("", |row| row.get("value")).to_owned();
        let delivery = store.fresh_id("x_drwb_delivery");
        let number = Some(record.get("number")).filter(|number| !number.is_empty());
        let body = json!({
            "v": 1,
            "delivery_id": delivery,
            "instance": instance,
            "table": record.class,
            "class_name": record.class,
            "sys_id": record.id(),
            "number": number,
            "operation": operation.name(),
            "mod_count": record.get("sys_mod_count"),
            "updated_on": record.get("sys_updated_on"),
            "actor": news.actor.user_name,
            "changed": changed,
        });
        let row = row(store, news, &delivery, &ascii(&body.to_string()));
        self.queue.add(news.now, Letter { row: row.id().to_owned(), copy: false });
        store.put(row);
        purge(store, dictionary, news.now);
    }

    /// Begins to send the next row that is due.
    pub(crate) fn begin(&mut self, base: Base<'_>, now: Timestamp) -> Option<(u64, Parcel)> {
        loop {
            let webhook = self.webhook.as_mut()?;
            let entry = self.queue.begin(now, webhook.mischief.reversed)?;
            let Some(row) = base.store.get(base.dictionary, TABLE, &entry.letter.row) else {
                // Somebody deleted the row, and with it the delivery.
                self.queue.end(entry.number, None);
                continue;
            };
            let wrong = webhook.mischief.wrong_signatures > 0;
            webhook.mischief.wrong_signatures = webhook.mischief.wrong_signatures.saturating_sub(1);
            if !entry.letter.copy && webhook.mischief.duplicates > 0 {
                webhook.mischief.duplicates -= 1;
                let copy = Letter { copy: true, ..entry.letter.clone() };
                self.queue.add(now, copy);
            }
            return Some((entry.number, parcel(webhook, row, now, wrong)));
        }
    }

    /// Learns what became of a sending and writes it into the row.
    pub(crate) fn end(&mut self, store: &mut Store, now: Timestamp, sent: (u64, Parcel, Outcome)) {
        let (number, parcel, outcome) = sent;
        let entry = self.queue.waiting().iter().find(|entry| entry.number == number);
        let Some((letter, attempts)) = entry.map(|entry| (entry.letter.clone(), entry.attempts)) else {
            return;
        };
        let (state, again) = verdict(&outcome, attempts, now);
        let again = again.filter(|_| !letter.copy);
        self.queue.end(number, again);
        let dictionary = Dictionary::embedded();
        let row = store.get(dictionary, TABLE, &letter.row).filter(|_| !letter.copy);
        if let Some(mut row) = row.cloned() {
            let count = row.get("sys_mod_count").parse::<u64>().unwrap_or(0) + 1;
            let result = format!("{} {}", outcome.status.unwrap_or(0), outcome.error);
            row.set("state", state);
            row.set("attempts", attempts.to_string());
            row.set("last_result", result.chars().take(RESULT_MAX).collect::<String>());
            row.set("next_at", again.map_or_else(|| row.get("next_at").to_owned(), stamp::raw));
            row.set("sys_mod_count", count.to_string());
            row.set("sys_updated_by", "system");
            row.set("sys_updated_on", stamp::raw(now));
            store.put(row);
        }
        let Parcel { method, url, headers, body } = parcel;
        let Outcome { status, error, .. } = outcome;
        self.queue.note(Attempt {
            number,
            at: now,
            attempt: attempts,
            method,
            url,
            headers,
            body,
            status,
            error,
        });
    }
}

impl News<'_> {
    fn operation(&self) -> Operation {
        match (self.before, self.after) {
            (None, _) => Operation::Insert,
            (_, None) => Operation::Delete,
            _ => Operation::Update,
        }
    }

    /// The fields that differ; all filled ones on an insert, every one on a delete.
    fn changed(&self, base: Base<'_>, record: &Record, shown: &[String]) -> Vec<Value> {
        let Some(table) = base.dictionary.table(&record.class) else { return Vec::new() };
        let value = |record: &Record, name: &str| match record.get(name) {
            "" => Value::Null,
            value => json!(value),
        };
        let is_news = |name: &str| match self.operation() {
            Operation::Insert => !record.get(name).is_empty() || self.notes.contains(&name),
            Operation::Update => {
                self.before.is_some_and(|before| before.get(name) != record.get(name))
                    || self.notes.contains(&name)
            }
            Operation::Delete => true,
        };
        let names =
            table.fields.keys().filter(|name| !name.starts_with("sys_") && !SECRETS.contains(&name.as_str()));
        let item = |name: &String| {
            let mut item = Map::new();
            item.insert("field".to_owned(), json!(name));
            if shown.contains(name) {
                item.insert("to".to_owned(), value(record, name));
                if let Some(before) = self.before {
                    item.insert("from".to_owned(), value(before, name));
                }
            }
            Value::Object(item)
        };
        names.filter(|name| is_news(name)).map(item).collect()
    }
}

/// A row of the outbox, written in the same breath as the change it tells of.
fn row(store: &mut Store, news: &News<'_>, delivery: &str, body: &str) -> Record {
    let now = stamp::raw(news.now);
    let mut row = Record::new(TABLE);
    row.set("sys_id", store.fresh_id(TABLE));
    for (field, value) in [
        ("delivery_id", delivery),
        ("body", body),
        ("state", "ready"),
        ("attempts", "0"),
        ("next_at", &now),
        ("sys_created_by", &news.actor.user_name),
        ("sys_updated_by", &news.actor.user_name),
        ("sys_created_on", &now),
        ("sys_updated_on", &now),
        ("sys_mod_count", "0"),
    ] {
        row.set(field, value);
    }
    row
}

/// The request: `v1.<seconds>.<delivery>.<body>` is what the signature covers.
fn parcel(webhook: &Webhook, row: &Record, now: Timestamp, wrong: bool) -> Parcel {
    let (seconds, delivery, body) = (now.as_second().to_string(), row.get("delivery_id"), row.get("body"));
    let key = if wrong { format!("not {}", webhook.key) } else { webhook.key.clone() };
    let signature = hmac_sha256(key.as_bytes(), format!("v1.{seconds}.{delivery}.{body}").as_bytes());
    let headers = [
        ("Content-Type", "application/json".to_owned()),
        ("X-Drawbridge-Key", webhook.key_id.clone()),
        ("X-Drawbridge-Timestamp", seconds),
        ("X-Drawbridge-Delivery", delivery.to_owned()),
        ("X-Drawbridge-Signature", format!("v1={signature}")),
    ];
    Parcel {
        method: "POST".to_owned(),
        url: webhook.url.clone(),
        headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        body: body.to_owned(),
    }
}

/// What the row becomes, and when it is tried again.
fn verdict(outcome: &Outcome, attempts: u32, now: Timestamp) -> (&'static str, Option<Timestamp>) {
    match outcome.status {
        Some(200..300) => ("sent", None),
        Some(status @ 400..500) if status != 408 && status != 429 => ("dead", None),
        _ => match SCHEDULE.wait_secs(attempts) {
            None => ("dead", None),
            Some(seconds) => {
                let wait = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
                ("ready", now.checked_add(wait).ok())
            }
        },
    }
}

/// Only ASCII, so that the encoding of what is signed cannot differ from what arrives.
fn ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for character in text.chars() {
        if character < '\u{7f}' {
            ascii.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            ascii.push_str(&format!("\\u{unit:04x}"));
        }
    }
    ascii
}

/// Removes rows that were sent long ago.
fn purge(store: &mut Store, dictionary: &Dictionary, now: Timestamp) {
    let Ok(limit) = now.checked_sub(SignedDuration::from_hours(24 * KEPT_DAYS)) else { return };
    let limit = stamp::raw(limit);
    let sent = store.having(dictionary, TABLE, "state", "sent");
    let old: Vec<String> = sent
        .filter(|row| row.get("sys_updated_on") < limit.as_str())
        .map(|row| row.id().to_owned())
        .collect();
    for id in old {
        store.remove(TABLE, &id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_ascii_and_reads_back() {
        let text = r#"{"name":"Bjørn 🙂"}"#;
        assert_eq!(ascii(text), r#"{"name":"Bj\u00f8rn \ud83d\ude42"}"#);
        let back: Value = serde_json::from_str(&ascii(text)).unwrap();
        assert_eq!(back["name"], "Bjørn 🙂");
    }

    #[test]
    fn success_is_sent_refusal_is_dead_and_trouble_waits_longer_each_time() {
        let now = Timestamp::UNIX_EPOCH;
        let outcome = |status| Outcome { status, ..Outcome::default() };
        let check = |status, attempts, expected: (&str, Option<i64>)| {
            let (state, again) = verdict(&outcome(status), attempts, now);
            assert_eq!((state, again.map(Timestamp::as_second)), expected, "{status:?} after {attempts}");
        };
        check(Some(202), 1, ("sent", None));
        check(Some(401), 1, ("dead", None));
        check(Some(429), 1, ("ready", Some(10)));
        check(Some(503), 2, ("ready", Some(20)));
        check(Some(302), 3, ("ready", Some(40)));
        check(None, 12, ("ready", Some(3_600)));
        check(None, 20, ("dead", None));
    }
}
