//! From the settings of a connection to the transport that speaks to its instance.

use std::sync::Arc;
use std::time::Duration;

use drawbridge_http::{Client, Connection, Credentials, Dialect, Error, Host, Limits, Unavailable};
use drawbridge_sdk::{System, Transport};
use jiff::SignedDuration;

use crate::refusals::{platform_error, token_refusal};
use crate::{Config, ServiceNow};

/// How ServiceNow speaks.
///
/// Source: `docs/reference/servicenow.md`, limits: four integration threads per node, 60 s for a
/// transaction (the client waits longer, so that the server's own cut-off wins), five minutes until the
/// front end gives up. 503 often comes from a load balancer while the node behind it goes on.
static SERVICENOW: Dialect = Dialect {
    system: ServiceNow::NAME,
    title: ServiceNow::TITLE,
    timeout: Duration::from_secs(75),
    landing: SignedDuration::from_mins(5),
    limits: Limits { at_once: 4, burst: 20, interval: SignedDuration::from_millis(50) },
    correlation: None,
    reset_header: Some("x-ratelimit-reset"),
    headers: &[],
    kept_headers: &[
        "x-transaction-id",
        "x-total-count",
        "x-ratelimit-rule",
        "date",
        "location",
        "retry-after",
    ],
    accepts_with_202: false,
    success_may_hold_error: true,
    unavailable: Unavailable::MayBeDone,
    error: platform_error,
    token_refusal,
};

/// The transport of one instance. Sends nothing yet.
///
/// # Errors
/// [`Error`] for URLs that cannot be used.
pub fn connect(config: &Config, host: Host) -> Result<Arc<dyn Transport>, Error> {
    let credentials = Credentials {
        base_url: config.instance_url.clone(),
        segments: vec!["oauth_token.do".to_owned()],
        client_id: config.client_id.clone(),
        client_secret: config.client_secret.clone(),
        scope: None,
    };
    let connection = Connection { base_url: config.instance_url.clone(), credentials, dialect: &SERVICENOW };
    Ok(Arc::new(Client::new(connection, host)?))
}
