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

mod attachment;
mod catalog;
mod change;
mod oauth;
mod stats;
mod table;

pub(crate) mod dispatch;

pub(crate) mod batch;
