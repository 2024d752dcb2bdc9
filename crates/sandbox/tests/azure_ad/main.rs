//! The pretend Azure AD tenant as a client sees it over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../client/mod.rs"]
mod client;

mod answers;

mod batch;
mod delta;
mod delta_groups;
mod groups;
mod input;
mod lists;
mod reading;
mod tokens;
mod weather;
mod writing;
