//! The records of the instance: kept by class and `sys_id`, with number sequences and fresh ids.
//!
//! Owns storage and look-up only. Rules, roles and stamps are applied by whoever writes here.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::ids;
use crate::servicenow::dictionary::Dictionary;
use crate::servicenow::platform;
use crate::servicenow::rows::Rows;

pub(crate) use crate::servicenow::record::Record;

/// What the first record of a table with numbers is called after its prefix.
const FIRST_NUMBER: u64 = 10_001;

/// Most writes held back at one time; further ones are seen at once.
const HELD_BACK_MAX: usize = 10_000;

/// Every record of the instance.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Dump")]
pub(crate) struct Store {
    /// Classes somebody wrote to; the others have the rows every instance has.
    classes: BTreeMap<String, Rows>,
    numbers: BTreeMap<String, u64>,
    issued: BTreeMap<String, u64>,
    /// How long writes to a table stay unseen by others, in milliseconds.
    delays: BTreeMap<String, u32>,
    held_back: Vec<HeldBack>,
    disorder: Disorder,
}

/// Whether lists without an order come in another order each time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Disorder {
    pub(crate) shuffled: bool,
    /// Counts requests while it is so.
    turn: u64,
}

/// A write that others do not see yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct HeldBack {
    due: Timestamp,
    class: String,
    id: String,
    /// What others see until then; nothing before an insert.
    seen: Option<Record>,
}

/// The store as it is read back: the rows of each class in the order of `sys_id`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dump {
    records: BTreeMap<String, Vec<Record>>,
    numbers: BTreeMap<String, u64>,
    issued: BTreeMap<String, u64>,
    delays: BTreeMap<String, u32>,
    held_back: Vec<HeldBack>,
    disorder: Disorder,
}

/// The same as it is written. A state is written often and may be large, so nothing is copied for it.
#[derive(Serialize)]
struct Written<'a> {
    records: BTreeMap<&'a str, Vec<&'a Record>>,
    numbers: &'a BTreeMap<String, u64>,
    issued: &'a BTreeMap<String, u64>,
    delays: &'a BTreeMap<String, u32>,
    held_back: &'a [HeldBack],
    disorder: &'a Disorder,
}

impl Serialize for Store {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let records = self.classes.iter().map(|(class, rows)| (class.as_str(), rows.values().collect()));
        let written = Written {
            records: records.collect(),
            numbers: &self.numbers,
            issued: &self.issued,
            delays: &self.delays,
            held_back: &self.held_back,
            disorder: &self.disorder,
        };
        written.serialize(serializer)
    }
}

impl From<Dump> for Store {
    fn from(dump: Dump) -> Self {
        let mut classes = BTreeMap::new();
        for (class, records) in dump.records {
            let mut rows = Rows::of(&class);
            for mut record in records {
                record.class.clone_from(&class);
                rows.put(record);
            }
            classes.insert(class, rows);
        }
        let Dump { numbers, issued, delays, held_back, disorder, .. } = dump;
        Self { classes, numbers, issued, delays, held_back, disorder }
    }
}

impl Store {
    fn rows(&self, class: &str) -> Option<&Rows> {
        self.classes.get(class).or_else(|| platform::rows(class))
    }

    fn rows_mut(&mut self, class: &str) -> &mut Rows {
        self.classes
            .entry(class.to_owned())
            .or_insert_with(|| platform::rows(class).cloned().unwrap_or_else(|| Rows::of(class)))
    }

    /// Whether the class has rows of this instance's own, not only those every instance has.
    pub(crate) fn is_written(&self, class: &str) -> bool {
        self.classes.contains_key(class)
    }

    /// The record of that id in the table or one that extends it.
    pub(crate) fn get(&self, dictionary: &Dictionary, table: &str, id: &str) -> Option<&Record> {
        dictionary.family(table).iter().find_map(|class| self.rows(class)?.get(id))
    }

    /// Every record of a table and of those that extend it, by class and `sys_id`.
    pub(crate) fn all<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        table: &'a str,
    ) -> impl Iterator<Item = &'a Record> {
        dictionary.family(table).iter().filter_map(|class| self.rows(class)).flat_map(Rows::values)
    }

    /// The first record of a table whose field has that value.
    pub(crate) fn find<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        table: &'a str,
        field: &'a str,
        value: &'a str,
    ) -> Option<&'a Record> {
        self.having(dictionary, table, field, value).next()
    }

    /// The records of a table whose field has exactly that value, by class and `sys_id`.
    ///
    /// Fast for the columns the data names as indexes; others are looked through.
    pub(crate) fn having<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        table: &'a str,
        field: &'a str,
        value: &'a str,
    ) -> impl Iterator<Item = &'a Record> {
        let classes = dictionary.family(table).iter().filter_map(|class| self.rows(class));
        classes.flat_map(move |rows| rows.having(field, value))
    }

    /// The records of a table whose field has that value in upper or lower case.
    pub(crate) fn having_any_case<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        table: &'a str,
        field: &'a str,
        value: &'a str,
    ) -> impl Iterator<Item = &'a Record> {
        let classes = dictionary.family(table).iter().filter_map(|class| self.rows(class));
        classes.flat_map(move |rows| rows.having_any_case(field, value))
    }

    /// Stores a record under its `sys_id`, over what was there.
    pub(crate) fn put(&mut self, record: Record) {
        let class = record.class.clone();
        self.rows_mut(&class).put(record);
    }

    pub(crate) fn remove(&mut self, class: &str, id: &str) {
        if self.rows(class).is_some_and(|rows| rows.get(id).is_some()) {
            self.rows_mut(class).remove(id);
        }
    }

    /// Removes the rows of a table that a test picks.
    pub(crate) fn remove_where(&mut self, class: &str, unwanted: impl Fn(&Record) -> bool) {
        let rows = self.rows(class).into_iter().flat_map(Rows::values).filter(|record| unwanted(record));
        let gone: Vec<String> = rows.map(|record| record.id().to_owned()).collect();
        for id in gone {
            self.remove(class, &id);
        }
    }

    /// Removes the rows of a table whose field has that value.
    pub(crate) fn remove_having(&mut self, class: &str, field: &str, value: &str) {
        let Some(rows) = self.rows(class) else { return };
        let gone: Vec<String> = rows.having(field, value).map(|record| record.id().to_owned()).collect();
        for id in gone {
            self.remove(class, &id);
        }
    }

    /// Removes every row of a table.
    pub(crate) fn remove_all(&mut self, class: &str) {
        let gone: Vec<String> = self
            .rows(class)
            .into_iter()
            .flat_map(|rows| rows.values())
            .map(|record| record.id().to_owned())
            .collect();
        for id in gone {
            self.remove(class, &id);
        }
    }

    /// An id no record has had: the same one in every run that made the same records before.
    pub(crate) fn fresh_id(&mut self, table: &str) -> String {
        let issued = self.issued.entry(table.to_owned()).or_default();
        *issued += 1;
        ids::hex32(table, &format!("#{issued}"))
    }

    /// The same, in a table that keeps its newest rows only: the one that many ids ago goes.
    pub(crate) fn fresh_id_among(&mut self, table: &str, most: u64) -> String {
        let issued = self.issued.get(table).copied().unwrap_or_default();
        if let Some(oldest) = (issued + 1).checked_sub(most).filter(|oldest| *oldest > 0) {
            self.remove(table, &ids::hex32(table, &format!("#{oldest}")));
        }
        self.fresh_id(table)
    }

    /// The next number of a table, such as `INC0010042`.
    pub(crate) fn next_number(&mut self, prefix: &str) -> String {
        let next = self.numbers.entry(prefix.to_owned()).or_insert(FIRST_NUMBER);
        let number = format!("{prefix}{next:07}");
        *next += 1;
        number
    }

    /// How many rows every table with rows has.
    pub(crate) fn counts(&self, hidden: &[&str]) -> Value {
        let tables =
            self.classes.iter().filter(|(class, rows)| !rows.is_empty() && !hidden.contains(&class.as_str()));
        Value::Object(tables.map(|(class, rows)| (class.clone(), rows.len().into())).collect::<Map<_, _>>())
    }

    /// Every table with rows of its own, each a list in the order of `sys_id`. Tables nobody wrote to are left out.
    pub(crate) fn dump(&self, hidden: &[&str]) -> Value {
        let tables =
            self.classes.iter().filter(|(class, rows)| !rows.is_empty() && !hidden.contains(&class.as_str()));
        let tables =
            tables.map(|(class, rows)| (class.clone(), rows.values().map(Record::to_json).collect()));
        Value::Object(tables.collect::<Map<_, _>>())
    }
}

/// Writes that become visible late: stamped when they run, seen when they commit.
impl Store {
    /// From now on writes to the table are seen this many milliseconds late; zero ends it.
    pub(crate) fn delay(&mut self, table: &str, milliseconds: u32) {
        if milliseconds == 0 {
            self.delays.remove(table);
        } else {
            self.delays.insert(table.to_owned(), milliseconds);
        }
    }

    /// The tables whose writes are seen late, with the milliseconds.
    pub(crate) fn delays(&self) -> &BTreeMap<String, u32> {
        &self.delays
    }

    /// Keeps a write that was just stored from being seen, if its table is written to slowly.
    pub(crate) fn hold_back(&mut self, seen: Option<&Record>, stored: &Record, now: Timestamp) {
        let Some(&milliseconds) = self.delays.get(&stored.class) else { return };
        if self.held_back.len() >= HELD_BACK_MAX {
            return;
        }
        let due =
            now.checked_add(SignedDuration::from_millis(i64::from(milliseconds))).unwrap_or(Timestamp::MAX);
        // A second write to a record that is still held back does not uncover the first.
        let earlier = self.held_back.iter().find(|one| one.class == stored.class && one.id == stored.id());
        let seen = earlier.map_or_else(|| seen.cloned(), |earlier| earlier.seen.clone());
        self.held_back.push(HeldBack { due, class: stored.class.clone(), id: stored.id().to_owned(), seen });
    }

    /// Whether others do not know yet that there is such a record.
    pub(crate) fn is_unseen(&self, class: &str, id: &str) -> bool {
        let first = self.held_back.iter().find(|one| one.class == class && one.id == id);
        first.is_some_and(|first| first.seen.is_none())
    }

    /// A further request: writes whose time has come are seen, and another order may be due.
    pub(crate) fn next_request(&mut self, now: Timestamp) {
        self.held_back.retain(|one| one.due > now);
        self.disorder.turn += u64::from(self.disorder.shuffled);
    }

    /// From now on lists without an order come in another order each time, or no longer.
    pub(crate) fn shuffle(&mut self, shuffled: bool) {
        self.disorder = Disorder { shuffled, turn: 0 };
    }

    pub(crate) fn is_shuffled(&self) -> bool {
        self.disorder.shuffled
    }

    /// Where a record stands in a list without an order, if such lists are shuffled.
    pub(crate) fn lot(&self, record: &Record) -> Option<String> {
        let turn = self.disorder.turn;
        self.disorder.shuffled.then(|| ids::hex32("lot", &format!("{turn}/{}", record.id())))
    }

    /// Takes what is held back out of sight and gives what `show_again` needs; nothing where all is visible.
    pub(crate) fn hide(&mut self) -> Vec<(String, String, Option<Record>)> {
        let held: Vec<HeldBack> = self.held_back.clone();
        let mut hidden = Vec::new();
        for one in held {
            let now = self.rows(&one.class).and_then(|rows| rows.get(&one.id)).cloned();
            match one.seen {
                Some(seen) => self.put(seen),
                None => self.remove(&one.class, &one.id),
            }
            hidden.push((one.class, one.id, now));
        }
        hidden
    }

    /// Undoes `hide`.
    pub(crate) fn show_again(&mut self, hidden: Vec<(String, String, Option<Record>)>) {
        // The first entry of a record holds what is stored; later ones saw it hidden already.
        for (class, id, stored) in hidden.into_iter().rev() {
            match stored {
                Some(record) => self.put(record),
                None => self.remove(&class, &id),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, title: &str) -> Record {
        let mut record = Record::new("incident");
        record.set("sys_id", id);
        record.set("short_description", title);
        record
    }

    #[test]
    fn tables_nobody_wrote_to_are_not_dumped_and_a_dump_reads_back() {
        let dictionary = Dictionary::embedded();
        let mut store = Store::default();
        assert!(store.all(dictionary, "sys_metadata").count() > 500);
        store.put(record("1", "a"));
        store.next_number("INC");
        store.remove_having("sys_choice", "name", "problem");
        let text = serde_json::to_string(&store).unwrap();
        let back: Store = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
        assert!(!text.contains("\"sys_dictionary\":"));
        assert!(back.find(dictionary, "sys_choice", "name", "problem").is_none());
        assert!(back.find(dictionary, "sys_choice", "name", "incident").is_some());
    }

    #[test]
    fn a_slow_write_is_seen_when_its_time_has_come() {
        let dictionary = Dictionary::embedded();
        let mut store = Store::default();
        let now = Timestamp::UNIX_EPOCH;
        store.put(record("1", "old"));
        store.delay("incident", 1_000);
        for (id, title) in [("1", "new"), ("2", "first"), ("1", "newer")] {
            let seen = store.get(dictionary, "incident", id).cloned();
            store.put(record(id, title));
            store.hold_back(seen.as_ref(), &record(id, title), now);
        }
        let title = |store: &Store, id: &str| {
            store.get(dictionary, "incident", id).map(|row| row.get("short_description").to_owned())
        };
        let hidden = store.hide();
        assert_eq!((title(&store, "1").as_deref(), title(&store, "2")), (Some("old"), None));
        store.show_again(hidden);
        assert_eq!(
            (title(&store, "1").as_deref(), title(&store, "2").as_deref()),
            (Some("newer"), Some("first"))
        );
        store.next_request(now.checked_add(SignedDuration::from_secs(1)).unwrap());
        assert!(store.hide().is_empty());
    }
}
