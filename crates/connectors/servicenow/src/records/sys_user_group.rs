//! `servicenow.sys_user_group`: groups of people.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use super::system_fields::{CUSTOM, SystemFields};
use crate::ServiceNow;

pub(crate) struct SysUserGroup;

/// The fields, by their names in ServiceNow.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    system: SystemFields,
    /// Name.
    name: Option<String>,
    /// What it is for.
    description: Option<String>,
    /// `sys_id` of the manager (`sys_user`).
    manager: Option<String>,
    /// Mail address.
    email: Option<String>,
    /// `sys_id` of the group above (`sys_user_group`).
    parent: Option<String>,
    /// Kinds of the group, joined by commas.
    r#type: Option<String>,
    /// Whether it is used.
    active: Option<bool>,
    /// Where the group comes from.
    source: Option<String>,
    /// Whether mail to the group goes to its members.
    include_members: Option<bool>,
    /// Whether mail to the group leaves its manager out.
    exclude_manager: Option<bool>,
}

impl Record<ServiceNow> for SysUserGroup {
    const NAME: &'static str = "servicenow.sys_user_group";
    const SUMMARY: &'static str = "A group of people";
    const KEY: &'static str = "sys_id";
    const NEEDED: &'static [&'static str] = &[];
    const READ_ONLY: &'static [&'static str] =
        &["sys_id", "sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by"];
    const CUSTOM: &'static [&'static str] = CUSTOM;
    const READS_TEXT: bool = true;
    type Fields = Fields;
}
