//! Requests and JSON of ServiceNow, one file per resource.

pub(crate) mod record;

pub(crate) mod approval;
pub(crate) mod catalog;
pub(crate) mod journal;
pub(crate) mod user;
