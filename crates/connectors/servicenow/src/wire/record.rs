//! Records of any table on the wire: how they are asked for, created, changed and read.
//!
//! Every request asks for raw and display values and for named fields only; every row of a list is
//! checked against the query that found it.

use std::collections::BTreeMap;

use drawbridge_sdk::{Answer, Error, Fault, Method, Reader, Request};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Number, Value};

use crate::ServiceNow;
use crate::query::{Query, is_sys_id, is_table};

/// One field of a record: the stored value and what people see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) value: String,
    pub(crate) display: String,
}

/// The fields of one record that were asked for and that the integration user may see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) cells: BTreeMap<String, Cell>,
}

impl Record {
    /// The stored value; none for a field that does not exist or is hidden.
    pub(crate) fn value(&self, field: &str) -> Option<&str> {
        self.cells.get(field).map(|cell| cell.value.as_str())
    }

    /// The stored value where it is not empty.
    pub(crate) fn filled(&self, field: &str) -> Option<String> {
        self.value(field).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// The stored value of a field that every record has.
    ///
    /// # Errors
    /// `Refused` CN010 where it is missing.
    pub(crate) fn need(&self, field: &str) -> Result<String, Error> {
        self.filled(field).ok_or_else(|| {
            let fault = Fault::new("CN010", format!("ServiceNow answered with a record without `{field}`"));
            Error::Refused(fault.help("the integration user may not be allowed to read this field"))
        })
    }

    fn of(fields: &Map<String, Value>) -> Self {
        let cells = fields.iter().map(|(name, value)| (name.clone(), Cell::of(value))).collect();
        Self { cells }
    }
}

impl Cell {
    /// Reads every shape that fields come in: pairs, references, plain texts, and typed values of
    /// scripted APIs.
    fn of(value: &Value) -> Self {
        match value {
            Value::Object(pair) => {
                let text = |name: &str| pair.get(name).map(text_of);
                let value = text("value").unwrap_or_default();
                Self { display: text("display_value").unwrap_or_else(|| value.clone()), value }
            }
            plain => Self { value: text_of(plain), display: text_of(plain) },
        }
    }
}

/// A value that an author gives for a field.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Scalar {
    /// Text, as it is stored.
    Text(String),
    /// Stored as `true` or `false`.
    Flag(bool),
    /// Stored as its digits.
    Number(Number),
}

impl Scalar {
    /// The text that ServiceNow stores for it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// The instant that a stored date-time means: UTC, to the second.
///
/// Source: `docs/reference/servicenow.md`, time.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let civil = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// A JSON value as ServiceNow stores it: everything is text, null is empty.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Refuses what cannot name a table.
///
/// # Errors
/// `Refused` CN014.
pub(crate) fn check_table(table: &str) -> Result<(), Error> {
    if is_table(table) {
        return Ok(());
    }
    Err(Error::refused("CN014", format!("`{table}` is not the name of a table")))
}

/// Refuses what cannot name a record.
///
/// # Errors
/// `Refused` CN014.
pub(crate) fn check_sys_id(sys_id: &str) -> Result<(), Error> {
    if is_sys_id(sys_id) {
        return Ok(());
    }
    let fault = Fault::new("CN014", format!("`{sys_id}` is not a `sys_id`"));
    Err(Error::Refused(
        fault.help("records are named by their `sys_id`, 32 hex digits, not by number or name"),
    ))
}

fn table(method: Method, table: &str, sys_id: Option<&str>) -> Result<Request, Error> {
    check_table(table)?;
    let segments: Vec<&str> = ["api", "now", "table", table].into_iter().chain(sys_id).collect();
    Ok(Request::new(method, &segments)
        .query("sysparm_display_value", "all")
        .query("sysparm_exclude_reference_link", "true"))
}

fn fields_param<'a>(fields: impl Iterator<Item = &'a str>) -> String {
    let mut names = vec!["sys_id"];
    for field in fields {
        if !names.contains(&field) {
            names.push(field);
        }
    }
    names.join(",")
}

/// One record by its `sys_id`.
pub(crate) fn get(of: &str, sys_id: &str, fields: &[&str]) -> Result<Request, Error> {
    check_sys_id(sys_id)?;
    let request = table(Method::Get, of, Some(sys_id))?;
    Ok(request.query("sysparm_fields", fields_param(fields.iter().copied())))
}

/// A new record.
pub(crate) fn create(of: &str, fields: &Map<String, Value>) -> Result<Request, Error> {
    let request = table(Method::Post, of, None)?;
    let names = fields.keys().map(String::as_str).chain(["number"]);
    Ok(request.query("sysparm_fields", fields_param(names)).json(Value::Object(fields.clone())))
}

/// Some fields of one record; the answer holds the fields of `shown` too.
pub(crate) fn patch(
    of: &str,
    sys_id: &str,
    fields: &Map<String, Value>,
    shown: &[&str],
) -> Result<Request, Error> {
    check_sys_id(sys_id)?;
    let request = table(Method::Patch, of, Some(sys_id))?;
    let names = fields.keys().map(String::as_str).chain(shown.iter().copied());
    Ok(request.query("sysparm_fields", fields_param(names)).json(Value::Object(fields.clone())))
}

fn list(of: &str, query: &Query, fields: &[&str], limit: usize) -> Result<Request, Error> {
    let request = table(Method::Get, of, None)?;
    let names = fields.iter().copied().chain(query.fields());
    Ok(request
        .query("sysparm_query", query.text())
        .query("sysparm_fields", fields_param(names))
        .query("sysparm_limit", limit.to_string())
        .query("sysparm_no_count", "true"))
}

/// Reads the record in the answer to a single read, a creation or a change.
///
/// # Errors
/// The fault of a refusal; `Refused` CN010 for an answer without a record.
pub(crate) fn one(answer: &Answer) -> Result<Record, Error> {
    match answer.ok()?.get("result") {
        Some(Value::Object(fields)) => Ok(Record::of(fields)),
        _ => Err(Error::refused("CN010", "ServiceNow answered without the record that was asked for")),
    }
}

/// One record by its `sys_id`; none where it is missing or hidden, which cannot be told apart.
///
/// # Errors
/// What the connection said.
pub(crate) async fn fetch(
    instance: &Reader<'_, ServiceNow>,
    of: &str,
    sys_id: &str,
    fields: &[&str],
) -> Result<Option<Record>, Error> {
    let answer = instance.read(&get(of, sys_id, fields)?).await?;
    if answer.status == 404 {
        return Ok(None);
    }
    one(&answer).map(Some)
}

/// One record that must be there.
///
/// # Errors
/// `Refused` CN005 where it is missing or hidden; what the connection said.
pub(crate) async fn demand(
    instance: &Reader<'_, ServiceNow>,
    of: &str,
    sys_id: &str,
    fields: &[&str],
) -> Result<Record, Error> {
    fetch(instance, of, sys_id, fields).await?.ok_or_else(|| {
        let fault = Fault::new("CN005", format!("ServiceNow shows no record `{sys_id}` in table `{of}`"));
        let fault = fault.help("it was deleted, never existed, or the integration user may not read it");
        Error::Refused(Fault { status: Some(404), ..fault })
    })
}

/// At most `limit` records that meet a query. Each row is checked against it.
///
/// # Errors
/// `Refused` CN019 where ServiceNow did not apply the query; what the connection said.
pub(crate) async fn find(
    instance: &Reader<'_, ServiceNow>,
    of: &str,
    query: &Query,
    fields: &[&str],
    limit: usize,
) -> Result<Vec<Record>, Error> {
    let answer = instance.read(&list(of, query, fields, limit)?).await?;
    let Some(Value::Array(rows)) = answer.ok()?.get("result") else {
        return Err(Error::refused("CN010", "ServiceNow answered without the list that was asked for"));
    };
    let rows: Vec<Record> = rows.iter().filter_map(Value::as_object).map(Record::of).collect();
    match rows.iter().find_map(|row| query.unmet(|field| row.value(field))) {
        None => Ok(rows),
        Some(field) => {
            let summary = format!("ServiceNow did not apply the condition on `{field}` of table `{of}`");
            let help = "the field does not exist in this instance, or the integration user may not read it";
            Err(Error::Refused(Fault::new("CN019", summary).help(help)))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_shape_of_a_field_is_read() {
        let cell = |value: Value| (Cell::of(&value).value, Cell::of(&value).display);
        let pair = |value: &str, display: &str| (value.to_owned(), display.to_owned());
        assert_eq!(cell(json!("1")), pair("1", "1"));
        assert_eq!(cell(json!(null)), pair("", ""));
        assert_eq!(cell(json!(true)), pair("true", "true"));
        assert_eq!(cell(json!({"display_value": "New", "value": "1"})), pair("1", "New"));
        assert_eq!(cell(json!({"link": "https://x", "value": "id"})), pair("id", "id"));
        assert_eq!(cell(json!({"display_value": null, "value": 3})), pair("3", ""));
    }

    #[test]
    fn stored_times_are_utc() {
        assert_eq!(instant("2026-01-05 08:00:00").unwrap().as_second(), 1_767_600_000);
        assert_eq!(instant("05/01/2026"), None);
    }

    #[test]
    fn requests_name_their_fields_and_never_leave_the_table() {
        let id = "6816f79cc0a8016401c5a33be04be441";
        assert_eq!(
            get("incident", id, &["state", "sys_id"]).unwrap().describe(),
            "GET /api/now/table/incident/6816f79cc0a8016401c5a33be04be441?sysparm_display_value=all&sysparm_exclude_reference_link=true&sysparm_fields=sys_id,state"
        );
        assert!(get("incident", "../sys_user", &[]).is_err());
        assert!(get("incident?x", id, &[]).is_err());
        let query = Query::new().is("name", "x").unwrap();
        let request = list("sys_user_group", &query, &["manager"], 2).unwrap().describe();
        assert!(
            request.contains("sysparm_query=name=x&sysparm_fields=sys_id,manager,name&sysparm_limit=2"),
            "{request}"
        );
    }
}
