//! `/directoryRoleTemplates`: the roles a directory can have, activated or not.
//!
//! Source: microsoft-graph.md section 6.4. They are not paged, like the roles themselves.

use serde_json::{Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::state::tenant::Tenant;
use crate::built_in_roles::{BUILT_IN, BuiltIn, built_in};

pub(crate) const ROUTES: &[Route] =
    &[route::get("/directoryRoleTemplates", list), route::get("/directoryRoleTemplates/{template-id}", get)];

fn list(_: &mut Tenant, request: &Request) -> Outcome {
    let templates: Vec<Value> = BUILT_IN.iter().map(shown).collect();
    Ok(Reply::ok(json!({ "@odata.context": request.context("directoryRoleTemplates"), "value": templates })))
}

fn get(_: &mut Tenant, request: &Request) -> Outcome {
    let id = request.key(0);
    let template = built_in(id).filter(|role| role.id.eq_ignore_ascii_case(id));
    let mut body = shown(template.ok_or_else(|| GraphError::not_found(id))?);
    body["@odata.context"] = json!(request.context("directoryRoleTemplates/$entity"));
    Ok(Reply::ok(body))
}

fn shown(role: &BuiltIn) -> Value {
    json!({
        "id": role.id, "deletedDateTime": null, "description": role.description, "displayName": role.name,
    })
}
