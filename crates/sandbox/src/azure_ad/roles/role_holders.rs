//! Who holds which role, wherever it was given: as a member of an activated directory role, or as a role assignment.
//!
//! Both are one thing. A role held in the whole directory is a membership of the activated role and nothing else, and
//! its role assignment is read off that; only assignments to a part of the directory are objects of their own.
//!
//! Source: microsoft-graph.md section 6.4.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::governance::Holding;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;
use crate::built_in_roles::{BuiltIn, built_in};
use crate::ids;

/// The scope that is the whole directory.
pub(crate) const WHOLE: &str = "/";

/// The activated role of a definition as an object, activated or not.
pub(crate) fn directory_role(role: &BuiltIn) -> Object {
    let properties = [
        ("displayName", json!(role.name)),
        ("description", json!(role.description)),
        ("roleTemplateId", json!(role.id)),
    ];
    let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Object::new(Kind::DirectoryRole, ids::guid("directory role", role.id), properties)
}

/// Whether somebody holds a role directly.
pub(crate) fn holds(tenant: &Tenant, holding: &Holding) -> bool {
    if holding.scope == WHOLE {
        return activated(tenant, &holding.role)
            .is_some_and(|role| role.members.contains(&holding.principal));
    }
    tenant.find(Kind::RoleAssignment, &assignment_id(holding)).is_some()
}

/// Gives somebody a role, which is activated where it was not; false where they had it.
pub(crate) fn grant(tenant: &mut Tenant, now: Timestamp, holding: &Holding) -> bool {
    if holds(tenant, holding) {
        return false;
    }
    if holding.scope != WHOLE {
        tenant.create(now, assignment(tenant, holding).of(&holding.principal));
        return true;
    }
    let known = activated(tenant, &holding.role).map(|role| role.id.clone());
    let role = match (known, built_in(&holding.role)) {
        (Some(id), _) => id,
        (None, Some(role)) => {
            let role = directory_role(role);
            let id = role.id.clone();
            tenant.create(now, role);
            id
        }
        (None, None) => return false,
    };
    tenant.add_member(now, &role, &holding.principal)
}

/// Takes a role from somebody; false where they did not hold it.
pub(crate) fn withdraw(tenant: &mut Tenant, now: Timestamp, holding: &Holding) -> bool {
    if !holds(tenant, holding) {
        return false;
    }
    if holding.scope != WHOLE {
        tenant.purge(now, Kind::RoleAssignment, &assignment_id(holding));
        return true;
    }
    let role = activated(tenant, &holding.role).map(|role| role.id.clone());
    role.is_some_and(|role| tenant.remove_member(now, &role, &holding.principal))
}

/// Every role assignment: one for each member of an activated role, then those to a part of the directory.
pub(crate) fn assignments(tenant: &Tenant) -> Vec<Object> {
    let of_role = |role: &Object| {
        let definition = role.text("roleTemplateId").unwrap_or_default().to_owned();
        let live = role.members.iter().filter(|id| tenant.live_object(id).is_some());
        let holding = |principal: &String| Holding {
            principal: principal.clone(),
            role: definition.clone(),
            scope: WHOLE.to_owned(),
        };
        live.map(|principal| assignment(tenant, &holding(principal))).collect::<Vec<_>>()
    };
    let mut all: Vec<Object> = tenant.live(Kind::DirectoryRole).flat_map(of_role).collect();
    let is_held =
        |object: &&Object| object.parent.as_deref().is_some_and(|id| tenant.live_object(id).is_some());
    all.extend(tenant.live(Kind::RoleAssignment).filter(is_held).cloned());
    all
}

/// What an assignment says.
pub(crate) fn holding_of(assignment: &Object) -> Holding {
    let text = |name: &str| assignment.text(name).unwrap_or_default().to_owned();
    Holding {
        principal: text("principalId"),
        role: text("roleDefinitionId"),
        scope: text("directoryScopeId"),
    }
}

/// A holding as a role assignment.
pub(crate) fn assignment(tenant: &Tenant, holding: &Holding) -> Object {
    let mut properties = Map::new();
    let fields: [(&str, Value); 4] = [
        ("principalId", json!(holding.principal)),
        ("roleDefinitionId", json!(holding.role)),
        ("directoryScopeId", json!(holding.scope)),
        ("principalOrganizationId", json!(tenant.id)),
    ];
    properties.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    Object::new(Kind::RoleAssignment, assignment_id(holding), properties)
}

/// The service's ids are texts without a meaning for clients.
fn assignment_id(holding: &Holding) -> String {
    ids::guid("role assignment", &format!("{}/{}/{}", holding.role, holding.principal, holding.scope))
}

fn activated<'a>(tenant: &'a Tenant, role: &str) -> Option<&'a Object> {
    tenant.live(Kind::DirectoryRole).find(|own| own.text("roleTemplateId") == Some(role))
}
