//! What both platforms have in common: the door, the admin interface, faults, and what is kept.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../client/mod.rs"]
mod client;

mod admin;
mod door;
mod faults;
mod keeping;
