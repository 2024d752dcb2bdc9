//! What a token is asked for: the resource of a scope, of `resource=` and of a managed identity.
//!
//! Source: microsoft-graph.md sections 1.2 and 1.4.

use crate::azure_ad::oauth::refusal::Refusal;
use crate::azure_ad::state::apps::{App, EXCHANGE_AUDIENCE};
use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::tokens::token::{GRAPH, GRAPH_APP_ID};

/// What a token will be good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resource {
    /// The `aud` of the token.
    pub(crate) audience: String,
    /// Whether it is Graph, where the application's permissions count.
    pub(crate) is_graph: bool,
}

/// The resource of one scope that ends with `.default`.
///
/// # Errors
/// 70011 for several scopes, 1002012 for a single permission, 500011 for an unknown resource.
pub(crate) fn of_scope(tenant: &Tenant, scope: &str, base: &str) -> Result<Resource, Refusal> {
    let mut scopes = scope.split_whitespace();
    let (Some(only), None) = (scopes.next(), scopes.next()) else {
        let text = format!(
            "The provided value for the input parameter 'scope' is not valid. The scope '{scope}' is not valid."
        );
        return Err(Refusal::bad("invalid_scope", 70011, text));
    };
    let Some(resource) = only.strip_suffix("/.default") else {
        let text = format!(
            "The provided value for scope {only} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(Refusal::bad("invalid_scope", 1_002_012, text));
    };
    named(tenant, resource, base)
}

/// A resource by its URI or application id.
///
/// Graph is also known by the host the client reached the sandbox by, because clients derive
/// the scope from the host they call, and by any name of the own machine.
///
/// # Errors
/// 500011 for one that is not in the tenant.
pub(crate) fn named(tenant: &Tenant, resource: &str, base: &str) -> Result<Resource, Refusal> {
    let bare = resource.trim_end_matches('/');
    if bare.eq_ignore_ascii_case(GRAPH) || is_here(bare, base) {
        // The slash a client asks with comes back in its token.
        let slash = if resource.ends_with('/') { "/" } else { "" };
        return Ok(Resource { audience: format!("{GRAPH}{slash}"), is_graph: true });
    }
    if bare.eq_ignore_ascii_case(GRAPH_APP_ID) {
        return Ok(Resource { audience: GRAPH_APP_ID.to_owned(), is_graph: true });
    }
    let is_its =
        |app: &&App| bare.strip_prefix("api://").unwrap_or(bare).eq_ignore_ascii_case(&app.client_id);
    if bare == EXCHANGE_AUDIENCE || tenant.apps.all().any(|app| is_its(&app)) {
        return Ok(Resource { audience: bare.to_owned(), is_graph: false });
    }
    let text = format!(
        "The resource principal named {bare} was not found in the tenant named {}. This can happen if the \
         application has not been installed by the administrator of the tenant or consented to by any user in the \
         tenant. You might have sent your authentication request to the wrong tenant.",
        tenant.display_name
    );
    Err(Refusal::bad("invalid_resource", 500_011, text))
}

fn is_here(resource: &str, base: &str) -> bool {
    let host = |url: &str| {
        let authority = url.split_once("://").map(|(_, rest)| rest)?;
        let end =
            authority.rfind(':').filter(|end| !authority[*end..].contains(']')).unwrap_or(authority.len());
        Some(authority[..end].to_ascii_lowercase())
    };
    host(resource).is_some_and(|name| {
        host(base).is_some_and(|own| own == name)
            || ["localhost", "127.0.0.1", "[::1]"].contains(&name.as_str())
    })
}
