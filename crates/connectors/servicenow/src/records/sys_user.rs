//! `servicenow.sys_user`: people.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use super::system_fields::{CUSTOM, SystemFields};
use crate::ServiceNow;

pub(crate) struct SysUser;

/// The fields, by their names in ServiceNow.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    system: SystemFields,
    /// Name with which the person signs in.
    user_name: Option<String>,
    /// Whole name; computed from first and last name.
    name: Option<String>,
    /// First name.
    first_name: Option<String>,
    /// Middle name.
    middle_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// Mail address.
    email: Option<String>,
    /// Whether the person may sign in and be chosen.
    active: Option<bool>,
    /// Whether signing in is blocked.
    locked_out: Option<bool>,
    /// Job title.
    title: Option<String>,
    /// `sys_id` of the department (`cmn_department`).
    department: Option<String>,
    /// `sys_id` of the manager (`sys_user`).
    manager: Option<String>,
    /// `sys_id` of the place (`cmn_location`).
    location: Option<String>,
    /// `sys_id` of the company (`core_company`).
    company: Option<String>,
    /// `sys_id` of the cost centre (`cmn_cost_center`).
    cost_center: Option<String>,
    /// Business phone.
    phone: Option<String>,
    /// Mobile phone.
    mobile_phone: Option<String>,
    /// Number that the employer gave.
    employee_number: Option<String>,
    /// Time zone; empty for that of the instance.
    time_zone: Option<String>,
    /// Language.
    preferred_language: Option<String>,
    /// Whether the person is a VIP.
    vip: Option<bool>,
    /// Whether the account is for integrations only.
    web_service_access_only: Option<bool>,
    /// Whether the next sign-in asks for a new password.
    password_needs_reset: Option<bool>,
    /// Where the account comes from, such as `ldap:…` or `SSO:…`.
    source: Option<String>,
    /// Id by which single sign-on knows the person.
    federated_id: Option<String>,
    /// When the person signed in last, in UTC.
    last_login_time: Option<String>,
    /// Failed attempts to sign in.
    failed_attempts: Option<i64>,
}

impl Record<ServiceNow> for SysUser {
    const NAME: &'static str = "servicenow.sys_user";
    const SUMMARY: &'static str = "A person";
    const KEY: &'static str = "sys_id";
    const NEEDED: &'static [&'static str] = &[];
    const READ_ONLY: &'static [&'static str] = &[
        "sys_id",
        "sys_created_on",
        "sys_created_by",
        "sys_updated_on",
        "sys_updated_by",
        "name",
        "last_login_time",
        "failed_attempts",
    ];
    const CUSTOM: &'static [&'static str] = CUSTOM;
    const READS_TEXT: bool = true;
    type Fields = Fields;
}
