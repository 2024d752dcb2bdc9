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

mod attachment;
mod catalog;
mod oauth;
mod stats;
mod table;

pub(crate) mod dispatch;

pub(crate) mod batch;
