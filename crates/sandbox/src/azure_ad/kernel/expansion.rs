//! Objects with what `$expand` shows inside them.
//!
//! Source: microsoft-graph.md section 4.1: one relation, 20 objects at most, no link to more, not
//! in advanced queries.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::Request;
use crate::azure_ad::model::schema::{DIRECTORY, Kind};
use crate::azure_ad::odata::expand::{self, Expand, ITEMS_MAX};
use crate::azure_ad::odata::select;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Reads what a request wants to see inside objects of a kind.
///
/// # Errors
/// 400 for what the service does not show, and for properties the related objects do not have.
pub(crate) fn read(request: &Request, kind: Kind) -> Result<Option<Expand>, GraphError> {
    let Some(text) = &request.options.expand else { return Ok(None) };
    let expand = expand::parse(text, relations(kind))?;
    // The chain of managers is asked for as an advanced query.
    if request.is_advanced() && !expand.is_chain() {
        return Err(GraphError::unsupported_query("$expand is not supported in advanced queries."));
    }
    if let Some(names) = &expand.select {
        let related = [Kind::RoleDefinition];
        let related: &[Kind] = if expand.relation == "roleDefinition" { &related } else { &DIRECTORY };
        let is_known = |name: &str| related.iter().any(|kind| kind.property(name).is_some());
        select::check(names, "microsoft.graph.directoryObject", is_known)?;
    }
    Ok(Some(expand))
}

/// The relations of a kind that can be shown.
fn relations(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::User => {
            &["manager", "memberOf", "directReports", "ownedDevices", "ownedObjects", "registeredDevices"]
        }
        Kind::Group => &["members", "owners", "memberOf"],
        Kind::DirectoryRole | Kind::AdministrativeUnit => &["members"],
        Kind::Device | Kind::ServicePrincipal => &["owners"],
        Kind::RoleAssignment | Kind::RoleAssignmentScheduleRequest | Kind::RoleEligibilityScheduleRequest => {
            &["principal", "roleDefinition"]
        }
        _ => &[],
    }
}

/// An object with the named properties and what is expanded inside.
pub(crate) fn show(
    tenant: &Tenant,
    object: &Object,
    select: Option<&[String]>,
    expand: Option<&Expand>,
) -> Map<String, Value> {
    let mut view = object.view(select);
    let Some(expand) = expand else { return view };
    let id = |name: &str| object.text(name).unwrap_or_default();
    let one = |other: Option<&Object>| other.map(|other| Value::Object(item(other, expand)));
    let inside = match expand.relation.as_str() {
        "manager" => manager(tenant, object, expand),
        "members" => Some(items(&tenant.members_of(object, false), expand)),
        "memberOf" => Some(items(&tenant.holders_of(&object.id, false), expand)),
        "directReports" => Some(items(&tenant.reports_of(&object.id), expand)),
        "ownedDevices" | "registeredDevices" => {
            Some(items(&tenant.owned_by(&object.id, &[Kind::Device]), expand))
        }
        "ownedObjects" => Some(items(&tenant.owned_by(&object.id, &DIRECTORY), expand)),
        "principal" => one(tenant.live_object(id("principalId"))),
        "roleDefinition" => one(tenant.find(Kind::RoleDefinition, id("roleDefinitionId"))),
        _ => {
            let owners: Vec<&Object> = object.owners.iter().filter_map(|id| tenant.live_object(id)).collect();
            Some(items(&owners, expand))
        }
    };
    if let Some(inside) = inside {
        view.insert(expand.relation.clone(), inside);
    }
    view
}

fn items(objects: &[&Object], expand: &Expand) -> Value {
    objects.iter().take(ITEMS_MAX).map(|object| Value::Object(item(object, expand))).collect()
}

fn item(object: &Object, expand: &Expand) -> Map<String, Value> {
    let mut item = Map::new();
    item.insert("@odata.type".to_owned(), json!(object.odata_type()));
    item.extend(object.view(expand.select.as_deref()));
    item
}

/// The managers above a user, each inside the one below, as far as is asked.
fn manager(tenant: &Tenant, user: &Object, expand: &Expand) -> Option<Value> {
    let mut chain: Vec<&Object> = Vec::new();
    let mut at = user;
    while chain.len() < expand.levels
        && let Some(manager) = tenant.manager(at)
    {
        // Two people who manage each other end the chain.
        if manager.id == user.id || chain.iter().any(|known| known.id == manager.id) {
            break;
        }
        chain.push(manager);
        at = manager;
    }
    let inside = |inner: Option<Value>, manager: &&Object| {
        let mut item = item(manager, expand);
        if let Some(inner) = inner {
            item.insert("manager".to_owned(), inner);
        }
        Some(Value::Object(item))
    };
    chain.iter().rev().fold(None, inside)
}
