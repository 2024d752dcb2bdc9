//! The HTTP interface, one file per resource.

pub(crate) mod call;

pub(crate) mod quota;
mod visit;

mod xml;

mod auth;
mod form_login;
mod formats;
mod parameters;
mod passwords;

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

mod class_facts;

mod attachment;
mod catalog;
mod change;
mod cmdb;
mod events;
mod import;
mod json_pages;
mod knowledge;
mod oauth;
mod reconcile;
mod scim;
mod stats;
mod table;
mod tiny;

pub(crate) mod dispatch;

pub(crate) mod batch;
