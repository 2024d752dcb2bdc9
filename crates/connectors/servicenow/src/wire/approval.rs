//! Approval rows on the wire: one row of `sysapproval_approver` per person who is asked.
//!
//! Source: `docs/reference/servicenow.md`, approvals.

use drawbridge_sdk::{Error, IdempotencyKey, Reader, Request};
use serde_json::{Map, Value};

use crate::ServiceNow;
use crate::query::Query;
use crate::wire::record::{self, Record};

const TABLE: &str = "sysapproval_approver";

const FIELDS: &[&str] = &[
    "approver",
    "approver.user_name",
    "state",
    "sysapproval",
    "document_id",
    "sys_updated_by",
    "sys_updated_on",
];

/// A row to be made.
pub(crate) struct NewRow<'a> {
    pub(crate) key: &'a IdempotencyKey,
    pub(crate) approver: &'a str,
    pub(crate) task: &'a str,
    pub(crate) task_table: &'a str,
    pub(crate) comment: &'a str,
}

impl NewRow<'_> {
    /// The request that asks; its `sys_id` makes a second one collide.
    pub(crate) fn request(&self) -> Result<Request, Error> {
        let mut fields = Map::new();
        for (field, value) in [
            ("sys_id", self.key.as_str()),
            ("approver", self.approver),
            ("sysapproval", self.task),
            ("source_table", self.task_table),
            ("document_id", self.task),
            ("state", "requested"),
            ("comments", self.comment),
        ] {
            fields.insert(field.to_owned(), Value::from(value));
        }
        record::create(TABLE, &fields)
    }
}

/// A row as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) sys_id: String,
    pub(crate) approver: String,
    pub(crate) approver_user_name: String,
    pub(crate) state: String,
    /// The task that the row hangs on, by both of its references.
    pub(crate) tasks: [String; 2],
    pub(crate) updated_by: String,
    pub(crate) updated_on: String,
}

impl Row {
    fn of(record: &Record) -> Result<Self, Error> {
        let field = |name: &str| record.filled(name).unwrap_or_default();
        Ok(Self {
            sys_id: record.need("sys_id")?,
            approver: field("approver"),
            approver_user_name: field("approver.user_name"),
            state: field("state"),
            tasks: [field("sysapproval"), field("document_id")],
            updated_by: field("sys_updated_by"),
            updated_on: field("sys_updated_on"),
        })
    }

    /// Whether the person is still asked.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "requested" | "not requested")
    }
}

/// The rows with these keys that are there.
///
/// # Errors
/// What the connection said.
pub(crate) async fn rows(
    instance: &Reader<'_, ServiceNow>,
    keys: &[IdempotencyKey],
) -> Result<Vec<Row>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::new().one_of("sys_id", keys.iter().map(IdempotencyKey::as_str))?;
    let rows = record::find(instance, TABLE, &query, FIELDS, keys.len()).await?;
    rows.iter().map(Row::of).collect()
}

/// The request that takes a question back.
pub(crate) fn withdraw(row: &Row) -> Result<Request, Error> {
    let fields = Map::from_iter([("state".to_owned(), Value::from("not_required"))]);
    record::patch(TABLE, &row.sys_id, &fields, &[])
}
