//! What becomes of a value somebody writes into a field: kept, spelled the stored way, or dropped.
//!
//! Owns the silent drops. It stores nothing.
//! Source: reference sections 3.1 and 3.6.

use serde_json::Value;

use crate::servicenow::dictionary::{Field, Kind};
use crate::servicenow::query::evaluate::truth;
use crate::servicenow::stamp;
use crate::servicenow::walk::{self, Base};
use jiff::tz::TimeZone;

/// The property that lets unknown choice values through.
const ANY_CHOICE_PROPERTY: &str = "glide.rest.choice.allow_non_existing_value";

/// How written values are read.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// Values are what a person reads: labels, names, local times.
    pub(crate) display: bool,
    pub(crate) zone: TimeZone,
    /// Whether the write leaves its mark in the system fields: who, when, how often.
    pub(crate) stamped: bool,
}

impl Input {
    /// Values are stored values.
    pub(crate) fn raw() -> Self {
        Self { display: false, zone: TimeZone::UTC, stamped: true }
    }
}

/// A JSON value as the text a field holds; nothing for lists and objects, which no field takes.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// The value as it is stored; nothing if the platform drops it without a word.
pub(crate) fn stored(base: Base<'_>, field: &Field, value: &str, input: &Input) -> Option<String> {
    if value.is_empty() {
        // A choice with a default cannot be cleared.
        return (field.choices.is_empty() || field.default.is_empty()).then(String::new);
    }
    let value = if field.choices.is_empty() { value.to_owned() } else { choice(base, field, value, input)? };
    let value = match field.kind {
        Kind::Integer => value.trim().parse::<i64>().ok()?.to_string(),
        Kind::Decimal => {
            value.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(|_| value.trim().to_owned())?
        }
        Kind::Boolean => truth(&value)?.to_string(),
        Kind::GlideDateTime | Kind::GlideDuration => {
            let zone = if input.display { &input.zone } else { &TimeZone::UTC };
            stamp::raw(stamp::instant_in(&value, zone)?)
        }
        Kind::GlideDate => stamp::civil(&value)?.date().to_string(),
        Kind::Reference => reference(base, field, &value, input),
        Kind::Password => return None,
        _ => value,
    };
    Some(match field.length {
        Some(length) if value.chars().count() > length => value.chars().take(length).collect(),
        _ => value,
    })
}

fn choice(base: Base<'_>, field: &Field, value: &str, input: &Input) -> Option<String> {
    if input.display
        && let Some((stored, _)) = field.choices.iter().find(|(_, label)| label.eq_ignore_ascii_case(value))
    {
        return Some(stored.clone());
    }
    let any = || {
        let property = base.store.find(base.dictionary, "sys_properties", "name", ANY_CHOICE_PROPERTY);
        property.is_some_and(|row| row.get("value") == "true")
    };
    (field.choices.contains_key(value) || any()).then(|| value.to_owned())
}

/// An id is kept as it came; a name is looked up where names are expected, and must be the only one.
fn reference(base: Base<'_>, field: &Field, value: &str, input: &Input) -> String {
    let Some(table) = field.to.as_deref().filter(|_| !field.keyed) else { return value.to_owned() };
    let id_like = value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if id_like || base.store.get(base.dictionary, table, value).is_some() {
        return value.to_owned();
    }
    if !input.display {
        return String::new();
    }
    let mut named = base
        .store
        .all(base.dictionary, table)
        .filter(|record| walk::label(base, table, record.id()) == value);
    match (named.next(), named.next()) {
        (Some(one), None) => one.id().to_owned(),
        _ => String::new(),
    }
}
