//! The pretend ServiceNow instance over real HTTP: one file per resource.
//!
//! Knows the platform from its documentation only, never from a connector.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod client;

mod acting;
mod approvals;
mod assertions;
mod attachments;
mod audit;
mod batch;
mod brakes;
mod browsers;
mod carts;
mod catalog;
mod catalog_pages;
mod change_api;
mod changes;
mod cmdb;
mod definitions;
mod events;
mod fences;
mod formats;
mod fuzz;
mod imports;
mod inherited;
mod json_pages;
mod knowledge;
mod late;
mod nonsense;
mod oauth;
mod outbox;
mod own_records;
mod paging;
mod queries;
mod rules;
mod samples;
mod scim;
mod scripted;
mod shapes;
mod sign_in;
mod states;
mod stats;
mod switches;
mod walks;
mod writes;
