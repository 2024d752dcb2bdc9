//! `servicenow.sc_req_item`: requested items.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use super::system_fields::CUSTOM;
use super::task_fields::TaskFields;
use crate::ServiceNow;

pub(crate) struct ScReqItem;

/// The fields, by their names in ServiceNow.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    task: TaskFields,
    /// `sys_id` of the request (`sc_request`).
    request: Option<String>,
    /// `sys_id` of the catalog item (`sc_cat_item`).
    cat_item: Option<String>,
    /// `sys_id` of who gets it (`sys_user`).
    requested_for: Option<String>,
    /// How many.
    quantity: Option<i64>,
    /// Stage; which there are hangs on the flow of the item.
    stage: Option<String>,
    /// Price.
    price: Option<String>,
}

impl Record<ServiceNow> for ScReqItem {
    const NAME: &'static str = "servicenow.sc_req_item";
    const SUMMARY: &'static str = "A requested item; made by ordering, never by hand";
    const KEY: &'static str = "sys_id";
    const NEEDED: &'static [&'static str] = &[];
    const READ_ONLY: &'static [&'static str] = &[
        "sys_id",
        "sys_created_on",
        "sys_created_by",
        "sys_updated_on",
        "sys_updated_by",
        "request",
        "cat_item",
        "reassignment_count",
    ];
    const CUSTOM: &'static [&'static str] = CUSTOM;
    const READS_TEXT: bool = true;
    type Fields = Fields;
}
