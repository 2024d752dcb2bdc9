//! The HTTP interface, one file per resource.

pub(crate) mod call;

mod auth;
mod parameters;

mod catalog;
mod oauth;
mod table;

pub(crate) mod dispatch;
