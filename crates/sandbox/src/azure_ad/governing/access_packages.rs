//! `/identityGovernance/entitlementManagement`: access packages, who may have them, who has them.
//!
//! Source: microsoft-graph.md section 6.6.

use crate::azure_ad::governing::access_relations::{get, list};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/identityGovernance/entitlementManagement/accessPackages", |tenant, request| {
        list(tenant, request, Kind::AccessPackage)
    }),
    route::get(
        "/identityGovernance/entitlementManagement/accessPackages/{accessPackage-id}",
        |tenant, request| get(tenant, request, Kind::AccessPackage),
    ),
    route::get("/identityGovernance/entitlementManagement/assignmentPolicies", |tenant, request| {
        list(tenant, request, Kind::AssignmentPolicy)
    }),
    route::get("/identityGovernance/entitlementManagement/assignments", |tenant, request| {
        list(tenant, request, Kind::Assignment)
    }),
];
