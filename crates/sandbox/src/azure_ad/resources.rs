//! Every operation the tenant serves, resource by resource.

use std::sync::OnceLock;

use crate::azure_ad::applications::{app_role_assignments, service_principals};
use crate::azure_ad::governing::{
    access_packages, access_policies, access_requests, lifecycle_workflows, named_locations,
};
use crate::azure_ad::kernel::route::{Route, Routes};
use crate::azure_ad::licensing::{group_licences, licence_routes};
use crate::azure_ad::logs::{alerts, audits, risk_detections, risky_users, sign_ins};
use crate::azure_ad::members::{directory_roles, group_members, group_writes, groups, membership};
use crate::azure_ad::objects::{deleted_items, devices, directory_objects, organization};
use crate::azure_ad::people::{
    access_pass, mail, manager, method_routes, password_reset, phone_methods, sessions, users,
};
use crate::azure_ad::roles::{role_assignments, role_definitions, role_requests};
use crate::azure_ad::{delta, subscriptions};

/// The operations of each resource.
const RESOURCES: &[&[Route]] = &[
    users::ROUTES,
    manager::ROUTES,
    &manager::REPORTS,
    membership::ROUTES,
    &membership::MEMBER_OF,
    &membership::TRANSITIVE_MEMBER_OF,
    groups::ROUTES,
    delta::round::ROUTES,
    organization::ROUTES,
    subscriptions::ROUTES,
    audits::ROUTES,
    sign_ins::ROUTES,
    risk_detections::ROUTES,
    risky_users::ROUTES,
    alerts::ROUTES,
    group_writes::ROUTES,
    group_members::ROUTES,
    &group_members::MEMBERS,
    &group_members::TRANSITIVE_MEMBERS,
    &group_members::OWNERS,
    &group_members::MEMBER_OF,
    &group_members::TRANSITIVE_MEMBER_OF,
    directory_roles::ROUTES,
    directory_objects::ROUTES,
    deleted_items::ROUTES,
    devices::ROUTES,
    &devices::REGISTERED_DEVICES,
    &devices::OWNED_DEVICES,
    &devices::OWNED_OBJECTS,
    licence_routes::ROUTES,
    group_licences::ROUTES,
    mail::ROUTES,
    sessions::ROUTES,
    method_routes::ROUTES,
    phone_methods::ROUTES,
    access_pass::ROUTES,
    password_reset::ROUTES,
    service_principals::ROUTES,
    app_role_assignments::ROUTES,
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
