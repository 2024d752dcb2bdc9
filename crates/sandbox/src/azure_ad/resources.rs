//! Every operation the tenant serves, resource by resource.

use std::sync::OnceLock;

use crate::azure_ad::route::{Route, Routes};
use crate::azure_ad::{delta, groups, manager, membership, organization, subscriptions, users};

/// The operations of each resource.
const RESOURCES: &[&[Route]] = &[
    users::ROUTES,
    manager::ROUTES,
    membership::ROUTES,
    groups::ROUTES,
    delta::round::ROUTES,
    organization::ROUTES,
    subscriptions::ROUTES,
];

/// All routes, made ready once.
pub(crate) fn routes() -> &'static Routes {
    static ROUTES: OnceLock<Routes> = OnceLock::new();
    ROUTES.get_or_init(|| Routes::new(RESOURCES.iter().flat_map(|routes| routes.iter().copied())))
}
