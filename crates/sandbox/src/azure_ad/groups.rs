//! `/groups`: list, count, get, members and owners, adding and removing a member.
//!
//! Source: microsoft-graph.md sections 2 and 6.3.

use serde_json::{Map, json};

use crate::azure_ad::collection::{self, Listing};
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::expansion;
use crate::azure_ad::object::Object;
use crate::azure_ad::request::{Outcome, Reply, Request};
use crate::azure_ad::route::{self, Route};
use crate::azure_ad::schema::Kind;
use crate::azure_ad::tenant::Tenant;
use crate::azure_ad::user_input::mastered_on_premises;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/groups", list),
    route::get("/groups/$count", count),
    route::get("/groups/{group-id}", get),
    route::get("/groups/{group-id}/members", |tenant, request| members(tenant, request, false, None)),
    route::get("/groups/{group-id}/members/graph.user", |tenant, request| {
        members(tenant, request, false, Some(Kind::User))
    }),
    route::get("/groups/{group-id}/members/graph.group", |tenant, request| {
        members(tenant, request, false, Some(Kind::Group))
    }),
    route::get("/groups/{group-id}/transitiveMembers", |tenant, request| {
        members(tenant, request, true, None)
    }),
    route::get("/groups/{group-id}/transitiveMembers/graph.user", |tenant, request| {
        members(tenant, request, true, Some(Kind::User))
    }),
    route::get("/groups/{group-id}/transitiveMembers/graph.group", |tenant, request| {
        members(tenant, request, true, Some(Kind::Group))
    }),
    route::post("/groups/{group-id}/members/$ref", add_member),
    route::delete("/groups/{group-id}/members/{directoryObject-id}/$ref", remove_member),
    route::get("/groups/{group-id}/owners", owners),
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
    let expand = expansion::read(request, Kind::Group)?;
    let group = found(tenant, request.key(0))?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context_with_select("groups", true)));
    body.extend(expansion::show(tenant, group, request.options.select.as_deref(), expand.as_ref()));
    Ok(Reply::ok(body))
}

/// Members, directly or also those of groups within; all, or only those of one kind.
fn members(tenant: &Tenant, request: &Request, transitive: bool, cast: Option<Kind>) -> Outcome {
    let mut objects = tenant.members_of(found(tenant, request.key(0))?, transitive);
    objects.retain(|object| cast.is_none_or(|kind| object.kind == kind));
    related(request, objects, cast)
}

fn owners(tenant: &mut Tenant, request: &Request) -> Outcome {
    let group = found(tenant, request.key(0))?;
    let objects = tenant.live(Kind::User).filter(|user| group.owners.contains(&user.id)).collect();
    related(request, objects, None)
}

fn add_member(tenant: &mut Tenant, request: &Request) -> Outcome {
    let target = request.reference()?;
    let group = found(tenant, request.key(0))?;
    refuse_foreign(group)?;
    let group = group.id.clone();
    let member = tenant.live_object(&target).ok_or_else(|| GraphError::not_found(&target))?.id.clone();
    if !tenant.add_member(request.now, &group, &member) {
        return Err(GraphError::bad_request(
            "One or more added object references already exist for the following modified properties: 'members'.",
        ));
    }
    Ok(Reply::NoContent)
}

fn remove_member(tenant: &mut Tenant, request: &Request) -> Outcome {
    let (group, member) = (found(tenant, request.key(0))?, request.key(1));
    refuse_foreign(group)?;
    let group = group.id.clone();
    if !tenant.remove_member(request.now, &group, &member.to_ascii_lowercase()) {
        return Err(GraphError::not_found(member));
    }
    Ok(Reply::NoContent)
}

/// Refuses member changes on groups that are not the directory's to change.
fn refuse_foreign(group: &Object) -> Result<(), GraphError> {
    if group.is_synced() {
        return Err(mastered_on_premises());
    }
    if group.is_group_type("DynamicMembership") {
        return Err(GraphError::bad_request(
            "Insufficient privileges to complete the operation. Members of a dynamic group cannot be changed.",
        ));
    }
    if group.is("mailEnabled") && !group.is_group_type("Unified") {
        return Err(GraphError::bad_request(
            "Unable to update the specified properties for objects that have originated within an external service.",
        ));
    }
    Ok(())
}

fn related(request: &Request, objects: Vec<&Object>, cast: Option<Kind>) -> Outcome {
    request.options.check_select(&[Kind::User, Kind::Group], &[])?;
    let kind = cast.unwrap_or(Kind::User);
    let context = cast.map_or("directoryObjects", Kind::collection);
    let listing = Listing { objects, kind, context, relation: true };
    collection::answer(request, listing, |object| object.view(request.options.select.as_deref()))
}

fn listing(tenant: &Tenant) -> Listing<'_> {
    let objects = tenant.live(Kind::Group).collect();
    Listing { objects, kind: Kind::Group, context: "groups", relation: false }
}

fn found<'a>(tenant: &'a Tenant, id: &str) -> Result<&'a Object, GraphError> {
    tenant.group(id).ok_or_else(|| GraphError::not_found(id))
}
