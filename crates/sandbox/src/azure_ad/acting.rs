//! What a colleague does in the tenant's portal: the acts of the admin interface.
//!
//! Laxer than the API, so that a script can say only what matters: what a new user must have is
//! filled in. Permissions are not checked.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::domain_names::verified;
use crate::azure_ad::people::unique_names::taken;
use crate::azure_ad::people::user_input;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Whether an act made something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    New,
    Existing,
}

/// Creates a user from Graph properties, `upn` as a short name of `userPrincipalName`, and
/// `manager` (UPN or object id). A user of that name is given back as it is.
///
/// # Errors
/// What the directory would refuse.
pub(crate) fn create_user(
    tenant: &mut Tenant,
    now: Timestamp,
    body: Map<String, Value>,
) -> Result<(Made, Value), GraphError> {
    let (mut properties, manager) = read(tenant, body)?;
    let Some(upn) = properties.get("userPrincipalName").and_then(Value::as_str).map(str::to_owned) else {
        return Err(GraphError::bad_request("A new user needs `upn`."));
    };
    if let Some(user) = tenant.by_upn(&upn) {
        return Ok((Made::Existing, shown(user)));
    }
    let nickname = upn.split('@').next().unwrap_or_default().to_owned();
    let filled = [
        ("displayName", json!(nickname)),
        ("mailNickname", json!(nickname)),
        ("mail", json!(upn)),
        ("accountEnabled", json!(true)),
        ("userType", json!("Member")),
    ];
    for (name, value) in filled {
        properties.entry(name).or_insert(value);
    }
    let id = tenant.create_user(now, properties);
    if let Some(manager) = manager {
        tenant.set_manager(now, &id, manager);
    }
    shown_by_id(tenant, &id).map(|user| (Made::New, user))
}

/// Changes a user by object id or UPN; `manager: null` removes the manager.
///
/// # Errors
/// What the directory would refuse, also for an unknown user.
pub(crate) fn update_user(
    tenant: &mut Tenant,
    now: Timestamp,
    id_or_upn: &str,
    body: Map<String, Value>,
) -> Result<Value, GraphError> {
    let id = user_id(tenant, id_or_upn)?;
    let (properties, manager) = read(tenant, body)?;
    if let Some(upn) = properties.get("userPrincipalName").and_then(Value::as_str)
        && tenant.by_upn(upn).is_some_and(|other| other.id != id)
    {
        return Err(taken("userPrincipalName"));
    }
    tenant.update(now, &id, properties);
    if let Some(manager) = manager {
        tenant.set_manager(now, &id, manager);
    }
    shown_by_id(tenant, &id)
}

/// Deletes a user by object id or UPN.
///
/// # Errors
/// 404 for an unknown user.
pub(crate) fn delete_user(tenant: &mut Tenant, now: Timestamp, id_or_upn: &str) -> Result<Value, GraphError> {
    let id = user_id(tenant, id_or_upn)?;
    tenant.delete(now, Kind::User, &id);
    Ok(json!({ "id": id }))
}

/// Adds a user to a group, or takes them out; both by id or name, the group also by display name.
///
/// # Errors
/// 404 for an unknown user or group.
pub(crate) fn set_member(
    tenant: &mut Tenant,
    now: Timestamp,
    (group, user): (&str, &str),
    member: bool,
) -> Result<Value, GraphError> {
    let by_name =
        |object: &&Object| object.text("displayName").is_some_and(|name| name.eq_ignore_ascii_case(group));
    let found = tenant.group(group).or_else(|| tenant.live(Kind::Group).find(by_name));
    let group = found.ok_or_else(|| GraphError::not_found(group))?.id.clone();
    let user = user_id(tenant, user)?;
    let changed = match member {
        true => tenant.add_member(now, &group, &user),
        false => tenant.remove_member(now, &group, &user),
    };
    Ok(json!({ "group": group, "user": user, "changed": changed }))
}

/// A manager to set: absent, removed, or an id.
type Manager = Option<Option<String>>;

fn read(tenant: &Tenant, mut body: Map<String, Value>) -> Result<(Map<String, Value>, Manager), GraphError> {
    if let Some(upn) = body.remove("upn") {
        body.entry("userPrincipalName").or_insert(upn);
    }
    let manager = match body.remove("manager") {
        None => None,
        Some(Value::Null) => Some(None),
        Some(Value::String(name)) => Some(Some(user_id(tenant, &name)?)),
        Some(_) => return Err(GraphError::bad_request("`manager` takes a UPN or an object id.")),
    };
    Ok((user_input::check(body, &verified(tenant))?, manager))
}

fn user_id(tenant: &Tenant, id_or_upn: &str) -> Result<String, GraphError> {
    tenant.user(id_or_upn).map(|user| user.id.clone()).ok_or_else(|| GraphError::not_found(id_or_upn))
}

fn shown_by_id(tenant: &Tenant, id: &str) -> Result<Value, GraphError> {
    tenant.user(id).map(shown).ok_or_else(|| GraphError::not_found(id))
}

fn shown(user: &Object) -> Value {
    let mut properties = user.properties.clone();
    properties.remove("passwordProfile");
    properties.insert("manager".to_owned(), json!(user.manager));
    Value::Object(properties)
}
