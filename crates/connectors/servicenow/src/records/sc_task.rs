//! `servicenow.sc_task`: catalog tasks.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use super::system_fields::CUSTOM;
use super::task_fields::TaskFields;
use crate::ServiceNow;

pub(crate) struct ScTask;

/// The fields, by their names in ServiceNow.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    task: TaskFields,
    /// `sys_id` of the request (`sc_request`).
    request: Option<String>,
    /// `sys_id` of the requested item (`sc_req_item`).
    request_item: Option<String>,
}

impl Record<ServiceNow> for ScTask {
    const NAME: &'static str = "servicenow.sc_task";
    const SUMMARY: &'static str = "A task for a requested item";
    const KEY: &'static str = "sys_id";
    const NEEDED: &'static [&'static str] = &[];
    const READ_ONLY: &'static [&'static str] = &[
        "sys_id",
        "sys_created_on",
        "sys_created_by",
        "sys_updated_on",
        "sys_updated_by",
        "reassignment_count",
    ];
    const CUSTOM: &'static [&'static str] = CUSTOM;
    const READS_TEXT: bool = true;
    type Fields = Fields;
}
