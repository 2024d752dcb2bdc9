//! Every operation the tenant serves, resource by resource.

use std::sync::OnceLock;

use crate::azure_ad::route::{Route, Routes};
use crate::azure_ad::{
    access_packages, access_policies, access_requests, delta, groups, lifecycle_workflows, manager,
    membership, named_locations, organization, role_assignments, role_definitions, role_requests,
    subscriptions, users,
};

/// The operations of each resource.
const RESOURCES: &[&[Route]] = &[
    users::ROUTES,
    manager::ROUTES,
    membership::ROUTES,
    groups::ROUTES,
    delta::round::ROUTES,
    organization::ROUTES,
    subscriptions::ROUTES,
    role_definitions::ROUTES,
    role_assignments::ROUTES,
    role_requests::ROUTES,
    access_policies::ROUTES,
    named_locations::ROUTES,
    access_packages::ROUTES,
    access_requests::ROUTES,
    lifecycle_workflows::ROUTES,
];

/// All routes, made ready once.
pub(crate) fn routes() -> &'static Routes {
    static ROUTES: OnceLock<Routes> = OnceLock::new();
    ROUTES.get_or_init(|| Routes::new(RESOURCES.iter().flat_map(|routes| routes.iter().copied())))
}
