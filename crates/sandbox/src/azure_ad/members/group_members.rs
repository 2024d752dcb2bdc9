//! Members and owners of groups, one by one, and what groups are members of.
//!
//! Source: microsoft-graph.md sections 3 (the danger of a path without `/$ref`) and 6.3.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::members::directory_roles;
use crate::azure_ad::members::group_rules::{self, Holder};
use crate::azure_ad::members::groups::{found, owners_of};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[
    route::relation("/groups/{group-id}/members", |tenant, request| members(tenant, request, false)),
    route::relation("/groups/{group-id}/transitiveMembers", |tenant, request| members(tenant, request, true)),
    route::post("/groups/{group-id}/members/$ref", add_member),
    route::delete("/groups/{group-id}/members/{directoryObject-id}/$ref", remove_member),
    route::delete("/groups/{group-id}/members/{directoryObject-id}", |tenant, request| {
        let group = found(tenant, request)?;
        let is_one = group.members.contains(&request.key(1).to_ascii_lowercase());
        directory_roles::delete_object(tenant, request, is_one)
    }),
    route::relation("/groups/{group-id}/owners", owners),
    route::post("/groups/{group-id}/owners/$ref", add_owner),
    route::delete("/groups/{group-id}/owners/{directoryObject-id}/$ref", remove_owner),
    route::delete("/groups/{group-id}/owners/{directoryObject-id}", |tenant, request| {
        let group = found(tenant, request)?;
        let is_one = group.owners.contains(&request.key(1).to_ascii_lowercase());
        directory_roles::delete_object(tenant, request, is_one)
    }),
    route::relation("/groups/{group-id}/memberOf", |tenant, request| member_of(tenant, request, false)),
    route::relation("/groups/{group-id}/transitiveMemberOf", |tenant, request| {
        member_of(tenant, request, true)
    }),
];

/// Members, directly or also those of groups within.
fn members(tenant: &Tenant, request: &Request, transitive: bool) -> Outcome {
    related::list(request, Kind::User, tenant.members_of(found(tenant, request)?, transitive))
}

fn add_member(tenant: &mut Tenant, request: &Request) -> Outcome {
    let target = request.reference()?;
    let group = found(tenant, request)?;
    group_rules::check_member_change(request, group)?;
    let member = group_rules::member(tenant, Holder::of(group), &target)?.id.clone();
    let group = group.id.clone();
    if !tenant.add_member(request.now, &group, &member) {
        return Err(group_rules::already("members"));
    }
    Ok(Reply::NoContent)
}

fn remove_member(tenant: &mut Tenant, request: &Request) -> Outcome {
    let (group, member) = (found(tenant, request)?, request.key(1));
    group_rules::check_member_change(request, group)?;
    let group = group.id.clone();
    if !tenant.remove_member(request.now, &group, &member.to_ascii_lowercase()) {
        return Err(GraphError::not_found(member));
    }
    Ok(Reply::NoContent)
}

fn owners(tenant: &mut Tenant, request: &Request) -> Outcome {
    let group = found(tenant, request)?;
    related::list(request, Kind::User, owners_of(tenant, group))
}

fn add_owner(tenant: &mut Tenant, request: &Request) -> Outcome {
    let target = request.reference()?;
    let group = found(tenant, request)?;
    group_rules::check_change(request, group)?;
    let (group, owner) = (group.id.clone(), group_rules::owner(tenant, &target)?.id.clone());
    if !tenant.add_owner(request.now, &group, &owner) {
        return Err(group_rules::already("owners"));
    }
    Ok(Reply::NoContent)
}

fn remove_owner(tenant: &mut Tenant, request: &Request) -> Outcome {
    let (group, owner) = (found(tenant, request)?, request.key(1).to_ascii_lowercase());
    group_rules::check_change(request, group)?;
    if group.is_group_type("Unified") && group.owners.len() == 1 && group.owners.contains(&owner) {
        return Err(GraphError::bad_request(
            "The group must have at least one owner, hence this owner cannot be removed.",
        ));
    }
    let group = group.id.clone();
    if !tenant.remove_owner(request.now, &group, &owner) {
        return Err(GraphError::not_found(&owner));
    }
    Ok(Reply::NoContent)
}

/// What holds the group: other groups, roles, units.
fn member_of(tenant: &Tenant, request: &Request, transitive: bool) -> Outcome {
    related::list(request, Kind::Group, tenant.holders_of(&found(tenant, request)?.id, transitive))
}
