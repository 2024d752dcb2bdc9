//! What changed in records of audited tables, as rows of `sys_audit`.
//!
//! Owns which changes are written down: one row for each field an update changed and for each journal
//! entry, with raw values. Inserts leave none: what a record began with can be read from it. Fields of
//! the platform are left out but for the class. Only the newest rows are kept. No rule hears of them.
//! Source: ServiceNow, "Auditing components", "Viewing Sys Audit and Audit Relationship Change tables".

use crate::servicenow::dictionary::Dictionary;
use crate::servicenow::store::{Record, Store};

const TABLE: &str = "sys_audit";
/// Most rows kept; they stay in memory.
const ROWS_MAX: u64 = 20_000;
/// Characters kept of a value.
const VALUE_MAX: usize = 4_000;
/// What the old value of a journal entry says.
const ENTRY: &str = "JOURNAL FIELD ADDITION";

/// A write that was stored.
pub(crate) struct Written<'a> {
    pub(crate) before: Option<&'a Record>,
    pub(crate) after: &'a Record,
    /// Journal entries it made.
    pub(crate) notes: &'a [(String, String)],
    /// Who and when, as stored.
    pub(crate) stamp: (&'a str, &'a str),
}

/// Writes the rows of a write.
pub(crate) fn record(dictionary: &Dictionary, store: &mut Store, written: &Written<'_>) {
    let Some(table) = dictionary.table(&written.after.class).filter(|table| table.audit) else { return };
    let mut changes: Vec<(&str, &str, &str)> = Vec::new();
    if let Some(before) = written.before {
        for name in table.fields.keys().filter(|name| !name.starts_with("sys_") || *name == "sys_class_name")
        {
            let (old, new) = (before.get(name), written.after.get(name));
            if old != new {
                changes.push((name, old, new));
            }
        }
    }
    changes.extend(written.notes.iter().map(|(name, text)| (name.as_str(), ENTRY, text.as_str())));
    let (by, at) = written.stamp;
    for (field, old, new) in changes {
        let mut row = Record::new(TABLE);
        row.set("sys_id", store.fresh_id_among(TABLE, ROWS_MAX));
        for (name, value) in [
            ("tablename", written.after.class.as_str()),
            ("documentkey", written.after.id()),
            ("fieldname", field),
            ("oldvalue", cut(old)),
            ("newvalue", cut(new)),
            ("user", by),
            ("record_checkpoint", written.after.get("sys_mod_count")),
            ("sys_created_by", by),
            ("sys_created_on", at),
        ] {
            row.set(name, value);
        }
        store.put(row);
    }
}

fn cut(value: &str) -> &str {
    value.char_indices().nth(VALUE_MAX).map_or(value, |(end, _)| &value[..end])
}
