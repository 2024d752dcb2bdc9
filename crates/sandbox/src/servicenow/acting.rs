//! What a named person does in the instance's portal.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::servicenow::instance::Instance;

/// Decides an approval as a person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approve {}

/// Changes records as a person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Update {}

/// Decides an approval; the answer is what became of it, the error why it was refused.
pub(crate) fn approve(
    _instance: &mut Instance,
    _now: Timestamp,
    _request: &Approve,
) -> Result<Value, String> {
    Err("not served yet".to_owned())
}

/// Changes records; the answer is what became of them, the error why it was refused.
pub(crate) fn update(_instance: &mut Instance, _now: Timestamp, _request: &Update) -> Result<Value, String> {
    Err("not served yet".to_owned())
}
