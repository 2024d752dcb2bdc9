//! Who is in which group, asked from the user: `memberOf`, `checkMemberGroups`, `getMemberGroups`.
//!
//! Source: microsoft-graph.md section 6.1.

use serde_json::{Value, json};

use crate::azure_ad::collection::{self, Listing};
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::request::{Outcome, Reply, Request};
use crate::azure_ad::schema::Kind;
use crate::azure_ad::tenant::Tenant;

/// Most groups one `checkMemberGroups` may name.
const CHECKED_GROUPS_MAX: usize = 20;

/// What a `memberOf` request asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holders {
    pub(crate) transitive: bool,
    pub(crate) cast: Option<Kind>,
}

pub(crate) fn member_of(tenant: &Tenant, request: &Request, id: &str, holders: Holders) -> Outcome {
    request.options.check_select(&[Kind::Group], &[])?;
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    let mut objects = tenant.groups_of(&user.id, holders.transitive);
    objects.retain(|object| holders.cast.is_none_or(|kind| object.kind == kind));
    let context = if holders.cast.is_some() { "groups" } else { "directoryObjects" };
    let listing = Listing { objects, kind: Kind::Group, context, relation: true };
    collection::answer(request, listing, |object| object.view(request.options.select.as_deref()))
}

/// Those of the named groups that hold the user, directly or not; unknown ids are left out.
pub(crate) fn check_groups(tenant: &Tenant, request: &Request, id: &str) -> Outcome {
    let body = request.object()?;
    let named: Option<Vec<&str>> = body
        .get("groupIds")
        .and_then(Value::as_array)
        .and_then(|ids| ids.iter().map(Value::as_str).collect());
    let named =
        named.ok_or_else(|| GraphError::bad_request("A value is required for parameter 'groupIds'."))?;
    if named.len() > CHECKED_GROUPS_MAX {
        return Err(GraphError::bad_request(format!(
            "The number of group ids exceeds the maximum of {CHECKED_GROUPS_MAX}."
        )));
    }
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    let holding = tenant.groups_of(&user.id, true);
    let is_named = |id: &&str| named.iter().any(|named| named.eq_ignore_ascii_case(id));
    let found: Vec<&str> = holding.iter().map(|group| group.id.as_str()).filter(is_named).collect();
    Ok(ids(request, found))
}

/// All groups that hold the user, directly or not.
pub(crate) fn get_groups(tenant: &Tenant, request: &Request, id: &str) -> Outcome {
    let body = request.object()?;
    let security_only = body.get("securityEnabledOnly").and_then(Value::as_bool).unwrap_or(false);
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    let holding = tenant.groups_of(&user.id, true);
    let wanted = holding.iter().filter(|group| !security_only || group.is("securityEnabled"));
    Ok(ids(request, wanted.map(|group| group.id.as_str()).collect()))
}

fn ids(request: &Request, ids: Vec<&str>) -> Reply {
    Reply::ok(json!({ "@odata.context": request.context("Collection(Edm.String)"), "value": ids }))
}
