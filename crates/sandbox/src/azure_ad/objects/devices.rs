//! Devices, and what users own: `/devices`, `registeredDevices`, `ownedDevices`, `ownedObjects`.
//!
//! Source: microsoft-graph.md section 6.1.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::related::{self, relation};
use crate::azure_ad::kernel::request::Request;
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::{DIRECTORY, Kind};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Who owns a device has registered it too: the seed tells no other registrations.
pub(crate) const REGISTERED_DEVICES: [Route; 4] =
    relation!("/users/{user-id}/registeredDevices", devices, Kind::Device);

pub(crate) const OWNED_DEVICES: [Route; 4] =
    relation!("/users/{user-id}/ownedDevices", devices, Kind::Device);

pub(crate) const OWNED_OBJECTS: [Route; 4] =
    relation!("/users/{user-id}/ownedObjects", owned_objects, Kind::User);

pub(crate) const ROUTES: &[Route] = &[
    route::get("/devices", |tenant, request| entity::list(tenant, request, Kind::Device)),
    route::get("/devices/{device-id}", |tenant, request| entity::get(tenant, request, Kind::Device)),
];

fn devices<'a>(tenant: &'a Tenant, request: &Request) -> Result<Vec<&'a Object>, GraphError> {
    Ok(related::owned_by(tenant, user(tenant, request)?, &[Kind::Device]))
}

fn owned_objects<'a>(tenant: &'a Tenant, request: &Request) -> Result<Vec<&'a Object>, GraphError> {
    Ok(related::owned_by(tenant, user(tenant, request)?, &DIRECTORY))
}

fn user<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    tenant.user(request.key(0)).ok_or_else(|| GraphError::not_found(request.key(0)))
}
