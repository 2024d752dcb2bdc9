//! Columns of tables written as text tables: `name | type | label | more`.
//!
//! Owns the spelling and gives each column with the keys of the longer form. A line that does not
//! fit is a mistake in the embedded data, found by a test.

use serde_json::{Map, Value, json};

use crate::servicenow::text_table;

/// The columns of a text table in their order, each as an object.
///
/// # Errors
/// The line that does not fit, and why.
pub(crate) fn read(text: &str) -> Result<Map<String, Value>, String> {
    let mut columns = Map::new();
    for row in text_table::rows(text) {
        let [name, kind, label, more @ ..] = row.as_slice() else {
            return Err(format!("{row:?} needs a name, a type and a label"));
        };
        let mut column = Map::new();
        column.insert("label".to_owned(), json!(label));
        typed(&mut column, kind).ok_or_else(|| format!("{name} has the unknown type {kind:?}"))?;
        let words = more.iter().flat_map(|more| more.split(';')).map(str::trim);
        for word in words.filter(|word| !word.is_empty()) {
            describe(&mut column, word).ok_or_else(|| format!("{name} has the unknown word {word:?}"))?;
        }
        columns.insert((*name).to_owned(), Value::Object(column));
    }
    Ok(columns)
}

/// A type, followed by the table it refers to or by its length.
fn typed(column: &mut Map<String, Value>, text: &str) -> Option<()> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let kind = match name {
        "list" => "glide_list",
        "datetime" => "glide_date_time",
        "date" => "glide_date",
        "duration" => "glide_duration",
        "string" | "integer" | "decimal" | "boolean" | "reference" | "journal_input" | "journal_list"
        | "journal" | "html" | "document_id" | "password" => name,
        _ => return None,
    };
    column.insert("type".to_owned(), json!(kind));
    if matches!(kind, "reference" | "glide_list") {
        column.insert("to".to_owned(), json!(rest.trim()));
    } else if !rest.is_empty() {
        column.insert("length".to_owned(), json!(rest.trim().parse::<usize>().ok()?));
    }
    Some(())
}

fn describe(column: &mut Map<String, Value>, word: &str) -> Option<()> {
    let (key, value) = match word.split_once('=') {
        None if matches!(word, "read_only" | "unique" | "mandatory" | "keyed") => (word, json!(true)),
        Some(("default", value)) => ("default", json!(value)),
        Some(("read", roles)) => ("read", roles.split(',').collect()),
        Some(("choices", choices)) => {
            let choice =
                |one: &str| one.split_once(':').map(|(value, label)| (value.to_owned(), json!(label)));
            ("choices", Value::Object(choices.split(',').map(choice).collect::<Option<_>>()?))
        }
        _ => return None,
    };
    column.insert(key.to_owned(), value);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_type_length_table_choices_and_flags() {
        let columns = read(
            "state | integer | State | default=1; choices=1:New,2:In Progress\n\
             caller | reference sys_user | Caller | mandatory; read=itil,admin\n\
             title | string 160 | Title",
        );
        let expected = json!({
            "state": { "label": "State", "type": "integer", "default": "1", "choices": { "1": "New", "2": "In Progress" } },
            "caller": { "label": "Caller", "type": "reference", "to": "sys_user", "mandatory": true, "read": ["itil", "admin"] },
            "title": { "label": "Title", "type": "string", "length": 160 },
        });
        assert_eq!(columns.map(Value::Object), Ok(expected));
    }

    #[test]
    fn a_line_that_does_not_fit_is_named() {
        for text in [
            "a | string",
            "a | text | A",
            "a | string x | A",
            "a | string | A | odd",
            "a | string | A | choices=1",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
