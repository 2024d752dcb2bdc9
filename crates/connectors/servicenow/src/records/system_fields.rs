//! The fields that every record has, and how custom fields are named.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use schemars::JsonSchema;

/// How the names of fields begin that an instance has added: its own and those of its applications.
pub(super) const CUSTOM: &[&str] = &["u_", "x_"];

/// The fields that every record has.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct SystemFields {
    /// Id of the record: 32 hexadecimal digits.
    sys_id: Option<String>,
    /// When it was made, in UTC.
    sys_created_on: Option<String>,
    /// User name of who made it.
    sys_created_by: Option<String>,
    /// When it was changed last, in UTC.
    sys_updated_on: Option<String>,
    /// User name of who changed it last.
    sys_updated_by: Option<String>,
}
