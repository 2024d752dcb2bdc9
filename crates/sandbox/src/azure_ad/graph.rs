//! Microsoft Graph: from a request to the handler of its operation.
//!
//! Owns the order of the checks: token, path, permission, then the operation itself.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, header};
use jiff::Timestamp;

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::groups::{self, Within};
use crate::azure_ad::membership::{self, Holders};
use crate::azure_ad::odata::options::Options;
use crate::azure_ad::operation::{Operation, operation};
use crate::azure_ad::request::{Outcome, Request};
use crate::azure_ad::tenant::Tenant;
use crate::azure_ad::{bearer, delta, manager, organization, permissions, users};

/// A request as it came in.
#[derive(Debug)]
pub(crate) struct GraphRequest<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    /// Path behind the version.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Scheme and host the client used.
    pub(crate) base: &'a str,
    pub(crate) now: Timestamp,
}

/// Answers one request and gives what it cost in resource units.
pub(crate) fn answer(tenant: &mut Tenant, incoming: &GraphRequest<'_>) -> (Outcome, u32) {
    match admit(tenant, incoming) {
        Ok((operation, request)) => {
            let cost = cost(&operation, &request.options);
            (carry_out(tenant, &operation, &request), cost)
        }
        Err(error) => (Err(error), 1),
    }
}

fn admit(tenant: &Tenant, incoming: &GraphRequest<'_>) -> Result<(Operation, Request), GraphError> {
    let roles = bearer::roles(tenant, incoming.headers, incoming.base, incoming.now)?;
    let operation = operation(incoming.method, incoming.path)?;
    permissions::check(&operation, &roles)?;
    let has = |name: &str, value: &str| {
        let sent = incoming.headers.get(name).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
        sent.split(',').any(|part| part.trim().eq_ignore_ascii_case(value))
    };
    let content_type = incoming.headers.get(header::CONTENT_TYPE).and_then(|sent| sent.to_str().ok());
    let request = Request {
        base: incoming.base.to_owned(),
        path: incoming.uri.path().to_owned(),
        options: Options::read(incoming.uri)?,
        eventual: has("consistencylevel", "eventual"),
        minimal: has("prefer", "return=minimal"),
        content_type: content_type.map(str::to_owned),
        body: incoming.body.clone(),
        now: incoming.now,
        roles,
    };
    Ok((operation, request))
}

fn carry_out(tenant: &mut Tenant, operation: &Operation, request: &Request) -> Outcome {
    match operation {
        Operation::ListUsers => users::list(tenant, request),
        Operation::CountUsers => users::count(tenant, request),
        Operation::CreateUser => users::create(tenant, request),
        Operation::UsersDelta => delta::users(tenant, request),
        Operation::GetUser(id) => users::get(tenant, request, id),
        Operation::UpdateUser(id) => users::update(tenant, request, id),
        Operation::DeleteUser(id) => users::delete(tenant, request, id),
        Operation::GetManager(id) => manager::get(tenant, request, id),
        Operation::GetManagerRef(id) => manager::get_ref(tenant, request, id),
        Operation::SetManager(id) => manager::set(tenant, request, id),
        Operation::RemoveManager(id) => manager::remove(tenant, request, id),
        Operation::MemberOf { user, transitive, cast } => {
            membership::member_of(tenant, request, user, Holders { transitive: *transitive, cast: *cast })
        }
        Operation::CheckMemberGroups(id) => membership::check_groups(tenant, request, id),
        Operation::GetMemberGroups(id) => membership::get_groups(tenant, request, id),
        Operation::ListGroups => groups::list(tenant, request),
        Operation::CountGroups => groups::count(tenant, request),
        Operation::GetGroup(id) => groups::get(tenant, request, id),
        Operation::Members { group, transitive, cast } => {
            groups::members(tenant, request, group, Within { transitive: *transitive, cast: *cast })
        }
        Operation::Owners(id) => groups::owners(tenant, request, id),
        Operation::AddMember(id) => groups::add_member(tenant, request, id),
        Operation::RemoveMember { group, member } => groups::remove_member(tenant, request, group, member),
        Operation::Organization => organization::list(tenant, request),
    }
}

/// Resource units of a request. Source: microsoft-graph.md section 9.1.
fn cost(operation: &Operation, options: &Options) -> u32 {
    let base: u32 = match operation {
        Operation::CheckMemberGroups(_) => 4,
        Operation::Members { transitive: true, .. } => 5,
        Operation::Members { transitive: false, .. } => 3,
        Operation::ListUsers | Operation::GetMemberGroups(_) | Operation::MemberOf { .. } => 2,
        _ => 1,
    };
    let small = options.top.as_ref().and_then(|top| top.parse::<u32>().ok()).is_some_and(|top| top < 20);
    let dearer = base + u32::from(options.expand.is_some());
    dearer.saturating_sub(u32::from(options.select.is_some()) + u32::from(small)).max(1)
}
