//! Settings of one connection to a tenant. The doc comments are the reference text.

use drawbridge_sdk::Secret;
use schemars::JsonSchema;
use serde::Deserialize;

/// A tenant of Azure AD, reached as an app registration with application permissions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Tenant id or a verified domain of the tenant. `common` and `organizations` do not work for applications.
    pub tenant_id: String,
    /// Application (client) id of the app registration.
    pub client_id: String,
    /// Client secret of the app registration: its value, not its id.
    pub client_secret: Secret,
    /// Host of Microsoft Graph, without `/v1.0`. National clouds have their own.
    #[serde(default = "graph_url")]
    pub graph_url: String,
    /// Host that gives out tokens. National clouds have their own.
    #[serde(default = "authority_url")]
    pub authority_url: String,
}

pub(crate) fn graph_url() -> String {
    "https://graph.microsoft.com".to_owned()
}

fn authority_url() -> String {
    "https://login.microsoftonline.com".to_owned()
}
