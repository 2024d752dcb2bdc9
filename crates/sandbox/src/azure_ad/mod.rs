//! The pretend Azure AD tenant: login authority and Microsoft Graph v1.0.

pub(crate) mod errors;
mod jwt;
mod property;

mod description;

mod schema;
mod signing;

pub(crate) mod apps;
pub(crate) mod failures;

pub(crate) mod role_catalog;
mod role_ranks;
pub(crate) mod settings;

pub(crate) mod acting;
mod changes;
mod directory;
mod watch;

pub(crate) mod notices;

mod domain_names;
mod form;
pub(crate) mod governance;

pub(crate) mod lag;
mod lifecycle;
mod object;
mod records;
pub(crate) mod tenant;
mod token;
mod unique_names;

mod bearer;

mod key;
mod odata;

mod queryable;
mod request;

mod collection;
mod expansion;
mod route;

mod directory_permissions;
mod throttle;

mod entity;
mod passwords;
mod permissions;
pub(crate) mod user_input;

mod app_roles;
mod consents;
mod licences;
mod membership_rule;
mod protection;
mod related;

mod activity;
mod group_input;
mod group_rules;
mod methods;
mod reconcile;

mod access_pass;
mod app_role_assignments;
mod deleted_items;
mod delta;
mod devices;
mod directory_objects;
mod directory_roles;
mod group_members;
mod group_writes;
mod groups;
mod licence_routes;
mod mail;
mod manager;
mod membership;
mod method_routes;
mod organization;
mod password_reset;
mod phone_methods;
mod service_principals;
mod sessions;
pub(crate) mod subscriptions;
mod users;

mod audit_names;
mod audit_story;
mod record_input;

mod alert_evidence;
pub(crate) mod alerts;
pub(crate) mod audit_input;
pub(crate) mod audits;
pub(crate) mod risk_detections;
pub(crate) mod risky_users;
mod sign_in_defaults;
pub(crate) mod sign_ins;

mod record_seeding;

pub(crate) mod switches;

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

mod directory_seeding;
mod governance_seeding;
mod seeding;

mod resources;

mod graph;

mod batch;
pub(crate) mod login_fault;
pub(crate) mod oauth;
pub(crate) mod postman;
pub(crate) mod router;
