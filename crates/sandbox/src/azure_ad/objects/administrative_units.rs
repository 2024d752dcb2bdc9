//! `/directory/administrativeUnits`: read, with their members.
//!
//! Source: microsoft-graph.md section 6.8.

use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;

const KIND: Kind = Kind::AdministrativeUnit;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/directory/administrativeUnits", |tenant, request| entity::list(tenant, request, KIND)),
    route::get("/directory/administrativeUnits/{administrativeUnit-id}", |tenant, request| {
        entity::get(tenant, request, KIND)
    }),
    route::relation("/directory/administrativeUnits/{administrativeUnit-id}/members", |tenant, request| {
        let unit = entity::found(tenant, request.key(0), KIND)?;
        related::list(request, Kind::User, tenant.members_of(unit, false))
    }),
];
