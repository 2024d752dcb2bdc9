//! `servicenow.cmn_department`: departments.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use super::system_fields::{CUSTOM, SystemFields};
use crate::ServiceNow;

pub(crate) struct CmnDepartment;

/// The fields, by their names in ServiceNow.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    system: SystemFields,
    /// Name.
    name: Option<String>,
    /// Number or short name of the department.
    id: Option<String>,
    /// `sys_id` of its head (`sys_user`).
    dept_head: Option<String>,
    /// `sys_id` of the department above (`cmn_department`).
    parent: Option<String>,
    /// `sys_id` of the person to ask (`sys_user`).
    primary_contact: Option<String>,
    /// `sys_id` of the company (`core_company`).
    company: Option<String>,
}

impl Record<ServiceNow> for CmnDepartment {
    const NAME: &'static str = "servicenow.cmn_department";
    const SUMMARY: &'static str = "A department";
    const KEY: &'static str = "sys_id";
    const NEEDED: &'static [&'static str] = &[];
    const READ_ONLY: &'static [&'static str] =
        &["sys_id", "sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by"];
    const CUSTOM: &'static [&'static str] = CUSTOM;
    const READS_TEXT: bool = true;
    type Fields = Fields;
}
