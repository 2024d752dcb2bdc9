//! The pretend Azure AD tenant: login authority and Microsoft Graph v1.0.
//!
//! From the ground up; every folder is one subject.

pub(crate) mod errors;
pub(crate) mod model;
pub(crate) mod tokens;

pub(crate) mod odata;
pub(crate) mod state;

pub(crate) mod kernel;
pub(crate) mod oauth;

pub(crate) mod delta;
pub(crate) mod licensing;
pub(crate) mod login_fault;
pub(crate) mod logs;
pub(crate) mod roles;
pub(crate) mod subscriptions;

pub(crate) mod governing;
pub(crate) mod people;
pub(crate) mod postman;

pub(crate) mod acting;
pub(crate) mod applications;
pub(crate) mod members;
pub(crate) mod objects;

pub(crate) mod directory_seeding;
pub(crate) mod resources;
pub(crate) mod switches;

pub(crate) mod annotations;
pub(crate) mod graph;
pub(crate) mod seeding;

pub(crate) mod batch;

pub(crate) mod router;
