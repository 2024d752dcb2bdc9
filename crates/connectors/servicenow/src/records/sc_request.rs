//! `servicenow.sc_request`: requests.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use super::system_fields::CUSTOM;
use super::task_fields::TaskFields;
use crate::ServiceNow;

pub(crate) struct ScRequest;

/// The fields, by their names in ServiceNow.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    task: TaskFields,
    /// `sys_id` of who gets it (`sys_user`).
    requested_for: Option<String>,
    /// Where it stands, such as `in_process` or `closed_complete`.
    request_state: Option<String>,
    /// Stage, such as `requested`.
    stage: Option<String>,
    /// Price.
    price: Option<String>,
    /// What the person who ordered wrote.
    special_instructions: Option<String>,
}

impl Record<ServiceNow> for ScRequest {
    const NAME: &'static str = "servicenow.sc_request";
    const SUMMARY: &'static str = "A request: what was ordered together";
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
