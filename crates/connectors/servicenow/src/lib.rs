//! Nodes for ServiceNow over its REST APIs.
//!
//! Owns everything that is particular to ServiceNow: encoded queries, records, the catalog, approvals,
//! journals, its errors. Knows no workflow and no other platform, and changes nothing by itself.

mod system;

mod config;
mod query;
mod refusals;

mod client;
mod wire;

mod keyed;
mod named;
mod persons;

mod actions;
mod channel;
mod people;
mod records;

mod nodes;

pub use client::connect;
pub use config::Config;
pub use nodes::NODES;
pub use system::ServiceNow;
