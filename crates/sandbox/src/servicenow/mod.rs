//! A pretend ServiceNow instance: records, rules, credentials, catalog, and its HTTP interface.
//!
//! From the ground up: what tables are, what records hold, who may do what, how writes are carried
//! out, the instance as a whole, and the routes on top. Built from the platform's documentation,
//! never from what some client sends.

mod text_table;

mod columns;
mod kind;
pub(crate) mod shape;

pub(crate) mod dictionary;
pub(crate) mod stamp;

mod record;
mod rows;

mod platform;

pub(crate) mod store;

mod demo_rows;
pub(crate) mod fences;
mod inherited;

mod definitions;

pub(crate) mod actor;
pub(crate) mod views;
pub(crate) mod walk;

pub(crate) mod query;
pub(crate) mod refusal;

pub(crate) mod assign;
pub(crate) mod render;
pub(crate) mod rules;

pub(crate) mod api_keys;
pub(crate) mod assertion;
pub(crate) mod brakes;
pub(crate) mod browsers;
pub(crate) mod rates;

pub(crate) mod sessions;

mod mac;
pub(crate) mod webhook;

mod audit;
mod outbox;

pub(crate) mod desk;

pub(crate) mod properties;

pub(crate) mod acts;
pub(crate) mod criteria;
pub(crate) mod questions;

pub(crate) mod expiry;
pub(crate) mod worker;

pub(crate) mod order;

pub(crate) mod delivery;

mod files;
mod imports;
pub(crate) mod sign_in;
mod tiny_urls;

mod scim;
mod scim_filter;

pub(crate) mod catalog;

pub(crate) mod cart;
pub(crate) mod cmdb;
pub(crate) mod producer;
pub(crate) mod seed_process;
pub(crate) mod seed_rows;

pub(crate) mod instance;

pub(crate) mod access;
pub(crate) mod acting;
pub(crate) mod process;

pub(crate) mod errors;
pub(crate) mod routes;

pub(crate) mod router;
