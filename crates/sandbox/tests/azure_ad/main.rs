//! The pretend Azure AD tenant as a client sees it over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../client/mod.rs"]
mod client;

mod answers;
mod proof;

mod alerts;
mod audits;
mod batch;
mod certificates;
mod delta;
mod delta_groups;
mod discovery;
mod federation;
mod fuzz;
mod grants;
mod groups;
mod input;
mod lists;
mod managed_identity;
mod options;
mod reading;
mod receiver;
mod revocation;
mod risk;
mod sign_ins;
mod subscriptions;
mod tokens;
mod weather;
mod writing;
