//! The nodes of ServiceNow over real HTTP against the pretend instance.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod world;

mod approvals;
mod connection;
mod orders;
mod people;
mod records;
mod tickets;
