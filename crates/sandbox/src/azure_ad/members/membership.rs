//! Who is in which group, asked from the user: `memberOf`, `checkMemberGroups`, `getMemberGroups`.
//!
//! Source: microsoft-graph.md section 6.1.

use serde_json::{Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Most groups one `checkMemberGroups` may name.
const CHECKED_GROUPS_MAX: usize = 20;

/// Permissions that let an application see what a directory role is.
const READ_ROLES: &[&str] = &[
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

pub(crate) const ROUTES: &[Route] = &[
    route::get("/users/{user-id}/memberOf", |tenant, request| member_of(tenant, request, false, None)),
    route::get("/users/{user-id}/memberOf/graph.group", |tenant, request| {
        member_of(tenant, request, false, Some(Kind::Group))
    }),
    route::get("/users/{user-id}/memberOf/graph.directoryRole", |tenant, request| {
        member_of(tenant, request, false, Some(Kind::DirectoryRole))
    }),
    route::get("/users/{user-id}/transitiveMemberOf", |tenant, request| {
        member_of(tenant, request, true, None)
    }),
    route::get("/users/{user-id}/transitiveMemberOf/graph.group", |tenant, request| {
        member_of(tenant, request, true, Some(Kind::Group))
    }),
    route::post("/users/{user-id}/checkMemberGroups", check_groups),
    route::post("/users/{user-id}/getMemberGroups", get_groups),
];

/// What holds the user, directly or also through groups: all, or only what is of one kind.
fn member_of(tenant: &Tenant, request: &Request, transitive: bool, cast: Option<Kind>) -> Outcome {
    let kind = cast.unwrap_or(Kind::Group);
    request.options.check_select(&[kind], &[])?;
    let user = user(tenant, request)?;
    let mut objects = tenant.groups_of(&user.id, transitive);
    for holder in [Kind::DirectoryRole, Kind::AdministrativeUnit] {
        objects.extend(tenant.live(holder).filter(|role| role.members.contains(&user.id)));
    }
    objects.retain(|object| cast.is_none_or(|kind| object.kind == kind));
    let context = cast.map_or("directoryObjects", Kind::collection);
    let listing = Listing { objects, kind, context, relation: true };
    let reads_roles = request.roles.hold_one(READ_ROLES);
    collection::answer(request, listing, |object| {
        let mut view = object.view(request.options.select.as_deref());
        // What the application may not read comes with its id and type only.
        if object.kind == Kind::DirectoryRole && !reads_roles {
            let hidden = view.iter_mut().filter(|(name, _)| name.as_str() != "id");
            hidden.for_each(|(_, value)| *value = Value::Null);
        }
        view
    })
}

/// Those of the named groups that hold the user, directly or not; unknown ids are left out.
fn check_groups(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let named: Option<Vec<&str>> = body
        .get("groupIds")
        .and_then(Value::as_array)
        .and_then(|ids| ids.iter().map(Value::as_str).collect());
    let named =
        named.ok_or_else(|| GraphError::bad_request("A value is required for parameter 'groupIds'."))?;
    if named.len() > CHECKED_GROUPS_MAX {
        return Err(GraphError::bad_request(format!(
            "The number of group ids exceeds the maximum of {CHECKED_GROUPS_MAX}."
        )));
    }
    let user = user(tenant, request)?;
    let holding = tenant.groups_of(&user.id, true);
    let is_named = |id: &&str| named.iter().any(|named| named.eq_ignore_ascii_case(id));
    let found: Vec<&str> = holding.iter().map(|group| group.id.as_str()).filter(is_named).collect();
    Ok(ids(request, found))
}

/// All groups that hold the user, directly or not.
fn get_groups(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let security_only = body.get("securityEnabledOnly").and_then(Value::as_bool).unwrap_or(false);
    let user = user(tenant, request)?;
    let holding = tenant.groups_of(&user.id, true);
    let wanted = holding.iter().filter(|group| !security_only || group.is("securityEnabled"));
    Ok(ids(request, wanted.map(|group| group.id.as_str()).collect()))
}

fn user<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    tenant.user(request.key(0)).ok_or_else(|| GraphError::not_found(request.key(0)))
}

fn ids(request: &Request, ids: Vec<&str>) -> Reply {
    Reply::ok(json!({ "@odata.context": request.context("Collection(Edm.String)"), "value": ids }))
}
