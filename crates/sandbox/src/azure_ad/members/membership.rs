//! Who is in which group, asked from the user: `memberOf`, `checkMemberGroups`, `getMemberGroups`.
//!
//! Source: microsoft-graph.md section 6.1.

use serde_json::{Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::related::{self, relation};
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Most groups one `checkMemberGroups` may name.
const CHECKED_GROUPS_MAX: usize = 20;

pub(crate) const MEMBER_OF: [Route; 4] = relation!("/users/{user-id}/memberOf", member_of, Kind::Group);

pub(crate) const TRANSITIVE_MEMBER_OF: [Route; 4] =
    relation!("/users/{user-id}/transitiveMemberOf", transitive_member_of, Kind::Group);

pub(crate) const ROUTES: &[Route] = &[
    route::post("/users/{user-id}/checkMemberGroups", check_groups),
    route::post("/users/{user-id}/getMemberGroups", get_groups),
];

fn member_of<'a>(tenant: &'a Tenant, request: &Request) -> Result<Vec<&'a Object>, GraphError> {
    Ok(related::holders_of(tenant, user(tenant, request)?, false))
}

fn transitive_member_of<'a>(tenant: &'a Tenant, request: &Request) -> Result<Vec<&'a Object>, GraphError> {
    Ok(related::holders_of(tenant, user(tenant, request)?, true))
}

/// Those of the named groups that hold the user, directly or not; unknown ids are left out.
fn check_groups(tenant: &mut Tenant, request: &Request) -> Outcome {
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
    let user = user(tenant, request)?;
    let holding = tenant.groups_of(&user.id, true);
    let is_named = |id: &&str| named.iter().any(|named| named.eq_ignore_ascii_case(id));
    let found: Vec<&str> = holding.iter().map(|group| group.id.as_str()).filter(is_named).collect();
    Ok(ids(request, found))
}

/// All groups that hold the user, directly or not.
fn get_groups(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let security_only = body.get("securityEnabledOnly").and_then(Value::as_bool).unwrap_or(false);
    let user = user(tenant, request)?;
    let holding = tenant.groups_of(&user.id, true);
    let wanted = holding.iter().filter(|group| !security_only || group.is("securityEnabled"));
    Ok(ids(request, wanted.map(|group| group.id.as_str()).collect()))
}

fn user<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    tenant.user(request.key(0)).ok_or_else(|| GraphError::not_found(request.key(0)))
}

fn ids(request: &Request, ids: Vec<&str>) -> Reply {
    Reply::ok(json!({ "@odata.context": request.context("Collection(Edm.String)"), "value": ids }))
}
