//! `/roleManagement/directory/roleDefinitions`: the roles there are.
//!
//! Source: microsoft-graph.md section 6.4: the id of a built-in role is that of its template, in every tenant.

use serde_json::{Map, Value, json};

use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::built_in_roles::BuiltIn;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/roleManagement/directory/roleDefinitions", |tenant, request| {
        entity::list(tenant, request, Kind::RoleDefinition)
    }),
    route::get("/roleManagement/directory/roleDefinitions/{unifiedRoleDefinition-id}", |tenant, request| {
        entity::get(tenant, request, Kind::RoleDefinition)
    }),
];

/// A built-in role as a definition.
pub(crate) fn definition(role: &BuiltIn) -> Object {
    let mut properties = Map::new();
    let fields: [(&str, Value); 8] = [
        ("displayName", json!(role.name)),
        ("description", json!(role.description)),
        ("isBuiltIn", json!(true)),
        ("isEnabled", json!(true)),
        ("resourceScopes", json!(["/"])),
        ("templateId", json!(role.id)),
        ("version", json!("1")),
        ("rolePermissions", json!([{ "allowedResourceActions": role.actions, "condition": null }])),
    ];
    properties.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    Object::new(Kind::RoleDefinition, role.id.to_owned(), properties)
}
