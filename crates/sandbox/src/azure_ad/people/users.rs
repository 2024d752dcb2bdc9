//! `/users`: list, count, get, create, update, delete.
//!
//! Source: microsoft-graph.md sections 2, 3 and 6.1.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::expansion;
use crate::azure_ad::kernel::permissions;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::logs::activity;
use crate::azure_ad::model::schema::{Kind, USER_BASIC};
use crate::azure_ad::people::domain_names::{is_federated, verified};
use crate::azure_ad::people::passwords;
use crate::azure_ad::people::protection;
use crate::azure_ad::people::unique_names;
use crate::azure_ad::people::user_input;
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/users", list),
    route::post("/users", create),
    route::get("/users/$count", count),
    route::get("/users/{user-id}", get),
    route::patch("/users/{user-id}", update),
    route::delete("/users/{user-id}", delete),
];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::User], &[])?;
    let expand = expansion::read(request, Kind::User)?;
    activity::check(tenant, request)?;
    let select = visible(request)?;
    collection::answer(request, listing(tenant), |user| {
        expansion::show(tenant, user, select.as_deref(), expand.as_ref())
    })
}

fn count(tenant: &mut Tenant, request: &Request) -> Outcome {
    collection::count(request, listing(tenant))
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = request.key(0);
    request.options.check_select(&[Kind::User], &[])?;
    let expand = expansion::read_single(request, Kind::User)?;
    activity::check(tenant, request)?;
    let select = visible(request)?;
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context_with_select("users", true)));
    body.extend(expansion::show(tenant, user, select.as_deref(), expand.as_ref()));
    Ok(Reply::ok(body))
}

fn create(tenant: &mut Tenant, request: &Request) -> Outcome {
    let mut properties = user_input::check(request.object()?, &verified(tenant))?;
    user_input::check_required(&properties)?;
    unique_names::check_user(tenant, "", &properties)?;
    let upn = properties.get("userPrincipalName").and_then(Value::as_str).unwrap_or_default();
    if is_federated(tenant, upn) && properties.get("onPremisesImmutableId").is_none_or(Value::is_null) {
        return Err(GraphError::bad_request(
            "A value is required for property 'onPremisesImmutableId' of resource 'User'.",
        ));
    }
    let manager = properties.remove("manager@odata.bind");
    let manager = manager.as_ref().map(|url| bound_user(tenant, url)).transpose()?;
    if let Some(mail) = properties.get("mail").and_then(Value::as_str) {
        let addresses = unique_names::with_main_address(None, mail);
        properties.insert("proxyAddresses".to_owned(), addresses);
    }
    properties.entry("userType").or_insert_with(|| json!("Member"));
    properties.extend(passwords::moments(request.now));
    let id = tenant.create_user(request.now, properties);
    if manager.is_some() {
        tenant.set_manager(request.now, &id, manager);
    }
    let user = tenant.user(&id).ok_or_else(|| GraphError::not_found(&id))?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context("users/$entity")));
    body.extend(user.view(None));
    Ok(Reply::Json(StatusCode::CREATED, Value::Object(body)))
}

fn update(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = request.key(0);
    let body = request.object()?;
    permissions::check_update(&request.roles, &body)?;
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    let id = user.id.clone();
    let mut properties = user_input::check(body, &verified(tenant))?;
    protection::check_update(tenant, request, user, &properties)?;
    user_input::check_mastery(user.is_synced(), &properties)?;
    unique_names::check_user(tenant, &id, &properties)?;
    if let Some(mail) = properties.get("mail").and_then(Value::as_str) {
        let addresses = unique_names::with_main_address(Some(user), mail);
        properties.insert("proxyAddresses".to_owned(), addresses);
    }
    if let Some(profile) = properties.get("passwordProfile").filter(|profile| profile.is_object()) {
        properties.extend(passwords::changes(tenant, &id, request.now, profile));
    }
    let manager = properties.remove("manager@odata.bind");
    let manager = manager.as_ref().map(|url| bound_user(tenant, url)).transpose()?;
    tenant.update(request.now, &id, properties);
    if manager.is_some() {
        tenant.set_manager(request.now, &id, manager);
    }
    Ok(Reply::NoContent)
}

fn delete(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = request.key(0);
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    protection::check(tenant, request, user)?;
    let id = user.id.clone();
    tenant.delete(request.now, Kind::User, &id);
    Ok(Reply::NoContent)
}

fn listing(tenant: &Tenant) -> Listing<'_> {
    let objects = tenant.live(Kind::User).collect();
    Listing { objects, kind: Kind::User, context: "users", relation: false }
}

/// The properties to show: those selected, or the few that basic permission allows.
///
/// # Errors
/// 403 when more is selected than basic permission allows.
fn visible(request: &Request) -> Result<Option<Vec<String>>, GraphError> {
    let select = &request.options.select;
    if permissions::reads_whole_users(&request.roles) {
        return Ok(select.clone());
    }
    let basic = |name: &String| USER_BASIC.iter().any(|known| known.eq_ignore_ascii_case(name));
    if !select.iter().flatten().all(basic) || request.options.expand.is_some() {
        return Err(GraphError::denied());
    }
    Ok(Some(select.clone().unwrap_or_else(|| USER_BASIC.iter().map(ToString::to_string).collect())))
}

/// Id of the live user a bound URL ends in.
fn bound_user(tenant: &Tenant, url: &Value) -> Result<String, GraphError> {
    let id = url.as_str().and_then(|url| url.trim_end_matches('/').rsplit('/').next()).unwrap_or_default();
    tenant.user(id).map(|user| user.id.clone()).ok_or_else(|| GraphError::not_found(id))
}
