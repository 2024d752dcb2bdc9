//! `/groups`: list, count, get.
//!
//! Source: microsoft-graph.md sections 2, 3 and 6.3.

use serde_json::{Map, Value, json};

use crate::azure_ad::collection::{self, Listing};
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::object::Object;
use crate::azure_ad::odata::expand::{self, Expand, ITEMS_MAX};
use crate::azure_ad::request::{Outcome, Reply, Request};
use crate::azure_ad::route::{self, Route};
use crate::azure_ad::schema::Kind;
use crate::azure_ad::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/groups", list),
    route::get("/groups/$count", count),
    route::get("/groups/{group-id}", get),
];

/// Relations that can be shown inside a group.
const RELATIONS: [&str; 2] = ["members", "owners"];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::Group], &[])?;
    let expand = expansion(request)?;
    if expand.is_some() && request.is_advanced() {
        return Err(GraphError::unsupported_query("$expand is not supported in advanced queries."));
    }
    collection::answer(request, listing(tenant), |group| shown(tenant, request, group, expand.as_ref()))
}

fn count(tenant: &mut Tenant, request: &Request) -> Outcome {
    collection::count(request, listing(tenant))
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::Group], &[])?;
    let expand = expansion(request)?;
    let group = found(tenant, request)?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context_with_select("groups", true)));
    body.extend(shown(tenant, request, group, expand.as_ref()));
    Ok(Reply::ok(body))
}

/// A group with what is expanded inside: twenty objects at most, and no link to more.
fn shown(tenant: &Tenant, request: &Request, group: &Object, expand: Option<&Expand>) -> Map<String, Value> {
    let mut view = group.view(request.options.select.as_deref());
    if let Some(expand) = expand {
        let objects = match expand.relation.as_str() {
            "owners" => owners_of(tenant, group),
            _ => tenant.members_of(group, false),
        };
        let item = |object: &&Object| {
            let mut item = Map::new();
            item.insert("@odata.type".to_owned(), json!(object.odata_type()));
            item.extend(object.view(expand.select.as_deref()));
            Value::Object(item)
        };
        view.insert(expand.relation.clone(), objects.iter().take(ITEMS_MAX).map(item).collect());
    }
    view
}

/// The live owners of a group: users, then service principals.
pub(crate) fn owners_of<'a>(tenant: &'a Tenant, group: &Object) -> Vec<&'a Object> {
    let of_kind = |kind| tenant.live(kind).filter(|owner| group.owners.contains(&owner.id));
    of_kind(Kind::User).chain(of_kind(Kind::ServicePrincipal)).collect()
}

/// The group the first key of the path names, by id or unique name.
pub(crate) fn found<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    let by_name = request.keys.first().is_some_and(|key| key.name.as_deref() == Some("uniquename"));
    let group = match by_name {
        true => tenant.live(Kind::Group).find(|group| group.text("uniqueName") == Some(request.key(0))),
        false => tenant.group(request.key(0)),
    };
    group.ok_or_else(|| GraphError::not_found(request.key(0)))
}

fn listing(tenant: &Tenant) -> Listing<'_> {
    let objects = tenant.live(Kind::Group).collect();
    Listing { objects, kind: Kind::Group, context: "groups", relation: false }
}

fn expansion(request: &Request) -> Result<Option<Expand>, GraphError> {
    request.options.expand.as_deref().map(|text| expand::parse(text, &RELATIONS)).transpose()
}
