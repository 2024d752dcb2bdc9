//! Access packages, lifecycle workflows, Conditional Access.

pub(crate) mod access_delivery;
pub(crate) mod access_relations;
pub(crate) mod access_rules;
pub(crate) mod governance_clock;

pub(crate) mod access_packages;
pub(crate) mod access_policies;
pub(crate) mod access_requests;
pub(crate) mod lifecycle_workflows;
pub(crate) mod named_locations;

pub(crate) mod governance_seeding;
