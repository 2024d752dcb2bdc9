//! Rules of rows that define tables and columns: the names they get, each once, and the row of a new
//! table as a whole.
//!
//! What is called nothing is called after its label, with the letter of what a customer adds in front.
//! Source: ServiceNow, "Create a table", "Add and customize a field in a table".

use crate::servicenow::refusal::Refusal;
use crate::servicenow::rules::draft::{Consequence, Draft, Stored};

const PREFIX: &str = "u_";

pub(crate) fn before(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    if draft.before.is_some() {
        return Ok(());
    }
    let (name, label) = match draft.after.class.as_str() {
        "sys_db_object" => ("name", "label"),
        _ => ("element", "column_label"),
    };
    if draft.get(name).is_empty() && draft.get("internal_type") != "collection" {
        let words = draft.get(label).to_lowercase().replace(|one: char| !one.is_ascii_alphanumeric(), "_");
        let words = words.trim_matches('_');
        if !words.is_empty() {
            let called = format!("{PREFIX}{words}");
            draft.after.set(name, called);
        }
    }
    let dictionary = draft.base.dictionary;
    let (table, element) = (draft.get("name"), draft.get("element"));
    let taken = match draft.after.class.as_str() {
        "sys_db_object" => dictionary.table(table).is_some(),
        _ => dictionary.field(table, element).is_some(),
    };
    let value = if element.is_empty() { table.to_owned() } else { format!("{table}-{element}") };
    if taken { Err(Refusal::Duplicate { value, key: "name".to_owned() }) } else { Ok(()) }
}

/// A new table comes with the row of `sys_dictionary` that stands for it as a whole.
pub(crate) fn after(stored: Stored<'_>) -> Vec<Consequence> {
    if stored.before.is_some() || stored.after.class != "sys_db_object" {
        return Vec::new();
    }
    let (name, label) = (stored.after.get("name"), stored.after.get("label"));
    let set = [("name", name), ("column_label", label), ("internal_type", "collection")];
    vec![Consequence::create("sys_dictionary", &set)]
}
