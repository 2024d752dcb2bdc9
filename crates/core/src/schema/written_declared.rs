//! The written form of what is declared with a type. The comments here are what an editor shows.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::model::ValueType;

/// An input or a setting.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Declared {
    /// Its type.
    r#type: ValueType,
    /// Taken when nothing is given; without it the value is required.
    default: Option<Value>,
    /// What it is, for people.
    description: Option<String>,
}
