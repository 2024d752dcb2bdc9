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

mod cart_line;
mod item;

mod cart;
mod delegation;
mod guide;
mod wishlist;

mod change_shape;

mod change_hand;
mod change_list;

mod change_standard;
mod change_task;
mod change_work;

mod figures;
mod multipart;

mod attachment;
mod catalog;
mod change;
mod import;
mod oauth;
mod scim;
mod stats;
mod table;
mod tiny;

pub(crate) mod dispatch;

pub(crate) mod batch;
