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

pub(crate) mod lag;
mod object;
mod records;
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

mod activity;
mod audit_names;
mod audit_story;
mod record_input;

pub(crate) mod alerts;
pub(crate) mod audits;
mod alert_evidence;
pub(crate) mod audit_input;
mod sign_in_defaults;

pub(crate) mod risk_detections;
pub(crate) mod risky_users;
pub(crate) mod sign_ins;

mod record_seeding;

mod seeding;
pub(crate) mod user_input;

mod delta;
mod groups;
mod manager;
mod membership;
mod organization;
pub(crate) mod subscriptions;
mod users;

mod resources;

mod graph;

mod batch;
mod oauth;
pub(crate) mod postman;
pub(crate) mod router;
