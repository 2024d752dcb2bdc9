//! The HTTP interface, one file per resource.

pub(crate) mod call;

pub(crate) mod quota;
mod visit;

mod xml;

mod auth;
mod form_login;
mod formats;
mod parameters;

mod entry;

mod order;

mod cart;

mod figures;
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
