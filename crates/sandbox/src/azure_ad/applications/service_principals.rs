//! `/servicePrincipals`: one for every application, and Microsoft Graph's own.
//!
//! Source: microsoft-graph.md sections 3 (alternate key), 6.8 and 15.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::applications::app_roles::{self, GRAPH_APP_ID};
use crate::azure_ad::applications::consents;
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::{DIRECTORY, Kind};
use crate::azure_ad::state::apps::App;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};

/// Tenant of the applications of the service itself.
const MICROSOFT_TENANT: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

pub(crate) const ROUTES: &[Route] = &[
    route::get("/servicePrincipals", |tenant, request| entity::list(tenant, request, Kind::ServicePrincipal)),
    route::get("/servicePrincipals/$count", |tenant, request| {
        let kind = Kind::ServicePrincipal;
        entity::count_of(request, kind, tenant.live(kind).collect())
    }),
    route::relation("/servicePrincipals/{servicePrincipal-id}/owners", |tenant, request| {
        let owners = &found(tenant, request)?.owners;
        related::list(request, Kind::User, owners.iter().filter_map(|id| tenant.live_object(id)).collect())
    }),
    route::relation("/servicePrincipals/{servicePrincipal-id}/ownedObjects", |tenant, request| {
        let owner = found(tenant, request)?;
        related::list(request, Kind::ServicePrincipal, tenant.owned_by(&owner.id, &DIRECTORY))
    }),
    route::get("/servicePrincipals/{servicePrincipal-id}", get),
];

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::ServicePrincipal], &[])?;
    Ok(Reply::ok(entity::shown(request, found(tenant, request)?)))
}

/// The service principal the first key of the path names, by id or application id.
///
/// # Errors
/// 404.
pub(crate) fn found<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    let by_app = request.keys.first().is_some_and(|key| key.name.as_deref() == Some("appid"));
    let mut principals = tenant.live(Kind::ServicePrincipal);
    let found = match by_app {
        true => {
            principals.find(|own| own.text("appId").is_some_and(|id| id.eq_ignore_ascii_case(request.key(0))))
        }
        false => tenant.find(Kind::ServicePrincipal, request.key(0)),
    };
    found.ok_or_else(|| GraphError::not_found(request.key(0)))
}

/// Makes the service principals that are missing. Applications come and go without the directory.
pub(crate) fn settle(tenant: &mut Tenant, now: Timestamp) {
    if tenant.directory.count(Kind::ServicePrincipal) > consents::count(tenant) {
        return;
    }
    if tenant.find(Kind::ServicePrincipal, &consents::principal_id(GRAPH_APP_ID)).is_none() {
        tenant.directory.insert(graph(tenant));
    }
    let applications: Vec<App> = tenant.apps.all().cloned().collect();
    for application in applications {
        if tenant.find(Kind::ServicePrincipal, &application.object_id).is_none() {
            tenant.create(now, principal(tenant, &application));
        }
    }
}

/// All service principals of a new tenant, which have always been there.
pub(crate) fn seed(tenant: &mut Tenant) {
    tenant.directory.insert(graph(tenant));
    let applications: Vec<App> = tenant.apps.all().cloned().collect();
    for application in applications {
        let principal = principal(tenant, &application);
        tenant.directory.insert(principal);
    }
}

fn principal(tenant: &Tenant, application: &App) -> Object {
    let tags: &[&str] = &["WindowsAzureActiveDirectoryIntegratedApp"];
    let (principal_type, audience, tags) = match application.managed_identity {
        Some(_) => ("ManagedIdentity", None, &[][..]),
        None => ("Application", Some("AzureADMyOrg"), tags),
    };
    let fields = [
        ("accountEnabled", json!(application.enabled)),
        ("appId", json!(application.client_id)),
        ("appDisplayName", json!(application.name)),
        ("displayName", json!(application.name)),
        ("appOwnerOrganizationId", json!(tenant.id)),
        ("appRoleAssignmentRequired", json!(false)),
        ("servicePrincipalNames", json!([application.client_id])),
        ("servicePrincipalType", json!(principal_type)),
        ("signInAudience", json!(audience)),
        ("tags", json!(tags)),
    ];
    Object::new(Kind::ServicePrincipal, application.object_id.clone(), set(fields))
}

fn graph(tenant: &Tenant) -> Object {
    let role = |name: String| {
        json!({
            "id": app_roles::id(&name), "value": name, "displayName": name, "description": name,
            "allowedMemberTypes": ["Application"], "isEnabled": true, "origin": "Application",
        })
    };
    let roles: Vec<Value> = app_roles::all().into_iter().map(role).collect();
    let fields = [
        ("accountEnabled", json!(true)),
        ("appId", json!(GRAPH_APP_ID)),
        ("appDisplayName", json!("Microsoft Graph")),
        ("displayName", json!("Microsoft Graph")),
        ("appOwnerOrganizationId", json!(MICROSOFT_TENANT)),
        ("appRoleAssignmentRequired", json!(false)),
        ("appRoles", json!(roles)),
        ("servicePrincipalNames", json!([GRAPH_APP_ID, "https://graph.microsoft.com"])),
        ("servicePrincipalType", json!("Application")),
        ("signInAudience", json!("AzureADMultipleOrgs")),
        ("tags", json!([])),
        ("createdDateTime", json!(seconds(tenant.settings.founded))),
    ];
    Object::new(Kind::ServicePrincipal, consents::principal_id(GRAPH_APP_ID), set(fields))
}

fn set<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
