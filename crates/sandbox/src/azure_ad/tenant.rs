//! The state of the tenant.

use serde_json::{Value, json};

use crate::seed::company::Company;

/// Everything the tenant holds.
#[derive(Debug)]
pub(crate) struct Tenant {}

impl Tenant {
    pub(crate) fn new(_company: &Company) -> Self {
        Self {}
    }

    pub(crate) fn state(&self) -> Value {
        json!({})
    }
}
