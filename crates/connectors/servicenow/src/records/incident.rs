//! `servicenow.incident`: incidents.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use super::system_fields::CUSTOM;
use super::task_fields::TaskFields;
use crate::ServiceNow;

pub(crate) struct Incident;

/// The fields, by their names in ServiceNow.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    task: TaskFields,
    /// `sys_id` of the person it is about (`sys_user`).
    caller_id: Option<String>,
    /// Category, such as `inquiry`, `software`, `hardware`, `network` or `database`.
    category: Option<String>,
    /// Subcategory; which there are hangs on the category.
    subcategory: Option<String>,
    /// Why it is on hold: 1 caller, 3 problem, 4 vendor, 5 change.
    hold_reason: Option<i64>,
    /// Severity, from 1 (high) to 3 (low).
    severity: Option<i64>,
    /// `sys_id` of the problem.
    problem_id: Option<String>,
    /// `sys_id` of the incident above (`incident`).
    parent_incident: Option<String>,
    /// `sys_id` of who resolved it (`sys_user`).
    resolved_by: Option<String>,
    /// When it was resolved, in UTC.
    resolved_at: Option<String>,
    /// How it was closed; needed together with `close_notes` to resolve it.
    close_code: Option<String>,
    /// How often it was opened again.
    reopen_count: Option<i64>,
    /// Whether and how people are told.
    notify: Option<i64>,
}

impl Record<ServiceNow> for Incident {
    const NAME: &'static str = "servicenow.incident";
    const SUMMARY: &'static str = "An incident";
    const KEY: &'static str = "sys_id";
    const NEEDED: &'static [&'static str] = &[];
    const READ_ONLY: &'static [&'static str] = &[
        "sys_id",
        "sys_created_on",
        "sys_created_by",
        "sys_updated_on",
        "sys_updated_by",
        "priority",
        "reassignment_count",
        "reopen_count",
    ];
    const CUSTOM: &'static [&'static str] = CUSTOM;
    const READS_TEXT: bool = true;
    type Fields = Fields;
}
