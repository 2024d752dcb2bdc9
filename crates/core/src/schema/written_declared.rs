//! The written form of what is declared with a type. The comments here are what an editor shows.

#![expect(dead_code, reason = "read by its schema only")]

use schemars::JsonSchema;
use serde_json::Value;

use crate::model::ValueType;

/// An input or a setting.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    /// Its type.
    r#type: ValueType,
    /// Taken when nothing is given; without it the value is required.
    default: Option<Value>,
    /// What it is, for people.
    description: Option<String>,
}
