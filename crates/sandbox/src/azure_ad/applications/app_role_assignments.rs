//! Who is assigned to which application, asked and changed from both sides: `appRoleAssignedTo` of a service
//! principal, `appRoleAssignments` of a user or of a service principal.
//!
//! Assignments of applications to Microsoft Graph are their permissions, kept in `consents`; the others are objects.
//!
//! Source: microsoft-graph.md sections 6.1, 6.8 and 6.9.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::azure_ad::applications::app_roles::{self, DEFAULT_ROLE, GRAPH_APP_ID};
use crate::azure_ad::applications::consents;
use crate::azure_ad::applications::service_principals;
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::methods;
use crate::azure_ad::state::changes::What;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::ids;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/users/{user-id}/appRoleAssignments", |tenant, request| {
        let user = methods::user(tenant, request)?.id.clone();
        list(tenant, request, &Side::Principal(user))
    }),
    route::post("/users/{user-id}/appRoleAssignments", |tenant, request| {
        let user = methods::user(tenant, request)?.id.clone();
        create(tenant, request, &Side::Principal(user))
    }),
    route::delete("/users/{user-id}/appRoleAssignments/{appRoleAssignment-id}", |tenant, request| {
        let user = methods::user(tenant, request)?.id.clone();
        remove(tenant, request, &Side::Principal(user))
    }),
    route::get("/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo", |tenant, request| {
        let resource = service_principals::found(tenant, request)?.id.clone();
        list(tenant, request, &Side::Resource(resource))
    }),
    route::post("/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo", |tenant, request| {
        let resource = service_principals::found(tenant, request)?.id.clone();
        create(tenant, request, &Side::Resource(resource))
    }),
    route::delete(
        "/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo/{appRoleAssignment-id}",
        |tenant, request| {
            let resource = service_principals::found(tenant, request)?.id.clone();
            remove(tenant, request, &Side::Resource(resource))
        },
    ),
    route::get("/servicePrincipals/{servicePrincipal-id}/appRoleAssignments", |tenant, request| {
        let principal = service_principals::found(tenant, request)?.id.clone();
        list(tenant, request, &Side::Principal(principal))
    }),
    route::post("/servicePrincipals/{servicePrincipal-id}/appRoleAssignments", |tenant, request| {
        let principal = service_principals::found(tenant, request)?.id.clone();
        create(tenant, request, &Side::Principal(principal))
    }),
    route::delete(
        "/servicePrincipals/{servicePrincipal-id}/appRoleAssignments/{appRoleAssignment-id}",
        |tenant, request| {
            let principal = service_principals::found(tenant, request)?.id.clone();
            remove(tenant, request, &Side::Principal(principal))
        },
    ),
];

/// Whose assignments a path speaks of, by object id.
enum Side {
    /// Who has the role.
    Principal(String),
    /// Whose role it is.
    Resource(String),
}

impl Side {
    fn is_of(&self, assignment: &Object) -> bool {
        match self {
            Self::Principal(id) => assignment.text("principalId") == Some(id),
            Self::Resource(id) => assignment.text("resourceId") == Some(id),
        }
    }
}

fn all(tenant: &Tenant, side: &Side) -> Vec<Object> {
    let stored = tenant.live(Kind::AppRoleAssignment).cloned();
    consents::assignments(tenant)
        .into_iter()
        .chain(stored)
        .filter(|assignment| side.is_of(assignment))
        .collect()
}

fn list(tenant: &Tenant, request: &Request, side: &Side) -> Outcome {
    request.options.check_select(&[Kind::AppRoleAssignment], &[])?;
    let all = all(tenant, side);
    let kind = Kind::AppRoleAssignment;
    let listing =
        Listing { objects: all.iter().collect(), kind, context: kind.collection(), relation: false };
    collection::answer(request, listing, |object| object.view(request.options.select.as_deref()))
}

fn create(tenant: &mut Tenant, request: &Request, side: &Side) -> Outcome {
    let body = request.object()?;
    let text = |name: &str| {
        let value = body.get(name).and_then(Value::as_str);
        value.map(str::to_ascii_lowercase).ok_or_else(|| {
            GraphError::bad_request(format!(
                "A value is required for property '{name}' of resource 'AppRoleAssignment'."
            ))
        })
    };
    let (principal_id, resource_id, role) = (text("principalId")?, text("resourceId")?, text("appRoleId")?);
    let named = match side {
        Side::Principal(id) => *id == principal_id,
        Side::Resource(id) => *id == resource_id,
    };
    if !named {
        return Err(GraphError::bad_request("The id in the path does not match the id in the request body."));
    }
    let principal = tenant.live_object(&principal_id).ok_or_else(|| GraphError::not_found(&principal_id))?;
    if !matches!(principal.kind, Kind::User | Kind::Group | Kind::ServicePrincipal) {
        return Err(GraphError::bad_request("The principal cannot be assigned to an application."));
    }
    let resource = tenant.find(Kind::ServicePrincipal, &resource_id);
    let resource = resource.ok_or_else(|| GraphError::not_found(&resource_id))?;
    check_role(resource, principal, &role)?;
    let taken = all(tenant, &Side::Principal(principal_id.clone()));
    let same =
        |own: &Object| own.text("resourceId") == Some(&resource_id) && own.text("appRoleId") == Some(&role);
    if taken.iter().any(same) {
        return Err(GraphError::bad_request("Permission being assigned already exists on the object"));
    }
    let assignment = match (permission(resource, &role), principal.text("appId").map(str::to_owned)) {
        (Some(permission), Some(client_id)) => grant(tenant, request, &client_id, &permission)?,
        _ => {
            let assignment = stored(request, principal, resource, &role);
            tenant.create(request.now, assignment.clone());
            assignment
        }
    };
    let mut answer = Map::new();
    answer.insert("@odata.context".to_owned(), json!(request.context("appRoleAssignments/$entity")));
    answer.extend(assignment.view(None));
    Ok(Reply::Json(StatusCode::CREATED, Value::Object(answer)))
}

/// The permission of Microsoft Graph a role stands for; nothing for roles of other applications.
fn permission(resource: &Object, role: &str) -> Option<String> {
    let is_graph = resource.text("appId") == Some(GRAPH_APP_ID);
    is_graph.then(|| app_roles::name(role)).flatten()
}

fn grant(
    tenant: &mut Tenant,
    request: &Request,
    client_id: &str,
    permission: &str,
) -> Result<Object, GraphError> {
    consents::set(tenant, client_id, permission, true);
    let id = consents::assignment_id(client_id, permission);
    tenant.settings.granted.insert(id.clone(), request.now);
    note(tenant, request, client_id, "Add app role assignment to service principal");
    let made = consents::assignments(tenant).into_iter().find(|own| own.id == id);
    made.ok_or_else(|| GraphError::not_found(client_id))
}

/// What the login authority keeps is no object whose changes the directory would log by itself.
fn note(tenant: &mut Tenant, request: &Request, client_id: &str, activity: &str) {
    let principal = consents::principal_id(client_id);
    tenant.append(request.now, Kind::ServicePrincipal, &principal, What::Noted(activity.to_owned()));
}

fn stored(request: &Request, principal: &Object, resource: &Object, role: &str) -> Object {
    let id = ids::guid("app role assignment", &format!("{}/{}/{role}", principal.id, resource.id));
    let fields = [
        ("appRoleId", json!(role)),
        ("createdDateTime", json!(seconds(request.now))),
        ("principalDisplayName", json!(principal.text("displayName"))),
        ("principalId", json!(principal.id)),
        ("principalType", json!(principal.kind.type_name())),
        ("resourceDisplayName", json!(resource.text("displayName"))),
        ("resourceId", json!(resource.id)),
    ];
    let properties = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Object::new(Kind::AppRoleAssignment, id, properties).of(&principal.id)
}

/// Refuses a role the application does not have, or does not give to such a principal.
fn check_role(resource: &Object, principal: &Object, role: &str) -> Result<(), GraphError> {
    let roles = resource.properties.get("appRoles").and_then(Value::as_array);
    let mut roles = roles.into_iter().flatten();
    let wanted = if principal.kind == Kind::ServicePrincipal { "Application" } else { "User" };
    let takes = |own: &Value| {
        own["allowedMemberTypes"].as_array().is_some_and(|types| types.iter().any(|t| t == wanted))
    };
    let found = roles.any(|own| own["id"].as_str() == Some(role) && takes(own));
    if found || role == DEFAULT_ROLE {
        return Ok(());
    }
    Err(GraphError::bad_request("Permission being assigned was not found on application"))
}

fn remove(tenant: &mut Tenant, request: &Request, side: &Side) -> Outcome {
    let id = request.key(1);
    let assignment = all(tenant, side).into_iter().find(|own| own.id.eq_ignore_ascii_case(id));
    let assignment = assignment.ok_or_else(|| GraphError::not_found(id))?;
    let principal = assignment.text("principalId").and_then(|id| tenant.live_object(id));
    let client_id = principal.and_then(|principal| principal.text("appId")).map(str::to_owned);
    let resource = assignment.text("resourceId").and_then(|id| tenant.live_object(id));
    let role = assignment.text("appRoleId").unwrap_or_default();
    match (resource.and_then(|resource| permission(resource, role)), client_id) {
        (Some(permission), Some(client_id)) => {
            consents::set(tenant, &client_id, &permission, false);
            tenant.settings.granted.remove(&assignment.id);
            note(tenant, request, &client_id, "Remove app role assignment from service principal");
        }
        _ => tenant.purge(request.now, Kind::AppRoleAssignment, &assignment.id),
    }
    Ok(Reply::NoContent)
}
