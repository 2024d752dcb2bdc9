//! From the settings of a connection to the transport that speaks to its tenant.

use std::sync::Arc;
use std::time::Duration;

use drawbridge_http::{Client, Connection, Credentials, Dialect, Error, Host, Limits, Unavailable};
use drawbridge_sdk::{System, Transport};
use jiff::SignedDuration;

use crate::refusals::{graph_error, token_refusal};
use crate::{AzureAd, Config, config};

/// How Microsoft Graph speaks.
///
/// Source: `docs/reference/microsoft-graph.md`, errors, throttling and consistency. The rate stays below
/// the smallest tenant's 3,500 resource units in 10 s at two units per call.
static GRAPH: Dialect = Dialect {
    system: AzureAd::NAME,
    title: "Microsoft Graph",
    timeout: Duration::from_secs(60),
    landing: SignedDuration::from_mins(2),
    limits: Limits { at_once: 8, burst: 100, interval: SignedDuration::from_millis(20) },
    correlation: Some("client-request-id"),
    reset_header: None,
    headers: &[],
    kept_headers: &["request-id", "client-request-id", "date", "location", "retry-after"],
    accepts_with_202: true,
    success_may_hold_error: false,
    unavailable: Unavailable::NothingDone,
    error: graph_error,
    token_refusal,
};

/// The transport of one tenant. Sends nothing yet.
///
/// # Errors
/// [`Error`] for URLs that cannot be used.
pub fn connect(config: &Config, host: Host) -> Result<Arc<dyn Transport>, Error> {
    let credentials = Credentials {
        base_url: config.authority_url.clone(),
        segments: vec![config.tenant_id.clone(), "oauth2".to_owned(), "v2.0".to_owned(), "token".to_owned()],
        client_id: config.client_id.clone(),
        client_secret: config.client_secret.clone(),
        scope: Some(scope(&config.graph_url)),
    };
    let connection = Connection { base_url: config.graph_url.clone(), credentials, dialect: &GRAPH };
    Ok(Arc::new(Client::new(connection, host)?))
}

/// The scope follows the Graph host of the cloud; a pretend tenant on this machine takes the usual one.
fn scope(graph_url: &str) -> String {
    let host = if graph_url.starts_with("https://") { graph_url.to_owned() } else { config::graph_url() };
    format!("{}/.default", host.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_follows_the_cloud() {
        assert_eq!(scope("https://graph.microsoft.com"), "https://graph.microsoft.com/.default");
        assert_eq!(scope("https://graph.microsoft.us/"), "https://graph.microsoft.us/.default");
        assert_eq!(scope("http://127.0.0.1:8080"), "https://graph.microsoft.com/.default");
    }
}
