//! `/groups`: list, count, get.
//!
//! Source: microsoft-graph.md sections 2, 3 and 6.3.

use serde_json::{Map, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::expansion;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/groups", list),
    route::get("/groups/$count", count),
    route::get("/groups/{group-id}", get),
];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::Group], &[])?;
    let expand = expansion::read(request, Kind::Group)?;
    let (tenant, select) = (&*tenant, request.options.select.as_deref());
    collection::answer(request, listing(tenant), |group| {
        expansion::show(tenant, group, select, expand.as_ref())
    })
}

fn count(tenant: &mut Tenant, request: &Request) -> Outcome {
    collection::count(request, listing(tenant))
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::Group], &[])?;
    let expand = expansion::read_single(request, Kind::Group)?;
    let group = found(tenant, request)?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context_with_select("groups", true)));
    body.extend(expansion::show(tenant, group, request.options.select.as_deref(), expand.as_ref()));
    Ok(Reply::ok(body))
}

/// The live owners of a group: users, then service principals.
pub(crate) fn owners_of<'a>(tenant: &'a Tenant, group: &Object) -> Vec<&'a Object> {
    let of_kind = |kind| tenant.live(kind).filter(|owner| group.owners.contains(&owner.id));
    of_kind(Kind::User).chain(of_kind(Kind::ServicePrincipal)).collect()
}

/// The group the first key of the path names, by id or unique name.
pub(crate) fn found<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    let by_name = request.keys.first().is_some_and(|key| key.name.as_deref() == Some("uniquename"));
    let group = match by_name {
        true => tenant.live(Kind::Group).find(|group| group.text("uniqueName") == Some(request.key(0))),
        false => tenant.group(request.key(0)),
    };
    group.ok_or_else(|| GraphError::not_found(request.key(0)))
}

fn listing(tenant: &Tenant) -> Listing<'_> {
    let objects = tenant.live(Kind::Group).collect();
    Listing { objects, kind: Kind::Group, context: "groups", relation: false }
}
