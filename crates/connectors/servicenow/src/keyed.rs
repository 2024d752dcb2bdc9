//! Records that are made with the idempotency key as their `sys_id` and `correlation_id`, so that they
//! are found again after an unknown outcome and not made twice.
//!
//! Source: `docs/reference/servicenow.md`, idempotency. The platform honours a `sys_id` that the caller
//! chooses; where an instance does not, the correlation id still finds the record.

use drawbridge_sdk::{Answer, Change, Error, Finished, IdempotencyKey, Reader, Settled};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::ServiceNow;
use crate::query::Query;
use crate::refusals::is_key_taken;
use crate::wire::record::{self, Record};

/// A record that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Made {
    /// `sys_id` of the record.
    pub(crate) sys_id: String,
    /// Number for people, such as `INC0010042`.
    pub(crate) number: String,
}

impl Made {
    fn of(record: &Record) -> Result<Self, Error> {
        Ok(Self { sys_id: record.need("sys_id")?, number: record.need("number")? })
    }
}

const KEY_FIELDS: [&str; 3] = ["sys_id", "correlation_id", "correlation_display"];

/// The fields that carry the key.
pub(crate) fn key_fields(key: &IdempotencyKey) -> Map<String, Value> {
    let values = [key.as_str(), key.as_str(), "Drawbridge"];
    KEY_FIELDS.iter().zip(values).map(|(field, value)| ((*field).to_owned(), value.into())).collect()
}

/// The record of this key, where it was made before.
///
/// # Errors
/// What the connection said.
pub(crate) async fn existing(
    instance: &Reader<'_, ServiceNow>,
    table: &str,
    key: &IdempotencyKey,
) -> Result<Option<Made>, Error> {
    if let Some(record) = record::fetch(instance, table, key.as_str(), &["number"]).await? {
        return Made::of(&record).map(Some);
    }
    // The oldest counts if an instance that changed the `sys_id` has two.
    let query = Query::new().is("correlation_id", key.as_str())?.up("sys_created_on");
    let rows = record::find(instance, table, &query, &["number"], 1).await?;
    rows.first().map(Made::of).transpose()
}

/// The change that makes a record with these fields.
///
/// # Errors
/// `Refused` CN014 for a table name that is none.
pub(crate) fn change(
    table: &str,
    summary: String,
    fields: Map<String, Value>,
    key: &IdempotencyKey,
) -> Result<Change, Error> {
    let mut change = Change::new(summary, record::create(table, &fields)?);
    for (field, value) in fields.into_iter().filter(|(field, _)| !KEY_FIELDS.contains(&field.as_str())) {
        change = change.field(&field, None, value);
    }
    change.predicted = Some(json!({ "sys_id": key.as_str() }));
    Ok(change)
}

/// A text for `short_description`, which is cut by the platform in silence where it is too long.
///
/// # Errors
/// `Refused` CN014 for an empty text.
pub(crate) fn one_line(text: &str) -> Result<String, Error> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err(Error::refused("CN014", "`short_description` is empty"));
    }
    Ok(match line.char_indices().nth(SHORT_DESCRIPTION_CHARS_MAX) {
        None => line,
        Some(_) => line.chars().take(SHORT_DESCRIPTION_CHARS_MAX - 1).chain(['…']).collect(),
    })
}

/// Source: `docs/reference/servicenow.md`, sizes.
const SHORT_DESCRIPTION_CHARS_MAX: usize = 160;

/// Reads the answer to the creation of a record with these fields. Fields of `filled` were sent too and
/// only have to hold something: references whose id the input does not show.
///
/// # Errors
/// `Unknown` where a success carries no readable record, or the key is taken: then the record is there
/// and is looked for.
pub(crate) fn finish(
    wanted: &Map<String, Value>,
    filled: &[&str],
    answer: &Answer,
) -> Result<Finished<Made>, Error> {
    if let Some(fault) = &answer.fault {
        if is_key_taken(&fault.summary) {
            return Err(Error::Unknown(fault.clone()));
        }
        return Ok(Finished::Refused(fault.clone()));
    }
    let made = record::one(answer).and_then(|record| Ok((Made::of(&record)?, record)));
    let (output, record) = made.map_err(|error| Error::Unknown(error.fault().clone()))?;
    let mut not_applied = not_applied(wanted, &record);
    let empty = filled.iter().filter(|field| record.filled(field).is_none());
    not_applied.extend(empty.map(|field| (*field).to_owned()));
    Ok(Finished::Done { output, not_applied, undo: None })
}

/// The fields that do not hold what was sent. ServiceNow drops them without a word.
pub(crate) fn not_applied(wanted: &Map<String, Value>, record: &Record) -> Vec<String> {
    let holds = |(field, value): &(&String, &Value)| record.value(field) == Some(&record::text_of(value));
    wanted.iter().filter(|pair| !holds(pair)).map(|(field, _)| field.clone()).collect()
}

/// After an unknown outcome, once it can no longer land: looks for the record.
///
/// # Errors
/// What the connection said.
pub(crate) async fn settle(
    instance: &Reader<'_, ServiceNow>,
    table: &str,
    key: &IdempotencyKey,
) -> Result<Settled<Made>, Error> {
    Ok(existing(instance, table, key).await?.map_or(Settled::DidNotHappen, Settled::Happened))
}
