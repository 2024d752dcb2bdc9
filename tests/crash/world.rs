//! What both platforms hold in the end, without what differs from run to run: ids, numbers, times.

use serde_json::{Value, json};

/// Tables that a run writes, with the fields that say what is there.
const TABLES: &[(&str, &[&str])] = &[
    ("sc_request", &["state", "request_state", "active", "requested_for"]),
    ("sc_req_item", &["state", "active", "cat_item", "approval", "short_description"]),
    ("sysapproval_approver", &["state", "approver", "source_table", "sys_updated_by"]),
    ("sc_task", &["state", "active", "assignment_group", "short_description"]),
    ("incident", &["state", "assignment_group", "short_description"]),
    ("sys_journal_field", &["element", "name", "value"]),
];

/// What a dump of the sandbox says of a run, comparable between runs.
pub(crate) fn of(dump: &Value) -> Value {
    let tables: Vec<Value> = TABLES
        .iter()
        .map(|(table, fields)| {
            let mut rows: Vec<String> =
                rows(dump, table).map(|row| picked(row, fields).to_string()).collect();
            rows.sort();
            json!({ *table: rows })
        })
        .collect();
    json!({ "servicenow": tables, "azure_ad": timeless(&dump["azure_ad"]) })
}

/// The rows of a table of the pretend ServiceNow.
pub(crate) fn rows<'a>(dump: &'a Value, table: &str) -> impl Iterator<Item = &'a Value> {
    dump["servicenow"][table].as_array().into_iter().flatten()
}

fn picked(row: &Value, fields: &[&str]) -> Value {
    fields.iter().map(|field| ((*field).to_owned(), row[*field].clone())).collect()
}

/// The same document with every time replaced.
fn timeless(value: &Value) -> Value {
    match value {
        Value::String(text) if is_time(text) => json!("a time"),
        Value::Array(items) => items.iter().map(timeless).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), timeless(value))).collect(),
        other => other.clone(),
    }
}

fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[13] == b':' && bytes[16] == b':'
}
