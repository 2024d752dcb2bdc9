//! Directory roles and privileged access: the catalogue, assignments, requests, schedules.

pub(crate) mod role_timing;

pub(crate) mod role_definitions;
pub(crate) mod role_holders;

pub(crate) mod role_input;
pub(crate) mod role_schedules;

pub(crate) mod role_assignments;
pub(crate) mod role_requests;
