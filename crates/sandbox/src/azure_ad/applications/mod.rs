//! Applications and their service principals: app roles, assignments, consents.

pub(crate) mod app_roles;

pub(crate) mod consents;

pub(crate) mod registrations;
pub(crate) mod service_principals;

pub(crate) mod app_role_assignments;
