//! Where a sandbox listens and what its clients must know, as printed and as served.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where a sandbox listens and what its clients must know. Printed as one JSON line by the CLI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// The pretend tenant.
    pub azure_ad: AzureAdEndpoint,
    /// The pretend instance.
    pub servicenow: ServiceNowEndpoint,
    /// Base URL of the admin interface, without a slash at the end.
    pub admin: String,
    /// The same platforms once more, encrypted; absent unless that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https: Option<Https>,
}

/// The encrypted servers. Credentials and state are those of the plain ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Https {
    /// Graph host and login host of the tenant, without a slash at the end.
    pub azure_ad: String,
    /// Base URL of the instance, without a slash at the end.
    pub servicenow: String,
    /// File with the certificate that clients have to trust, PEM.
    pub ca_file: PathBuf,
}

/// Settings of a connection to the pretend tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AzureAdEndpoint {
    /// Graph host, without `/v1.0`.
    pub graph: String,
    /// Login host, without the tenant.
    pub authority: String,
    /// Tenant id, a GUID.
    pub tenant_id: String,
    /// Application id, a GUID.
    pub client_id: String,
    /// An invented secret of that application.
    pub client_secret: String,
}

/// Settings of a connection to the pretend instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceNowEndpoint {
    /// Base URL of the instance, without a slash at the end.
    pub instance: String,
    /// Client id in the instance's application registry.
    pub client_id: String,
    /// An invented secret of that client.
    pub client_secret: String,
    /// The account that client acts as, for basic authentication.
    #[serde(default)]
    pub user_name: String,
    /// An invented password of that account.
    #[serde(default)]
    pub password: String,
}
