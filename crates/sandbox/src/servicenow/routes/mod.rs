//! The HTTP interface, one file per resource.

pub(crate) mod call;

mod visit;

mod auth;
mod parameters;

mod order;

mod cart;

mod multipart;

mod attachment;
mod catalog;
mod import;
mod oauth;
mod scim;
mod stats;
mod table;
mod tiny;

pub(crate) mod dispatch;

pub(crate) mod batch;
