//! `servicenow.cmn_location`: places.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use super::system_fields::{CUSTOM, SystemFields};
use crate::ServiceNow;

pub(crate) struct CmnLocation;

/// The fields, by their names in ServiceNow.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    system: SystemFields,
    /// Name.
    name: Option<String>,
    /// Street and number.
    street: Option<String>,
    /// City.
    city: Option<String>,
    /// State or province.
    state: Option<String>,
    /// Postal code.
    zip: Option<String>,
    /// Country.
    country: Option<String>,
    /// `sys_id` of the place around it (`cmn_location`).
    parent: Option<String>,
}

impl Record<ServiceNow> for CmnLocation {
    const NAME: &'static str = "servicenow.cmn_location";
    const SUMMARY: &'static str = "A place";
    const KEY: &'static str = "sys_id";
    const NEEDED: &'static [&'static str] = &[];
    const READ_ONLY: &'static [&'static str] =
        &["sys_id", "sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by"];
    const CUSTOM: &'static [&'static str] = CUSTOM;
    const READS_TEXT: bool = true;
    type Fields = Fields;
}
