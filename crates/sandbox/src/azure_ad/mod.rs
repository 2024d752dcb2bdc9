//! The pretend Azure AD tenant: login authority and Microsoft Graph v1.0.

mod encoding;
pub(crate) mod errors;
mod jwt;
mod property;

mod description;

mod schema;
mod signing;

pub(crate) mod apps;
pub(crate) mod failures;

pub(crate) mod acting;
mod changes;
mod directory;
mod watch;

pub(crate) mod notices;

mod form;
pub(crate) mod governance;
pub(crate) mod role_catalog;

pub(crate) mod lag;
mod object;
pub(crate) mod tenant;
mod token;

mod bearer;

mod key;
mod odata;

mod queryable;
mod request;

mod collection;
mod expansion;
mod route;

mod throttle;

mod entity;
mod permissions;
pub(crate) mod user_input;

mod delta;
mod groups;
mod manager;
mod membership;
mod organization;
pub(crate) mod subscriptions;
mod users;

mod access_rules;
mod role_holders;
mod role_input;
mod role_timing;

mod access_relations;
mod role_definitions;
pub(crate) mod role_schedules;

pub(crate) mod access_delivery;
mod role_requests;

mod access_packages;
mod access_policies;
mod access_requests;
mod lifecycle_workflows;
mod named_locations;
mod role_assignments;

pub(crate) mod governance_clock;

mod governance_seeding;
mod seeding;

mod resources;

mod graph;

mod batch;
mod oauth;
pub(crate) mod postman;
pub(crate) mod router;
