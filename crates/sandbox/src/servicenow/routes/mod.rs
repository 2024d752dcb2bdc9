//! The HTTP interface, one file per resource.

pub(crate) mod call;

pub(crate) mod quota;
mod visit;

mod auth;
mod form_login;
mod parameters;

mod entry;

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
