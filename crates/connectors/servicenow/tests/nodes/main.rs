//! The nodes of ServiceNow over real HTTP against the pretend instance.

mod world;

mod approvals;
mod connection;
mod orders;
mod people;
mod records;
mod tickets;
