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

mod attachment;
mod catalog;
mod oauth;
mod stats;
mod table;

pub(crate) mod dispatch;

pub(crate) mod batch;
