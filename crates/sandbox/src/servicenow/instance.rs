//! The state of the instance.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::seed::company::Company;

/// Everything the instance holds.
#[derive(Debug)]
pub(crate) struct Instance {}

impl Instance {
    /// An instance as the company's seed describes it; `now` is the first virtual time.
    pub(crate) fn new(_company: &Company, _now: Timestamp) -> Self {
        Self {}
    }

    /// The whole state as JSON, in an order that depends on nothing but the state.
    pub(crate) fn state(&self) -> Value {
        json!({})
    }
}
