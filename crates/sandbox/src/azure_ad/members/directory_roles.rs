//! `/directoryRoles`: the activated roles and who holds them for good.
//!
//! Source: microsoft-graph.md sections 3 (alternate keys, the danger of a path without `/$ref`) and 6.4.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::members::group_rules::{already, check_change};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::protection;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;
use crate::built_in_roles::{BuiltIn, built_in};
use crate::ids;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/directoryRoles", |tenant, request| entity::list(tenant, request, Kind::DirectoryRole)),
    route::post("/directoryRoles", activate),
    route::get("/directoryRoles/{directoryRole-id}", get),
    route::get("/directoryRoles/{directoryRole-id}/members", members),
    route::post("/directoryRoles/{directoryRole-id}/members/$ref", add_member),
    route::delete("/directoryRoles/{directoryRole-id}/members/{directoryObject-id}/$ref", remove_member),
    route::delete("/directoryRoles/{directoryRole-id}/members/{directoryObject-id}", |tenant, request| {
        let is_one = found(tenant, request)?.members.contains(&request.key(1).to_ascii_lowercase());
        delete_object(tenant, request, is_one)
    }),
];

/// The role of a template as an object, activated or not.
pub(crate) fn role(template: &BuiltIn) -> Object {
    let fields = [
        ("displayName", json!(template.name)),
        ("description", json!(template.description)),
        ("roleTemplateId", json!(template.id)),
    ];
    let properties = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Object::new(Kind::DirectoryRole, ids::guid("directory role", template.id), properties)
}

/// Gives somebody a role, which is activated where it was not; false where they had it.
pub(crate) fn grant(tenant: &mut Tenant, now: Timestamp, template: &BuiltIn, principal: &str) -> bool {
    let role = role(template);
    let id = role.id.clone();
    if tenant.find(Kind::DirectoryRole, &id).is_none() {
        tenant.create(now, role);
    }
    tenant.add_member(now, &id, principal)
}

/// Takes a role from somebody; false where they did not have it.
pub(crate) fn withdraw(tenant: &mut Tenant, now: Timestamp, template: &BuiltIn, principal: &str) -> bool {
    tenant.remove_member(now, &role(template).id, principal)
}

fn activate(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let id = body.get("roleTemplateId").and_then(Value::as_str);
    let id = id.ok_or_else(|| {
        GraphError::bad_request(
            "A value is required for property 'roleTemplateId' of resource 'DirectoryRole'.",
        )
    })?;
    let role = role(built_in(id).ok_or_else(|| GraphError::not_found(id))?);
    if tenant.find(Kind::DirectoryRole, &role.id).is_some() {
        let message = "A conflicting object with one or more of the specified property values is present in the \
                       directory.";
        return Err(GraphError::bad_request(message).with_detail(
            "ConflictingObjects",
            "roleTemplateId",
            message,
        ));
    }
    let shown = entity::shown(request, &role);
    tenant.create(request.now, role);
    Ok(Reply::Json(StatusCode::CREATED, Value::Object(shown)))
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::DirectoryRole], &[])?;
    Ok(Reply::ok(entity::shown(request, found(tenant, request)?)))
}

fn members(tenant: &mut Tenant, request: &Request) -> Outcome {
    related::unpaged(request, &tenant.members_of(found(tenant, request)?, false))
}

fn add_member(tenant: &mut Tenant, request: &Request) -> Outcome {
    let target = request.reference()?;
    let role = found(tenant, request)?.id.clone();
    let member = tenant.live_object(&target).or_else(|| tenant.user(&target));
    let member = member.ok_or_else(|| GraphError::not_found(&target))?;
    let fits = match member.kind {
        Kind::User | Kind::ServicePrincipal => true,
        Kind::Group => member.is("isAssignableToRole"),
        _ => false,
    };
    if !fits {
        return Err(GraphError::bad_request(
            "Only role-assignable groups, users and service principals can hold a role.",
        ));
    }
    let member = member.id.clone();
    if !tenant.add_member(request.now, &role, &member) {
        return Err(already("members"));
    }
    Ok(Reply::NoContent)
}

fn remove_member(tenant: &mut Tenant, request: &Request) -> Outcome {
    let role = found(tenant, request)?.id.clone();
    let member = request.key(1);
    if !tenant.remove_member(request.now, &role, &member.to_ascii_lowercase()) {
        return Err(GraphError::not_found(member));
    }
    Ok(Reply::NoContent)
}

/// What a path to a member without `/$ref` does: it deletes the object itself, if the application may.
pub(crate) fn delete_object(tenant: &mut Tenant, request: &Request, is_one: bool) -> Outcome {
    let id = request.key(1);
    let object = tenant.live_object(id).filter(|_| is_one).ok_or_else(|| GraphError::not_found(id))?;
    let (kind, id) = (object.kind, object.id.clone());
    let needed: &[&str] = match kind {
        Kind::User => &["User.DeleteRestore.All", "User.ReadWrite.All", "Directory.ReadWrite.All"],
        Kind::Group => &["Group.ReadWrite.All", "Directory.ReadWrite.All"],
        _ => &[],
    };
    if !request.roles.hold_one(needed) {
        return Err(GraphError::denied());
    }
    match kind {
        Kind::User => {
            protection::check(tenant, request, object)?;
            tenant.delete(request.now, kind, &id);
        }
        _ => {
            check_change(request, object)?;
            match object.is_group_type("Unified") {
                true => tenant.delete(request.now, kind, &id),
                false => tenant.purge(request.now, kind, &id),
            }
        }
    }
    Ok(Reply::NoContent)
}

fn found<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    let key = request.keys.first();
    let by_template = key.is_some_and(|key| key.name.as_deref() == Some("roletemplateid"));
    let mut roles = tenant.live(Kind::DirectoryRole);
    let role = match by_template {
        true => roles.find(|role| {
            role.text("roleTemplateId").is_some_and(|id| id.eq_ignore_ascii_case(request.key(0)))
        }),
        false => tenant.find(Kind::DirectoryRole, request.key(0)),
    };
    role.ok_or_else(|| GraphError::not_found(request.key(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::built_in_roles::BUILT_IN;

    #[test]
    fn every_built_in_makes_a_role_of_its_own() {
        let ids: Vec<String> = BUILT_IN.iter().map(|template| role(template).id).collect();
        let distinct: std::collections::BTreeSet<&String> = ids.iter().collect();
        assert_eq!(distinct.len(), BUILT_IN.len());
    }
}
