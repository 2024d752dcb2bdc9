//! The pretend Azure AD tenant as a client sees it over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../client/mod.rs"]
mod client;

mod answers;
mod governance;
mod proof;
mod steps;

mod access_packages;
mod access_policies;
mod alerts;
mod audited;
mod audits;
mod batch;
mod certificates;
mod delta;
mod delta_groups;
mod directory_access;
mod directory_groups;
mod directory_licences;
mod directory_methods;
mod directory_users;
mod discovery;
mod federation;
mod fuzz;
mod grants;
mod groups;
mod input;
mod lifecycle_workflows;
mod lists;
mod managed_identity;
mod options;
mod reading;
mod receiver;
mod relations;
mod revocation;
mod risk;
mod role_assignments;
mod role_requests;
mod sign_ins;
mod subscriptions;
mod tokens;
mod values;
mod weather;
mod writing;
