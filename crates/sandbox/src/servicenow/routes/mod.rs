//! The HTTP interface, one file per resource.

pub(crate) mod call;

mod visit;

mod xml;

mod auth;
mod formats;
mod parameters;

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
