//! The rows of one class: by `sys_id`, and by the values of the columns that are searched often.
//!
//! Owns the indexes. Knows one class only.

use std::collections::{BTreeMap, BTreeSet};

use crate::servicenow::dictionary::Dictionary;
use crate::servicenow::record::Record;

/// The rows of a class.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    records: BTreeMap<String, Record>,
    indexes: Vec<Index>,
}

#[derive(Debug, Clone)]
struct Index {
    field: &'static str,
    /// Value in lower case to ids; empty values are not kept.
    ids: BTreeMap<String, BTreeSet<String>>,
}

impl Rows {
    /// No rows yet.
    pub(crate) fn of(class: &str) -> Self {
        let indexed = Dictionary::embedded().indexed(class).iter();
        let indexes = indexed.map(|field| Index { field, ids: BTreeMap::new() }).collect();
        Self { records: BTreeMap::new(), indexes }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Record> {
        self.records.get(id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The rows in the order of `sys_id`.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// Stores a record over what was there.
    pub(crate) fn put(&mut self, record: Record) {
        let id = record.id().to_owned();
        if let Some(before) = self.records.get(&id) {
            for index in &mut self.indexes {
                if before.get(index.field) != record.get(index.field) {
                    index.forget(before);
                }
            }
        }
        for index in &mut self.indexes {
            index.note(&record);
        }
        self.records.insert(id, record);
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Record> {
        let record = self.records.remove(id)?;
        for index in &mut self.indexes {
            index.forget(&record);
        }
        Some(record)
    }

    /// The rows whose field has exactly that value, in the order of `sys_id`.
    pub(crate) fn having<'a>(
        &'a self,
        field: &'a str,
        value: &'a str,
    ) -> Box<dyn Iterator<Item = &'a Record> + 'a> {
        let exact = move |record: &&Record| record.get(field) == value;
        Box::new(self.having_any_case(field, value).filter(exact))
    }

    /// The rows whose field has that value in upper or lower case, in the order of `sys_id`.
    pub(crate) fn having_any_case<'a>(
        &'a self,
        field: &'a str,
        value: &'a str,
    ) -> Box<dyn Iterator<Item = &'a Record> + 'a> {
        let lower = value.to_lowercase();
        match self.indexes.iter().find(|index| index.field == field) {
            Some(index) if !value.is_empty() => {
                let ids = index.ids.get(&lower).into_iter().flatten();
                Box::new(ids.filter_map(|id| self.records.get(id)))
            }
            _ => Box::new(self.records.values().filter(move |record| {
                let held = record.get(field);
                held == value || held.to_lowercase() == lower
            })),
        }
    }
}

impl Index {
    fn note(&mut self, record: &Record) {
        let value = record.get(self.field);
        if !value.is_empty() {
            self.ids.entry(value.to_lowercase()).or_default().insert(record.id().to_owned());
        }
    }

    fn forget(&mut self, record: &Record) {
        let value = record.get(self.field).to_lowercase();
        if let Some(ids) = self.ids.get_mut(&value) {
            ids.remove(record.id());
            if ids.is_empty() {
                self.ids.remove(&value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str, name: &str) -> Record {
        let mut record = Record::new("sys_user");
        record.set("sys_id", id);
        record.set("user_name", name);
        record
    }

    #[test]
    fn an_index_follows_every_change() {
        let mut rows = Rows::of("sys_user");
        let found = |rows: &Rows, name: &str| -> Vec<String> {
            rows.having("user_name", name).map(|record| record.id().to_owned()).collect()
        };
        rows.put(user("1", "ann"));
        rows.put(user("2", "Ann"));
        assert_eq!((found(&rows, "ann"), found(&rows, "ANN")), (vec!["1".to_owned()], Vec::new()));
        assert_eq!(rows.having_any_case("user_name", "ANN").count(), 2);
        rows.put(user("1", "bo"));
        assert_eq!((found(&rows, "ann"), found(&rows, "bo")), (Vec::new(), vec!["1".to_owned()]));
        rows.remove("1");
        rows.remove("2");
        assert_eq!(
            (found(&rows, "bo"), found(&rows, "Ann"), rows.is_empty()),
            (Vec::new(), Vec::new(), true)
        );
    }
}
