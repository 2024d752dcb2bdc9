//! Devices, and what users own: `/devices`, `registeredDevices`, `ownedDevices`, `ownedObjects`.
//!
//! Source: microsoft-graph.md section 6.1.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::{Outcome, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::{DIRECTORY, Kind};
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/devices", |tenant, request| entity::list(tenant, request, Kind::Device)),
    route::get("/devices/$count", |tenant, request| {
        entity::count_of(request, Kind::Device, tenant.live(Kind::Device).collect())
    }),
    route::get("/devices/{device-id}", |tenant, request| entity::get(tenant, request, Kind::Device)),
    // Who owns a device has registered it too: the seed tells no other registrations.
    route::relation("/users/{user-id}/registeredDevices", |tenant, request| {
        owned(tenant, request, &[Kind::Device])
    }),
    route::relation("/users/{user-id}/ownedDevices", |tenant, request| {
        owned(tenant, request, &[Kind::Device])
    }),
    route::relation("/users/{user-id}/ownedObjects", |tenant, request| owned(tenant, request, &DIRECTORY)),
];

fn owned(tenant: &Tenant, request: &Request, kinds: &[Kind]) -> Outcome {
    let id = request.key(0);
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    let kind = if kinds == [Kind::Device] { Kind::Device } else { Kind::User };
    related::list(request, kind, tenant.owned_by(&user.id, kinds))
}
