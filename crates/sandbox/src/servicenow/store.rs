//! The records of the instance: kept by class and `sys_id`, with number sequences and fresh ids.
//!
//! Owns storage and look-up only. Rules, roles and stamps are applied by whoever writes here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids;
use crate::servicenow::dictionary::Dictionary;

/// What the first record of a table with numbers is called after its prefix.
const FIRST_NUMBER: u64 = 10_001;

/// One row. A field without an entry is empty; the instance knows no difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The table the row belongs to, the furthest child.
    pub(crate) class: String,
    values: BTreeMap<String, String>,
}

impl Record {
    pub(crate) fn new(class: &str) -> Self {
        Self { class: class.to_owned(), values: BTreeMap::new() }
    }

    /// The stored value; empty text for a field without one.
    pub(crate) fn get(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// Stores a value; empty text clears the field.
    pub(crate) fn set(&mut self, field: &str, value: impl Into<String>) {
        let value = value.into();
        if value.is_empty() {
            self.values.remove(field);
        } else {
            self.values.insert(field.to_owned(), value);
        }
    }

    pub(crate) fn id(&self) -> &str {
        self.get("sys_id")
    }

    /// The record as a JSON object of its non-empty values.
    pub(crate) fn to_json(&self) -> Value {
        let entries = self.values.iter().map(|(field, value)| (field.clone(), Value::String(value.clone())));
        Value::Object(entries.collect::<Map<_, _>>())
    }
}

/// Every record of the instance.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Store {
    classes: BTreeMap<String, BTreeMap<String, Record>>,
    numbers: BTreeMap<String, u64>,
    issued: BTreeMap<String, u64>,
}

impl Store {
    /// The record of that id in the table or one that extends it.
    pub(crate) fn get(&self, dictionary: &Dictionary, table: &str, id: &str) -> Option<&Record> {
        dictionary.family(table).iter().find_map(|class| self.classes.get(class)?.get(id))
    }

    /// Every record of a table and of those that extend it, by class and `sys_id`.
    pub(crate) fn all<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        table: &'a str,
    ) -> impl Iterator<Item = &'a Record> {
        dictionary.family(table).iter().filter_map(|class| self.classes.get(class)).flat_map(BTreeMap::values)
    }

    /// The first record of a table whose field has that value.
    pub(crate) fn find<'a>(
        &'a self,
        dictionary: &'a Dictionary,
        table: &'a str,
        field: &'a str,
        value: &'a str,
    ) -> Option<&'a Record> {
        self.all(dictionary, table).find(|record| record.get(field) == value)
    }

    /// Stores a record under its `sys_id`, over what was there.
    pub(crate) fn put(&mut self, record: Record) {
        let id = record.id().to_owned();
        self.classes.entry(record.class.clone()).or_default().insert(id, record);
    }

    pub(crate) fn remove(&mut self, class: &str, id: &str) {
        if let Some(rows) = self.classes.get_mut(class) {
            rows.remove(id);
        }
    }

    /// Removes the rows of a table that a test picks.
    pub(crate) fn remove_where(&mut self, class: &str, unwanted: impl Fn(&Record) -> bool) {
        if let Some(rows) = self.classes.get_mut(class) {
            rows.retain(|_, record| !unwanted(record));
        }
    }

    /// An id no record has had: the same one in every run that made the same records before.
    pub(crate) fn fresh_id(&mut self, table: &str) -> String {
        let issued = self.issued.entry(table.to_owned()).or_default();
        *issued += 1;
        ids::hex32(table, &format!("#{issued}"))
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

    /// Every table with rows, each a list in the order of `sys_id`.
    pub(crate) fn dump(&self, hidden: &[&str]) -> Value {
        let tables =
            self.classes.iter().filter(|(class, rows)| !rows.is_empty() && !hidden.contains(&class.as_str()));
        let tables =
            tables.map(|(class, rows)| (class.clone(), rows.values().map(Record::to_json).collect()));
        Value::Object(tables.collect::<Map<_, _>>())
    }
}
