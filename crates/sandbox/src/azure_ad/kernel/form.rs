//! What an object inside a request body may look like, and how it is merged into what is there.
//!
//! Pure. Kinds with nested properties describe them with a `Form`; whatever fits can be shown again as it was sent.
//!
//! Source: microsoft-graph.md section 6.5: nested objects are merged property by property, lists are replaced.

use serde_json::{Map, Value};

use crate::span::Span;

/// Shape of one value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// A text; the flag says whether it may be null.
    Text(bool),
    Flag(bool),
    Number,
    /// An instant or null.
    Instant,
    /// A span in the form `PT8H` or `P14D`, or null.
    Duration,
    /// One of some texts; the flag says whether it may be null.
    Member(&'static [&'static str], bool),
    Texts,
    Members(&'static [&'static str]),
    /// An object or null.
    Part(&'static [(&'static str, Form)]),
    /// An object that must be there.
    Whole(&'static [(&'static str, Form)]),
    /// A list of objects.
    Parts(&'static [(&'static str, Form)]),
    /// Anything that is an object or null.
    Open,
}

/// When something ends: of a role request and of a request for an access package.
const EXPIRATION: &[(&str, Form)] = &[
    ("type", Form::Member(&["notSpecified", "noExpiration", "afterDateTime", "afterDuration"], true)),
    ("endDateTime", Form::Instant),
    ("duration", Form::Duration),
];

/// From when until when, of the same.
pub(crate) const SCHEDULE: &[(&str, Form)] = &[
    ("startDateTime", Form::Instant),
    ("recurrence", Form::Part(&[])),
    ("expiration", Form::Part(EXPIRATION)),
];

/// Reads the properties of an object: each must be known and fit. Annotations pass; names come out as the service
/// spells them.
///
/// # Errors
/// A sentence that names the property.
pub(crate) fn read(
    sent: &Map<String, Value>,
    form: &'static [(&'static str, Form)],
) -> Result<Map<String, Value>, String> {
    let mut read = Map::new();
    for (name, value) in sent {
        if name.starts_with('@') || name.contains("@odata") {
            // A type inside an object belongs to it; links do not.
            if name == "@odata.type" {
                let text = value.as_str().ok_or("The value of '@odata.type' is not a text.")?;
                read.insert(name.clone(), text.into());
            }
            continue;
        }
        let known = form.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (known, form) =
            known.ok_or_else(|| format!("The property '{name}' does not exist or cannot be set."))?;
        read.insert((*known).to_owned(), value_of(known, value, *form)?);
    }
    Ok(read)
}

fn value_of(name: &str, value: &Value, form: Form) -> Result<Value, String> {
    let wrong = || format!("Invalid value specified for property '{name}'.");
    let text = |value: &Value| value.as_str().map(Value::from).ok_or_else(wrong);
    let member = |value: &Value, all: &[&str]| {
        let sent = value.as_str().ok_or_else(wrong)?;
        let known = all.iter().find(|known| known.eq_ignore_ascii_case(sent));
        known.map(|known| Value::from(*known)).ok_or_else(wrong)
    };
    let list = |each: &dyn Fn(&Value) -> Result<Value, String>| {
        let items = value.as_array().ok_or_else(wrong)?;
        items.iter().map(each).collect::<Result<Vec<_>, _>>().map(Value::Array)
    };
    let object = |value: &Value, form| read(value.as_object().ok_or_else(wrong)?, form).map(Value::Object);
    match form {
        Form::Text(true) | Form::Flag(true) | Form::Member(_, true) if value.is_null() => Ok(Value::Null),
        Form::Number | Form::Instant | Form::Duration | Form::Part(_) | Form::Open if value.is_null() => {
            Ok(Value::Null)
        }
        Form::Text(_) => text(value),
        Form::Flag(_) => value.as_bool().map(Value::from).ok_or_else(wrong),
        Form::Number => {
            value.as_i64().filter(|number| i32::try_from(*number).is_ok()).map(Value::from).ok_or_else(wrong)
        }
        Form::Instant => {
            let readable = value.as_str().filter(|text| text.parse::<jiff::Timestamp>().is_ok());
            readable.map(Value::from).ok_or_else(wrong)
        }
        Form::Duration => {
            let readable =
                value.as_str().filter(|text| text.starts_with('P') && text.parse::<Span>().is_ok());
            readable.map(Value::from).ok_or_else(wrong)
        }
        Form::Member(all, _) => member(value, all),
        Form::Texts => list(&text),
        Form::Members(all) => list(&|value| member(value, all)),
        Form::Part(form) | Form::Whole(form) => object(value, form),
        Form::Parts(form) => list(&|value| object(value, form)),
        Form::Open => value.as_object().map(|open| Value::Object(open.clone())).ok_or_else(wrong),
    }
}

/// Puts what was read over what is there: objects property by property, everything else as a whole.
pub(crate) fn merge(old: &Value, new: Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let mut merged = old.clone();
            for (name, value) in new {
                let before = merged.get(&name).cloned().unwrap_or(Value::Null);
                merged.insert(name, merge(&before, value));
            }
            Value::Object(merged)
        }
        (_, new) => new,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_merged_and_lists_replaced() {
        let old = json!({ "users": { "include": ["a"], "exclude": ["b"] }, "apps": null });
        let new = json!({ "users": { "exclude": ["c"] }, "apps": { "all": true } });
        let merged = json!({ "users": { "include": ["a"], "exclude": ["c"] }, "apps": { "all": true } });
        assert_eq!(merge(&old, new), merged);
        assert_eq!(merge(&old, json!({ "users": null })), json!({ "users": null, "apps": null }));
    }

    #[test]
    fn only_what_fits_is_read() {
        const INNER: &[(&str, Form)] = &[("names", Form::Texts), ("size", Form::Number)];
        const FORM: &[(&str, Form)] = &[
            ("state", Form::Member(&["on", "off"], false)),
            ("inner", Form::Part(INNER)),
            ("whole", Form::Whole(INNER)),
            ("at", Form::Instant),
        ];
        let check = |sent: Value, fits: bool| {
            assert_eq!(read(sent.as_object().unwrap(), FORM).is_ok(), fits, "{sent}");
        };
        check(
            json!({ "State": "ON", "inner": null, "@odata.type": "#x", "at": "2026-01-05T08:00:00Z" }),
            true,
        );
        check(json!({ "inner": { "names": ["a"], "size": 3 } }), true);
        for refused in [
            json!({ "state": "broken" }),
            json!({ "state": null }),
            json!({ "whole": null }),
            json!({ "inner": [] }),
            json!({ "inner": { "names": [1] } }),
            json!({ "inner": { "names": "a" } }),
            json!({ "inner": { "size": "3" } }),
            json!({ "inner": { "other": 1 } }),
            json!({ "at": "soon" }),
            json!({ "other": 1 }),
        ] {
            check(refused, false);
        }
    }
}
