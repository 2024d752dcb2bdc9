//! Microsoft Graph: from a request to the handler of its operation.
//!
//! Owns the order of the checks: token, path, permission, then the operation itself.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, header};
use jiff::Timestamp;

use crate::azure_ad::applications::service_principals;
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::governing::governance_clock;
use crate::azure_ad::kernel::request::{Outcome, Request};
use crate::azure_ad::kernel::route::Route;
use crate::azure_ad::kernel::{bearer, permissions};
use crate::azure_ad::logs::{risky_users, sign_ins};
use crate::azure_ad::members::reconcile;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::odata::options::Options;
use crate::azure_ad::people::password_reset;
use crate::azure_ad::resources::routes;
use crate::azure_ad::state::changes::Actor;
use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::state::throttle::Charge;
use crate::azure_ad::subscriptions;
use crate::azure_ad::tokens::token::Roles;

/// A request as it came in.
#[derive(Debug)]
pub(crate) struct GraphRequest<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    /// In lower case.
    pub(crate) version: &'static str,
    /// Path behind the version.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Scheme and host the client used.
    pub(crate) base: &'a str,
    pub(crate) now: Timestamp,
}

/// What became of a request.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) outcome: Outcome,
    /// Resource units.
    pub(crate) cost: u32,
    /// How full the fullest bucket is, when it is nearly full.
    pub(crate) throttle_share: Option<f64>,
}

impl Answered {
    /// A request that was refused before anything happened.
    pub(crate) fn refused(error: GraphError) -> Self {
        Self { outcome: Err(error), cost: 1, throttle_share: None }
    }
}

/// Answers one request.
pub(crate) fn answer(tenant: &mut Tenant, incoming: &GraphRequest<'_>) -> Answered {
    tenant.actor = Actor::Service;
    settle(tenant, incoming.now);
    match admit(tenant, incoming) {
        Ok((route, request)) => {
            let cost = cost(&route, &request.options);
            tenant.actor = Actor::App(request.roles.app.clone());
            match charge(tenant, &route, &request, cost) {
                Ok(throttle_share) => {
                    Answered { outcome: carry_out(tenant, &route, &request), cost, throttle_share }
                }
                Err(error) => Answered::refused(error),
            }
        }
        Err(error) => Answered::refused(error),
    }
}

/// Lets everything happen that is due by now, or that follows from what happened before.
pub(crate) fn settle(tenant: &mut Tenant, now: Timestamp) {
    tenant.settle(now);
    governance_clock::settle(tenant, now);
    service_principals::settle(tenant, now);
    password_reset::settle(tenant, now);
    reconcile::settle(tenant, now);
    subscriptions::settle(tenant, now);
    sign_ins::settle(tenant, now);
    risky_users::settle(tenant, now);
}

fn charge(
    tenant: &mut Tenant,
    route: &Route,
    request: &Request,
    cost: u32,
) -> Result<Option<f64>, GraphError> {
    let selected = request.options.select.iter().flatten();
    let charge = Charge {
        method: route.method,
        template: route.template,
        app: &request.roles.app,
        tenant: &tenant.id,
        cost,
        reads_sign_in_activity: selected.into_iter().any(|name| name.eq_ignore_ascii_case("signInActivity")),
        users: tenant.directory.count(Kind::User),
    };
    tenant.throttle.charge(request.now, &charge)
}

/// Carries out an operation on the tenant as its replicas show it.
fn carry_out(tenant: &mut Tenant, route: &Route, request: &Request) -> Outcome {
    let (now, template, reads) = (request.now, route.template, route.method == "GET");
    let mut past = std::mem::take(&mut tenant.lag);
    past.swap(&mut tenant.directory, now, template, reads);
    // What this request writes is noted beside the past it sees.
    tenant.lag.rule = past.rule.clone();
    let outcome = (route.handler)(tenant, request);
    past.swap(&mut tenant.directory, now, template, reads);
    past.join(now, std::mem::take(&mut tenant.lag));
    tenant.lag = past;
    outcome
}

fn admit(tenant: &Tenant, incoming: &GraphRequest<'_>) -> Result<(Route, Request), GraphError> {
    let roles = caller(tenant, incoming)?;
    let found = routes().find(incoming.method, within_tenant(tenant, incoming.path))?;
    permissions::check(&found.route, &roles, &tenant.premium)?;
    let has = |name: &str, value: &str| {
        let sent = incoming.headers.get(name).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
        sent.split(',').any(|part| part.trim().eq_ignore_ascii_case(value))
    };
    let content_type = incoming.headers.get(header::CONTENT_TYPE).and_then(|sent| sent.to_str().ok());
    let request = Request {
        base: incoming.base.to_owned(),
        version: incoming.version,
        path: incoming.uri.path().to_owned(),
        template: found.route.template,
        keys: found.keys,
        narrowing: found.narrowing,
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

/// A path without the tenant it may begin with: its id or `myorganization` *(known)*.
fn within_tenant<'a>(tenant: &Tenant, path: &'a str) -> &'a str {
    let Some((first, rest)) = path.trim_start_matches('/').split_once('/') else { return path };
    match first.eq_ignore_ascii_case(&tenant.id) || first.eq_ignore_ascii_case("myorganization") {
        true => rest,
        false => path,
    }
}

/// Whose token came with the request, and what it may do.
///
/// # Errors
/// 401 with a challenge.
pub(crate) fn caller(tenant: &Tenant, incoming: &GraphRequest<'_>) -> Result<Roles, GraphError> {
    bearer::roles(tenant, incoming.headers, incoming.base, incoming.now)
}

/// Resource units of a request. Source: microsoft-graph.md section 9.1.
fn cost(route: &Route, options: &Options) -> u32 {
    let base: u32 = match (route.method, route.template) {
        ("POST", template) if template.ends_with("/checkMemberGroups") => 4,
        ("POST", template) if template.ends_with("/getMemberGroups") => 2,
        ("GET", template) if template.starts_with("/groups/{group-id}/transitiveMembers") => 5,
        ("GET", template) if template.starts_with("/groups/{group-id}/members") => 3,
        ("GET", template) if template.contains("emberOf") => 2,
        ("GET", "/subscribedSkus") | ("POST", "/directoryObjects/getByIds") => 3,
        (
            "GET",
            "/users"
            | "/users/{user-id}/licenseDetails"
            | "/servicePrincipals/{servicePrincipal-id}/appRoleAssignments"
            | "/users/{user-id}/appRoleAssignments",
        ) => 2,
        _ => 1,
    };
    let small = options.top.as_ref().and_then(|top| top.parse::<u32>().ok()).is_some_and(|top| top < 20);
    let dearer = base + u32::from(options.expand.is_some());
    dearer.saturating_sub(u32::from(options.select.is_some()) + u32::from(small)).max(1)
}
