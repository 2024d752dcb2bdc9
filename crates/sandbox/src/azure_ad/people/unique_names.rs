//! Names no two objects of the directory may share: user principal names, aliases, mail addresses.
//!
//! Source: microsoft-graph.md sections 2 (message) and 6.1.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Refuses a user whose names are somebody else's. `id` is the user's own, empty for a new one.
///
/// # Errors
/// 400 naming the property.
pub(crate) fn check_user(
    tenant: &Tenant,
    id: &str,
    properties: &Map<String, Value>,
) -> Result<(), GraphError> {
    if let Some(upn) = text(properties, "userPrincipalName")
        && tenant.by_upn(upn).is_some_and(|other| other.id != id)
    {
        return Err(taken("userPrincipalName"));
    }
    if let Some(nickname) = text(properties, "mailNickname")
        && others(tenant, id, Kind::User).any(|user| same(user, "mailNickname", nickname))
    {
        return Err(taken("mailNickname"));
    }
    if let Some(mail) = text(properties, "mail") {
        check_address(tenant, id, mail)?;
    }
    Ok(())
}

/// Refuses an alias that another mail-enabled group has.
///
/// # Errors
/// 400 for the alias.
pub(crate) fn check_group_alias(tenant: &Tenant, id: &str, nickname: &str) -> Result<(), GraphError> {
    let mut groups = others(tenant, id, Kind::Group).filter(|group| group.is("mailEnabled"));
    if groups.any(|group| same(group, "mailNickname", nickname)) {
        return Err(taken("mailNickname"));
    }
    Ok(())
}

/// Refuses an address that somebody else receives mail at.
///
/// # Errors
/// 400 for `proxyAddresses`.
pub(crate) fn check_address(tenant: &Tenant, id: &str, address: &str) -> Result<(), GraphError> {
    let mut all = others(tenant, id, Kind::User).chain(others(tenant, id, Kind::Group));
    if all.any(|object| addresses(object).any(|own| own.eq_ignore_ascii_case(address))) {
        return Err(taken("proxyAddresses"));
    }
    Ok(())
}

/// The addresses an object receives mail at.
pub(crate) fn addresses(object: &Object) -> impl Iterator<Item = &str> {
    let list = object.properties.get("proxyAddresses").and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.filter_map(|proxy| proxy.split_once(':')).map(|(_, address)| address)
}

/// `proxyAddresses` after the main address became another one; older ones are kept as further ones.
pub(crate) fn with_main_address(before: Option<&Object>, mail: &str) -> Value {
    let older = before.into_iter().flat_map(addresses).filter(|address| !address.eq_ignore_ascii_case(mail));
    let mut list = vec![json!(format!("SMTP:{mail}"))];
    list.extend(older.map(|address| json!(format!("smtp:{address}"))));
    Value::Array(list)
}

/// 400 for a name that is somebody else's.
pub(crate) fn taken(property: &str) -> GraphError {
    let message = format!("Another object with the same value for property {property} already exists.");
    GraphError::bad_request(message.clone()).with_detail("ObjectConflict", property, &message)
}

fn others<'a>(tenant: &'a Tenant, id: &'a str, kind: Kind) -> impl Iterator<Item = &'a Object> {
    tenant.live(kind).filter(move |object| object.id != id)
}

fn same(object: &Object, property: &str, value: &str) -> bool {
    object.text(property).is_some_and(|own| own.eq_ignore_ascii_case(value))
}

fn text<'a>(properties: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    properties.get(name).and_then(Value::as_str)
}
