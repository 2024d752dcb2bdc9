//! The token a call to Graph carries: who is let in, and how the others are refused.
//!
//! Source: microsoft-graph.md sections 1.2, 2 and 14 (claims challenge).

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::json;

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::tokens::token::{self, Refused, Roles};

/// Reads the roles of the token a call carries.
///
/// # Errors
/// 401 with a challenge; its message says what is wrong with the token.
pub(crate) fn roles(
    tenant: &Tenant,
    headers: &HeaderMap,
    base: &str,
    now: Timestamp,
) -> Result<Roles, GraphError> {
    let refused = |message: &str| GraphError::unauthenticated(message, base);
    let sent = headers.get(header::AUTHORIZATION).and_then(|sent| sent.to_str().ok());
    let token = sent
        .and_then(|sent| sent.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| refused("Access token is empty."))?;
    let verified = token::verify(&tenant.id, token, now).map_err(|why| match why {
        Refused::Malformed => refused("CompactToken parsing failed with error code: 80049217"),
        Refused::Forged | Refused::Foreign => refused("Access token validation failure."),
        Refused::Audience => refused("Access token validation failure. Invalid audience."),
        Refused::Early => refused("Access token has expired or is not yet valid."),
        Refused::Expired => refused("Lifetime validation failed, the token is expired."),
    })?;
    // What is said of a service principal counts at once for those that can be told so, later for all others.
    let away = tenant.apps.by_client_id(&verified.roles.app).is_none_or(|app| !app.enabled);
    if away && verified.can_be_challenged {
        return Err(challenge(now, base));
    }
    match tenant.apps.revoked(&verified.roles.app, verified.number) {
        None => Ok(verified.roles),
        Some(revocation) if revocation.challenge => Err(challenge(revocation.at, base)),
        Some(_) => Err(refused("Access token has expired or is not yet valid.")),
    }
}

/// 401 that tells a client to ask for a token made after the revocation.
fn challenge(revoked_at: Timestamp, base: &str) -> GraphError {
    let since = revoked_at.as_second().to_string();
    let claims = json!({ "access_token": { "nbf": { "essential": true, "value": since } } });
    let claims = STANDARD.encode(claims.to_string());
    let header = format!(
        "Bearer realm=\"\", authorization_uri=\"{base}/common/oauth2/authorize\", \
         client_id=\"{}\", error=\"insufficient_claims\", claims=\"{claims}\"",
        token::GRAPH_APP_ID
    );
    let message = "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: \
                   TokenIssuedBeforeRevocationTimestamp";
    GraphError::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
        .with_header("WWW-Authenticate", header)
}
