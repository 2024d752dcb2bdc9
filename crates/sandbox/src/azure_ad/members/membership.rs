//! What holds an object, and its membership asked with a POST: `memberOf`, `checkMemberGroups`, `getMemberObjects`.
//!
//! Source: microsoft-graph.md section 6.1. The POSTs work alike on everything that can be a member *(known)*.

use serde_json::{Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Most ids one request to check memberships may name.
const CHECKED_MAX: usize = 20;

/// Permissions that let an application see what a directory role is.
const READ_ROLES: &[&str] = &[
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

pub(crate) const ROUTES: &[Route] = &[
    route::relation("/users/{user-id}/memberOf", |tenant, request| member_of(tenant, request, false)),
    route::relation("/users/{user-id}/transitiveMemberOf", |tenant, request| {
        member_of(tenant, request, true)
    }),
    route::relation("/servicePrincipals/{servicePrincipal-id}/memberOf", |tenant, request| {
        member_of(tenant, request, false)
    }),
    route::relation("/servicePrincipals/{servicePrincipal-id}/transitiveMemberOf", |tenant, request| {
        member_of(tenant, request, true)
    }),
    route::relation("/devices/{device-id}/memberOf", |tenant, request| member_of(tenant, request, false)),
    route::relation("/devices/{device-id}/transitiveMemberOf", |tenant, request| {
        member_of(tenant, request, true)
    }),
    route::post("/users/{user-id}/checkMemberGroups", check_groups),
    route::post("/users/{user-id}/getMemberGroups", get_groups),
    route::post("/users/{user-id}/checkMemberObjects", check_objects),
    route::post("/users/{user-id}/getMemberObjects", get_objects),
    route::post("/groups/{group-id}/checkMemberGroups", check_groups),
    route::post("/groups/{group-id}/getMemberGroups", get_groups),
    route::post("/groups/{group-id}/checkMemberObjects", check_objects),
    route::post("/groups/{group-id}/getMemberObjects", get_objects),
    route::post("/servicePrincipals/{servicePrincipal-id}/checkMemberGroups", check_groups),
    route::post("/servicePrincipals/{servicePrincipal-id}/getMemberGroups", get_groups),
    route::post("/servicePrincipals/{servicePrincipal-id}/checkMemberObjects", check_objects),
    route::post("/servicePrincipals/{servicePrincipal-id}/getMemberObjects", get_objects),
    route::post("/devices/{device-id}/checkMemberGroups", check_groups),
    route::post("/devices/{device-id}/getMemberGroups", get_groups),
    route::post("/devices/{device-id}/checkMemberObjects", check_objects),
    route::post("/devices/{device-id}/getMemberObjects", get_objects),
    route::post("/directoryObjects/{directoryObject-id}/checkMemberGroups", check_groups),
    route::post("/directoryObjects/{directoryObject-id}/getMemberGroups", get_groups),
    route::post("/directoryObjects/{directoryObject-id}/checkMemberObjects", check_objects),
    route::post("/directoryObjects/{directoryObject-id}/getMemberObjects", get_objects),
];

/// What holds an object, directly or also through groups.
fn member_of(tenant: &Tenant, request: &Request, transitive: bool) -> Outcome {
    let holders = tenant.holders_of(&member(tenant, request)?.id, transitive);
    let reads_roles = request.roles.hold_one(READ_ROLES);
    related::list_as(request, Kind::Group, holders, |object| {
        let mut view = object.view(request.options.select.as_deref());
        // What the application may not read comes with its id and type only.
        if object.kind == Kind::DirectoryRole && !reads_roles {
            let hidden = view.iter_mut().filter(|(name, _)| name.as_str() != "id");
            hidden.for_each(|(_, value)| *value = Value::Null);
        }
        view
    })
}

/// Those of the named groups that hold the object, directly or not; unknown ids are left out.
fn check_groups(tenant: &mut Tenant, request: &Request) -> Outcome {
    let named = named(request, "groupIds", "group ids")?;
    let holders = tenant.groups_of(&member(tenant, request)?.id, true);
    Ok(among(request, &holders, &named))
}

/// The same of everything that can hold something.
fn check_objects(tenant: &mut Tenant, request: &Request) -> Outcome {
    let named = named(request, "ids", "ids")?;
    let holders = tenant.holders_of(&member(tenant, request)?.id, true);
    Ok(among(request, &holders, &named))
}

/// All groups that hold the object, directly or not.
fn get_groups(tenant: &mut Tenant, request: &Request) -> Outcome {
    let security_only = security_only(request)?;
    let holders = tenant.groups_of(&member(tenant, request)?.id, true);
    let wanted = holders.iter().filter(|group| !security_only || group.is("securityEnabled"));
    Ok(ids(request, wanted.map(|group| group.id.as_str()).collect()))
}

/// All groups, roles and units that hold the object, directly or not.
fn get_objects(tenant: &mut Tenant, request: &Request) -> Outcome {
    let security_only = security_only(request)?;
    let holders = tenant.holders_of(&member(tenant, request)?.id, true);
    let is_wanted = |object: &&&Object| match object.kind {
        Kind::Group => !security_only || object.is("securityEnabled"),
        _ => !security_only,
    };
    Ok(ids(request, holders.iter().filter(is_wanted).map(|object| object.id.as_str()).collect()))
}

fn security_only(request: &Request) -> Result<bool, GraphError> {
    let body = request.object()?;
    Ok(body.get("securityEnabledOnly").and_then(Value::as_bool).unwrap_or(false))
}

/// The ids a body names.
fn named(request: &Request, parameter: &str, what: &str) -> Result<Vec<String>, GraphError> {
    let body = request.object()?;
    let texts = body.get(parameter).and_then(Value::as_array);
    let named: Option<Vec<String>> =
        texts.and_then(|ids| ids.iter().map(|id| id.as_str().map(str::to_owned)).collect());
    let named = named.ok_or_else(|| {
        GraphError::bad_request(format!("A value is required for parameter '{parameter}'."))
    })?;
    if named.len() > CHECKED_MAX {
        return Err(GraphError::bad_request(format!(
            "The number of {what} exceeds the maximum of {CHECKED_MAX}."
        )));
    }
    Ok(named)
}

fn among(request: &Request, holders: &[&Object], named: &[String]) -> Reply {
    let is_named = |id: &&str| named.iter().any(|named| named.eq_ignore_ascii_case(id));
    ids(request, holders.iter().map(|holder| holder.id.as_str()).filter(is_named).collect())
}

/// The object the path names: of the kind its collection holds, or any one.
fn member<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    let id = request.key(0);
    let found = match request.template.split('/').nth(1) {
        Some("users") => tenant.user(id),
        Some("groups") => tenant.group(id),
        Some("servicePrincipals") => match request.keys.first().is_some_and(|key| key.name.is_some()) {
            true => tenant
                .live(Kind::ServicePrincipal)
                .find(|principal| principal.text("appId").is_some_and(|own| own.eq_ignore_ascii_case(id))),
            false => tenant.find(Kind::ServicePrincipal, id),
        },
        Some("devices") => tenant.find(Kind::Device, id),
        _ => tenant.live_object(id),
    };
    found.ok_or_else(|| GraphError::not_found(id))
}

fn ids(request: &Request, ids: Vec<&str>) -> Reply {
    Reply::ok(json!({ "@odata.context": request.context("Collection(Edm.String)"), "value": ids }))
}
