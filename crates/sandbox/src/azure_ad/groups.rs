//! `/groups`: list, count, get, members and owners, adding and removing a member.
//!
//! Source: microsoft-graph.md sections 2 and 6.3.

use serde_json::{Map, json};

use crate::azure_ad::collection::{self, Listing};
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::expansion;
use crate::azure_ad::object::Object;
use crate::azure_ad::request::{Outcome, Reply, Request};
use crate::azure_ad::schema::Kind;
use crate::azure_ad::tenant::Tenant;
use crate::azure_ad::user_input::mastered_on_premises;

/// What a `members` request asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Within {
    pub(crate) transitive: bool,
    pub(crate) cast: Option<Kind>,
}

pub(crate) fn list(tenant: &Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::Group], &[])?;
    let expand = expansion::read(request, Kind::Group)?;
    let select = request.options.select.as_deref();
    collection::answer(request, listing(tenant), |group| {
        expansion::show(tenant, group, select, expand.as_ref())
    })
}

pub(crate) fn count(tenant: &Tenant, request: &Request) -> Outcome {
    collection::count(request, listing(tenant))
}

pub(crate) fn get(tenant: &Tenant, request: &Request, id: &str) -> Outcome {
    request.options.check_select(&[Kind::Group], &[])?;
    let expand = expansion::read(request, Kind::Group)?;
    let group = found(tenant, id)?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context_with_select("groups", true)));
    body.extend(expansion::show(tenant, group, request.options.select.as_deref(), expand.as_ref()));
    Ok(Reply::ok(body))
}

pub(crate) fn members(tenant: &Tenant, request: &Request, id: &str, within: Within) -> Outcome {
    let mut objects = tenant.members_of(found(tenant, id)?, within.transitive);
    objects.retain(|object| within.cast.is_none_or(|kind| object.kind == kind));
    related(request, objects, within.cast)
}

pub(crate) fn owners(tenant: &Tenant, request: &Request, id: &str) -> Outcome {
    let group = found(tenant, id)?;
    let objects = tenant.live(Kind::User).filter(|user| group.owners.contains(&user.id)).collect();
    related(request, objects, None)
}

pub(crate) fn add_member(tenant: &mut Tenant, request: &Request, id: &str) -> Outcome {
    let target = request.reference()?;
    let group = found(tenant, id)?;
    refuse_foreign(group)?;
    let group = group.id.clone();
    let member = tenant.live_object(&target).ok_or_else(|| GraphError::not_found(&target))?.id.clone();
    if !tenant.add_member(request.now, &group, &member) {
        return Err(GraphError::bad_request(
            "One or more added object references already exist for the following modified properties: 'members'.",
        ));
    }
    Ok(Reply::NoContent)
}

pub(crate) fn remove_member(tenant: &mut Tenant, request: &Request, id: &str, member: &str) -> Outcome {
    let group = found(tenant, id)?;
    refuse_foreign(group)?;
    let group = group.id.clone();
    if !tenant.remove_member(request.now, &group, &member.to_ascii_lowercase()) {
        return Err(GraphError::not_found(member));
    }
    Ok(Reply::NoContent)
}

/// Refuses member changes on groups that are not the directory's to change.
fn refuse_foreign(group: &Object) -> Result<(), GraphError> {
    let types = group.properties.get("groupTypes").and_then(|types| types.as_array());
    let is_type = |name: &str| types.is_some_and(|types| types.iter().any(|own| own == name));
    if group.is_synced() {
        return Err(mastered_on_premises());
    }
    if is_type("DynamicMembership") {
        return Err(GraphError::bad_request(
            "Insufficient privileges to complete the operation. Members of a dynamic group cannot be changed.",
        ));
    }
    if group.is("mailEnabled") && !is_type("Unified") {
        return Err(GraphError::bad_request(
            "Unable to update the specified properties for objects that have originated within an external service.",
        ));
    }
    Ok(())
}

fn related(request: &Request, objects: Vec<&Object>, cast: Option<Kind>) -> Outcome {
    request.options.check_select(&[Kind::User, Kind::Group], &[])?;
    let kind = cast.unwrap_or(Kind::User);
    let context = cast.map_or("directoryObjects", Kind::collection);
    let listing = Listing { objects, kind, context, relation: true };
    collection::answer(request, listing, |object| object.view(request.options.select.as_deref()))
}

fn listing(tenant: &Tenant) -> Listing<'_> {
    let objects = tenant.live(Kind::Group).collect();
    Listing { objects, kind: Kind::Group, context: "groups", relation: false }
}

fn found<'a>(tenant: &'a Tenant, id: &str) -> Result<&'a Object, GraphError> {
    tenant.group(id).ok_or_else(|| GraphError::not_found(id))
}
