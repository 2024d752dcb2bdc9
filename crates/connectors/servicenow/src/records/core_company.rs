//! `servicenow.core_company`: companies.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use super::system_fields::{CUSTOM, SystemFields};
use crate::ServiceNow;

pub(crate) struct CoreCompany;

/// The fields, by their names in ServiceNow.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    system: SystemFields,
    /// Name.
    name: Option<String>,
    /// Whether it is a customer.
    customer: Option<bool>,
    /// Whether it is a vendor.
    vendor: Option<bool>,
    /// Whether it is a manufacturer.
    manufacturer: Option<bool>,
}

impl Record<ServiceNow> for CoreCompany {
    const NAME: &'static str = "servicenow.core_company";
    const SUMMARY: &'static str = "A company";
    const KEY: &'static str = "sys_id";
    const NEEDED: &'static [&'static str] = &[];
    const READ_ONLY: &'static [&'static str] =
        &["sys_id", "sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by"];
    const CUSTOM: &'static [&'static str] = CUSTOM;
    const READS_TEXT: bool = true;
    type Fields = Fields;
}
