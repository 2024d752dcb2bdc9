//! Every operation the tenant serves, resource by resource.

use std::sync::OnceLock;

use crate::azure_ad::route::{Route, Routes};
use crate::azure_ad::{alerts, audits, delta, groups, manager, membership, organization, risk_detections, risky_users, sign_ins, subscriptions, users};

/// The operations of each resource.
const RESOURCES: &[&[Route]] = &[
    users::ROUTES,
    manager::ROUTES,
    membership::ROUTES,
    groups::ROUTES,
    delta::round::ROUTES,
    organization::ROUTES,
    subscriptions::ROUTES,
    audits::ROUTES,
    sign_ins::ROUTES,
    risk_detections::ROUTES,
    risky_users::ROUTES,
    alerts::ROUTES,
];

/// All routes, made ready once.
pub(crate) fn routes() -> &'static Routes {
    static ROUTES: OnceLock<Routes> = OnceLock::new();
    ROUTES.get_or_init(|| Routes::new(RESOURCES.iter().flat_map(|routes| routes.iter().copied())))
}
