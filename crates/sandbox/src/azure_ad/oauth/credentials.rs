//! How an application proves who it is: secret, certificate or federated token.
//!
//! Source: microsoft-graph.md sections 1.2 and 1.4.

use jiff::Timestamp;

use crate::azure_ad::oauth::refusal::Refusal;
use crate::azure_ad::oauth::request::{Fields, LoginRequest};
use crate::azure_ad::oauth::{assertion, federated};
use crate::azure_ad::state::apps::{App, Credential};
use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::tokens::jwt::Jwt;

/// The only type of assertion.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `appidacr` of a token for an application that sent its secret.
const BY_SECRET: u8 = 1;

/// `appidacr` of a token for an application that sent an assertion.
const BY_ASSERTION: u8 = 2;

/// Lets an application pass and says by what kind of proof.
///
/// # Errors
/// The refusals of a missing, wrong or expired credential.
pub(crate) fn check(
    tenant: &Tenant,
    app: &App,
    form: &Fields,
    request: &LoginRequest<'_>,
) -> Result<u8, Refusal> {
    let basic = request.basic();
    let secret = basic.as_ref().map(|(_, secret)| secret.as_str()).or(form.get("client_secret"));
    if let Some(secret) = secret {
        return check_secret(app, secret, request.now).map(|()| BY_SECRET);
    }
    let Some(token) = form.get("client_assertion") else {
        let text =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        return Err(Refusal::client(7_000_218, text));
    };
    if form.needed("client_assertion_type")? != ASSERTION_TYPE {
        let text = "Invalid input received: the value of 'client_assertion_type' is not supported.";
        return Err(Refusal::request(90013, text));
    }
    let malformed = || Refusal::client(50027, "JWT token is invalid or malformed.");
    let jwt = Jwt::read(token).ok_or_else(malformed)?;
    if !["RS256", "PS256"].contains(&jwt.header("alg").unwrap_or_default()) {
        return Err(malformed());
    }
    // Providers outside are named by URLs, applications by their id.
    let outside = jwt.claim("iss").ok_or_else(malformed)?.contains("://");
    let checked = match outside {
        true => federated::check(tenant, app, &jwt, request),
        false => assertion::check(tenant, app, &jwt, request),
    };
    checked.map(|()| BY_ASSERTION)
}

fn check_secret(app: &App, sent: &str, now: Timestamp) -> Result<(), Refusal> {
    let id = &app.client_id;
    let own = app.credentials.values().filter_map(|credential| match credential {
        Credential::Secret { value, expires } if value == sent => Some(*expires),
        _ => None,
    });
    let own: Vec<Option<Timestamp>> = own.collect();
    if own.is_empty() {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
             not the client secret ID, for a secret added to app '{id}'."
        );
        return Err(Refusal::client(7_000_215, text));
    }
    if own.iter().any(|expires| expires.is_none_or(|expires| now < expires)) {
        return Ok(());
    }
    let text = format!(
        "The provided client secret keys for app '{id}' are expired. Visit the Azure portal to create new keys for \
         your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: \
         https://aka.ms/certCreds."
    );
    Err(Refusal::client(7_000_222, text))
}
