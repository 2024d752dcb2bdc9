//! `/roleManagement/directory/roleAssignments`: who holds which role.
//!
//! Source: microsoft-graph.md section 6.4.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::expansion;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::roles::role_holders;
use crate::azure_ad::roles::role_input;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

const KIND: Kind = Kind::RoleAssignment;

/// What a new assignment may say besides principal, role and scope.
const KNOWN: [&str; 5] = ["principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "condition"];

pub(crate) const ROUTES: &[Route] = &[
    route::get("/roleManagement/directory/roleAssignments", list),
    route::post("/roleManagement/directory/roleAssignments", create),
    route::get("/roleManagement/directory/roleAssignments/{unifiedRoleAssignment-id}", get),
    route::delete("/roleManagement/directory/roleAssignments/{unifiedRoleAssignment-id}", remove),
];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[KIND], &[])?;
    let expand = expansion::read(request, KIND)?;
    let all = role_holders::assignments(tenant);
    let listing =
        Listing { objects: all.iter().collect(), kind: KIND, context: KIND.collection(), relation: false };
    let (tenant, select) = (&*tenant, request.options.select.as_deref());
    collection::answer(request, listing, |object| expansion::show(tenant, object, select, expand.as_ref()))
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[KIND], &[])?;
    let expand = expansion::read_single(request, KIND)?;
    let assignment = found(tenant, request)?;
    let mut body = entity::shown(request, &assignment);
    body.extend(expansion::show(tenant, &assignment, request.options.select.as_deref(), expand.as_ref()));
    Ok(Reply::ok(body))
}

fn create(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    check_names(&body)?;
    let holding = role_input::holding(tenant, &body, "UnifiedRoleAssignment")?;
    if !role_holders::grant(tenant, request.now, &holding) {
        let message = "A conflicting object with one or more of the specified property values is present in the \
                       directory.";
        let error = GraphError::bad_request(message);
        return Err(error.with_detail("ConflictingObjects", "principalId", message));
    }
    let made = role_holders::assignment(tenant, &holding);
    let mut body = Map::new();
    body.insert(
        "@odata.context".to_owned(),
        json!(request.context(&format!("{}/$entity", KIND.collection()))),
    );
    body.extend(made.view(None));
    Ok(Reply::Json(StatusCode::CREATED, Value::Object(body)))
}

/// Refuses properties an assignment does not have, or that cannot be set.
fn check_names(body: &Map<String, Value>) -> Result<(), GraphError> {
    let is_known =
        |name: &str| name.contains('@') || KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name));
    match body.keys().find(|name| !is_known(name)) {
        Some(name) => Err(GraphError::bad_request(format!("Invalid property '{name}'."))),
        None => Ok(()),
    }
}

fn remove(tenant: &mut Tenant, request: &Request) -> Outcome {
    let holding = role_holders::holding_of(&found(tenant, request)?);
    role_holders::withdraw(tenant, request.now, &holding);
    Ok(Reply::NoContent)
}

fn found(tenant: &Tenant, request: &Request) -> Result<Object, GraphError> {
    let id = request.key(0);
    let mut all = role_holders::assignments(tenant).into_iter();
    all.find(|assignment| assignment.id.eq_ignore_ascii_case(id)).ok_or_else(|| GraphError::not_found(id))
}
