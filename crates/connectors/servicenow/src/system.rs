//! The system that the nodes of this crate belong to.

use drawbridge_sdk::System;

/// One ServiceNow instance.
pub struct ServiceNow;

impl System for ServiceNow {
    const NAME: &'static str = "servicenow";
    const TITLE: &'static str = "ServiceNow";
    const READ_POSTS: &'static [&'static str] = &[];
}
