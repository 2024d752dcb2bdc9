//! `/directory/deletedItems`: what was deleted in the last 30 days, restoring it, and deleting it for good.
//!
//! Source: microsoft-graph.md section 6.8.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::protection;
use crate::azure_ad::people::unique_names;
use crate::azure_ad::state::lifecycle::name_before;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/directory/deletedItems/graph.user", |tenant, request| list(tenant, request, Kind::User)),
    route::get("/directory/deletedItems/graph.user/$count", |tenant, request| {
        entity::count_of(request, Kind::User, deleted(tenant, Kind::User))
    }),
    route::get("/directory/deletedItems/graph.group", |tenant, request| list(tenant, request, Kind::Group)),
    route::get("/directory/deletedItems/graph.group/$count", |tenant, request| {
        entity::count_of(request, Kind::Group, deleted(tenant, Kind::Group))
    }),
    route::get("/directory/deletedItems/{directoryObject-id}", get),
    route::post("/directory/deletedItems/{directoryObject-id}/restore", restore),
    route::delete("/directory/deletedItems/{directoryObject-id}", purge),
];

fn list(tenant: &Tenant, request: &Request, kind: Kind) -> Outcome {
    entity::list_of(request, kind, deleted(tenant, kind))
}

fn deleted(tenant: &Tenant, kind: Kind) -> Vec<&Object> {
    tenant.directory.all(kind).filter(|object| !object.is_live()).collect()
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    related::single(request, found(tenant, request)?)
}

fn restore(tenant: &mut Tenant, request: &Request) -> Outcome {
    let object = found(tenant, request)?;
    check_permission(request, object.kind)?;
    let body = if request.body.is_empty() { Map::new() } else { request.object()? };
    let (kind, id) = (object.kind, object.id.clone());
    let mut lost = Vec::new();
    if kind == Kind::User {
        protection::check(tenant, request, object)?;
        let name = name_before(object).unwrap_or_default();
        if tenant.by_upn(name).is_some() {
            return Err(unique_names::taken("userPrincipalName"));
        }
        let taken = |address: &&str| unique_names::check_address(tenant, &id, address).is_err();
        lost = unique_names::addresses(object).filter(taken).map(str::to_owned).collect();
        let reconcile = body.get("autoReconcileProxyConflict").and_then(Value::as_bool).unwrap_or(false);
        if !lost.is_empty() && !reconcile {
            return Err(unique_names::taken("proxyAddresses"));
        }
    }
    tenant.restore(request.now, kind, &id);
    if !lost.is_empty() {
        let kept = tenant.find(kind, &id).map(|user| {
            let kept =
                unique_names::addresses(user).filter(|address| !lost.iter().any(|lost| lost == address));
            kept.map(|address| json!(format!("smtp:{address}"))).collect::<Vec<Value>>()
        });
        let mut changes = Map::new();
        changes.insert("proxyAddresses".to_owned(), json!(kept));
        tenant.update(request.now, &id, changes);
    }
    let object = tenant.find(kind, &id).ok_or_else(|| GraphError::not_found(&id))?;
    related::single(request, object)
}

fn purge(tenant: &mut Tenant, request: &Request) -> Outcome {
    let object = found(tenant, request)?;
    check_permission(request, object.kind)?;
    let (kind, id) = (object.kind, object.id.clone());
    if kind == Kind::User {
        protection::check(tenant, request, object)?;
    }
    tenant.purge(request.now, kind, &id);
    Ok(Reply::NoContent)
}

fn found<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    let id = request.key(0);
    tenant.object(id).filter(|object| !object.is_live()).ok_or_else(|| GraphError::not_found(id))
}

/// Deleted objects of each kind need the permissions of that kind.
fn check_permission(request: &Request, kind: Kind) -> Result<(), GraphError> {
    let needed: &[&str] = match kind {
        Kind::User => &["User.DeleteRestore.All", "User.ReadWrite.All", "User.ReadWrite.CrossCloud"],
        _ => &["Group.ReadWrite.All"],
    };
    if request.roles.hold_one(needed) { Ok(()) } else { Err(GraphError::denied()) }
}
