//! One row of a table: its class and the values of its fields.
//!
//! Owns how values are kept. Knows no rule and no other row.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::Deserializer;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::servicenow::dictionary::Dictionary;

/// One row. A field without an entry is empty; the instance knows no difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The table the row belongs to, the furthest child.
    pub(crate) class: String,
    values: Values,
}

/// Values by the name of their field, sorted. Ten thousand rows share the names they have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Values(Vec<(Cow<'static, str>, Box<str>)>);

impl Record {
    pub(crate) fn new(class: &str) -> Self {
        Self { class: class.to_owned(), values: Values::default() }
    }

    /// The stored value; empty text for a field without one.
    pub(crate) fn get(&self, field: &str) -> &str {
        self.values.place(field).map_or("", |at| &self.values.0[at].1)
    }

    /// Stores a value; empty text clears the field.
    pub(crate) fn set(&mut self, field: &str, value: impl Into<String>) {
        let value: String = value.into();
        match (self.values.place(field), value.is_empty()) {
            (Ok(at), true) => {
                self.values.0.remove(at);
            }
            (Ok(at), false) => self.values.0[at].1 = value.into_boxed_str(),
            (Err(_), true) => {}
            (Err(at), false) => self.values.0.insert(at, (name(field), value.into_boxed_str())),
        }
    }

    pub(crate) fn id(&self) -> &str {
        self.get("sys_id")
    }

    /// The fields that hold something, sorted by name.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.0.iter().map(|(field, value)| (field.as_ref(), value.as_ref()))
    }

    /// The record as a JSON object of its non-empty values.
    pub(crate) fn to_json(&self) -> Value {
        let entries = self.values().map(|(field, value)| (field.to_owned(), Value::from(value)));
        Value::Object(entries.collect::<Map<_, _>>())
    }
}

fn name(field: &str) -> Cow<'static, str> {
    Dictionary::name(field).map_or_else(|| Cow::Owned(field.to_owned()), Cow::Borrowed)
}

impl Values {
    /// Where the field stands, or where it would.
    fn place(&self, field: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(name, _)| name.as_ref().cmp(field))
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (field, value) in &self.0 {
            map.serialize_entry(field, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sorted = BTreeMap::<String, Box<str>>::deserialize(deserializer)?;
        let filled = sorted.into_iter().filter(|(_, value)| !value.is_empty());
        Ok(Self(filled.map(|(field, value)| (name(&field), value)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_text_clears_and_a_record_reads_back_from_json() {
        let mut record = Record::new("incident");
        for (field, value) in [("state", "1"), ("active", "true"), ("no_such_field", "x"), ("active", "")] {
            record.set(field, value);
        }
        assert_eq!((record.get("active"), record.get("state"), record.get("number")), ("", "1", ""));
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(text, r#"{"class":"incident","values":{"no_such_field":"x","state":"1"}}"#);
        assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
    }
}
