//! Settings of one connection to an instance. The doc comments are the reference text.

use drawbridge_sdk::Secret;
use schemars::JsonSchema;
use serde::Deserialize;

/// A ServiceNow instance, reached as an OAuth application (client credentials). Everything is done as
/// the application's user; give that user time zone GMT and only the roles that the nodes name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Base URL of the instance, such as `https://contoso.service-now.com` or a custom URL.
    pub instance_url: String,
    /// Client id in the instance's application registry.
    pub client_id: String,
    /// Client secret in the instance's application registry.
    pub client_secret: Secret,
}
