//! Microsoft Graph: from a request to the handler of its operation.
//!
//! Owns the order of the checks: token, path, permission, then the operation itself.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, header};
use jiff::Timestamp;

use crate::azure_ad::changes::Actor;
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::options::Options;
use crate::azure_ad::password_reset;
use crate::azure_ad::permissions;
use crate::azure_ad::reconcile;
use crate::azure_ad::request::{Outcome, Request};
use crate::azure_ad::resources::routes;
use crate::azure_ad::route::Route;
use crate::azure_ad::service_principals;
use crate::azure_ad::tenant::Tenant;
use crate::azure_ad::token::{self, Refused, Roles};

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
    tenant.actor = Actor::Service;
    settle(tenant, incoming.now);
    match admit(tenant, incoming) {
        Ok((route, request)) => {
            let cost = cost(&route, &request.options);
            tenant.actor = Actor::App(request.roles.app.clone());
            ((route.handler)(tenant, &request), cost)
        }
        Err(error) => (Err(error), 1),
    }
}

/// Lets everything happen that is due by now, or that follows from what happened before.
pub(crate) fn settle(tenant: &mut Tenant, now: Timestamp) {
    tenant.settle(now);
    service_principals::settle(tenant, now);
    password_reset::settle(tenant, now);
    reconcile::settle(tenant, now);
}

fn admit(tenant: &Tenant, incoming: &GraphRequest<'_>) -> Result<(Route, Request), GraphError> {
    let roles = roles(tenant, incoming)?;
    let found = routes().find(incoming.method, incoming.path)?;
    permissions::check(&found.route, &roles, &tenant.premium)?;
    let has = |name: &str, value: &str| {
        let sent = incoming.headers.get(name).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
        sent.split(',').any(|part| part.trim().eq_ignore_ascii_case(value))
    };
    let content_type = incoming.headers.get(header::CONTENT_TYPE).and_then(|sent| sent.to_str().ok());
    let request = Request {
        base: incoming.base.to_owned(),
        path: incoming.uri.path().to_owned(),
        keys: found.keys,
        options: Options::read(incoming.uri)?,
        eventual: has("consistencylevel", "eventual"),
        minimal: has("prefer", "return=minimal"),
        create_if_missing: has("prefer", "create-if-missing"),
        content_type: content_type.map(str::to_owned),
        body: incoming.body.clone(),
        now: incoming.now,
        roles,
    };
    Ok((found.route, request))
}

fn roles(tenant: &Tenant, incoming: &GraphRequest<'_>) -> Result<Roles, GraphError> {
    let refused = |message: &str| GraphError::unauthenticated(message, incoming.base);
    let sent = incoming.headers.get(header::AUTHORIZATION).and_then(|sent| sent.to_str().ok());
    let token = sent
        .and_then(|sent| sent.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| refused("Access token is empty."))?;
    token::verify(&tenant.id, token, incoming.now).map_err(|why| match why {
        Refused::Malformed => refused("CompactToken parsing failed with error code: 80049217"),
        Refused::Foreign => refused("Access token validation failure."),
        Refused::Expired => refused("Lifetime validation failed, the token is expired."),
    })
}

/// Resource units of a request. Source: microsoft-graph.md section 9.1.
fn cost(route: &Route, options: &Options) -> u32 {
    let base: u32 = match (route.method, route.template) {
        ("POST", "/users/{user-id}/checkMemberGroups") => 4,
        ("POST", "/users/{user-id}/getMemberGroups") => 2,
        ("GET", template) if template.starts_with("/groups/{group-id}/transitiveMembers") => 5,
        ("GET", template) if template.starts_with("/groups/{group-id}/members") => 3,
        ("GET", template) if template.contains("emberOf") => 2,
        ("GET", "/subscribedSkus") => 3,
        (
            "GET",
            "/users"
            | "/users/{user-id}/licenseDetails"
            | "/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo"
            | "/users/{user-id}/appRoleAssignments",
        ) => 2,
        _ => 1,
    };
    let small = options.top.as_ref().and_then(|top| top.parse::<u32>().ok()).is_some_and(|top| top < 20);
    let dearer = base + u32::from(options.expand.is_some());
    dearer.saturating_sub(u32::from(options.select.is_some()) + u32::from(small)).max(1)
}
