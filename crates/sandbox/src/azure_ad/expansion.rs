//! Objects with what `$expand` shows inside them.
//!
//! Source: microsoft-graph.md section 4.1: one relation, 20 objects at most, no link to more, not
//! in advanced queries.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::object::Object;
use crate::azure_ad::odata::expand::{self, Expand, ITEMS_MAX};
use crate::azure_ad::odata::select;
use crate::azure_ad::request::Request;
use crate::azure_ad::schema::Kind;
use crate::azure_ad::tenant::Tenant;

/// Reads what a request wants to see inside objects of a kind.
///
/// # Errors
/// 400 for what the service does not show, and for properties the related objects do not have.
pub(crate) fn read(request: &Request, kind: Kind) -> Result<Option<Expand>, GraphError> {
    let Some(text) = &request.options.expand else { return Ok(None) };
    let (known, related): (&[&str], &[Kind]) = match kind {
        Kind::User => (&["manager"], &[Kind::User]),
        Kind::Group => (&["members", "owners"], &[Kind::User, Kind::Group]),
    };
    let expand = expand::parse(text, known)?;
    if request.is_advanced() {
        return Err(GraphError::unsupported_query("$expand is not supported in advanced queries."));
    }
    if let Some(names) = &expand.select {
        let is_known = |name: &str| related.iter().any(|kind| kind.property(name).is_some());
        select::check(names, "microsoft.graph.directoryObject", is_known)?;
    }
    Ok(Some(expand))
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
    match expand.relation.as_str() {
        "manager" => {
            if let Some(manager) = manager(tenant, object, expand) {
                view.insert("manager".to_owned(), manager);
            }
        }
        "members" => {
            let members = tenant.members_of(object, false);
            view.insert("members".to_owned(), items(&members, expand));
        }
        _ => {
            let owners: Vec<&Object> = object.owners.iter().filter_map(|id| tenant.live_object(id)).collect();
            view.insert("owners".to_owned(), items(&owners, expand));
        }
    }
    view
}

fn items(objects: &[&Object], expand: &Expand) -> Value {
    objects.iter().take(ITEMS_MAX).map(|object| Value::Object(item(object, expand))).collect()
}

fn item(object: &Object, expand: &Expand) -> Map<String, Value> {
    let mut item = Map::new();
    item.insert("@odata.type".to_owned(), json!(object.kind.odata_type()));
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
