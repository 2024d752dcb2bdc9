//! A client assertion signed with a certificate of the application.
//!
//! A `jti` that was seen before is taken again, as it is there: nothing is documented to the contrary.
//!
//! Source: microsoft-graph.md section 1.2, "Certificate assertion", and section 1.4. Numbers
//! 700021, 700023 and 700024: documentation of the Microsoft Authentication Library for .NET,
//! "Confidential client assertions", and the messages of the service quoted in its issue 4951.

use jiff::Timestamp;

use crate::azure_ad::oauth::refusal::Refusal;
use crate::azure_ad::oauth::request::LoginRequest;
use crate::azure_ad::state::apps::{App, Credential};
use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::tokens::jwt::Jwt;
use crate::azure_ad::tokens::token::issuer;
use crate::keys::Certificate;

/// How far a client's clock may be off, in seconds. The service documents no figure.
const SKEW_SECS: i64 = 300;

/// The public name of the authority, which clients behind a proxy put into `aud`.
const PUBLIC_HOST: &str = "login.microsoftonline.com";

/// Lets an assertion pass that the application signed for this authority and this moment.
///
/// # Errors
/// 50027, 700021, 700023, 700024 and 700027, in this order.
pub(crate) fn check(
    tenant: &Tenant,
    app: &App,
    jwt: &Jwt<'_>,
    request: &LoginRequest<'_>,
) -> Result<(), Refusal> {
    let own = |claim: &str| jwt.claim(claim).is_some_and(|id| id.eq_ignore_ascii_case(&app.client_id));
    if !own("iss") || !own("sub") {
        let text = "Client assertion application identifier doesn't match 'client_id' parameter. Review the \
                    documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .";
        return Err(Refusal::client(700_021, text));
    }
    if !jwt.audiences().iter().any(|audience| is_ours(tenant, audience, request.base)) {
        let text = "Client assertion audience claim does not match Realm issuer. Review the documentation at \
                    https://learn.microsoft.com/entra/identity-platform/certificate-credentials .";
        return Err(Refusal::client(700_023, text));
    }
    check_time(jwt, request)?;
    let certificate = signer(app, jwt)?;
    let algorithm = jwt.header("alg").unwrap_or_default();
    if !certificate.key.verifies(algorithm, jwt.signed, jwt.signature) {
        return Err(key_refusal(
            "The key was found, but use of the key to verify the signature failed.",
            app,
        ));
    }
    if request.now < certificate.valid_from || request.now > certificate.valid_to {
        let reason = format!(
            "The key used is expired., Found key 'Start={}, End={}'",
            certificate.valid_from, certificate.valid_to
        );
        return Err(key_refusal(&reason, app));
    }
    Ok(())
}

/// Whether an assertion is within its time by the virtual clock or by the real one: a client
/// that is not told of the virtual time dates what it signs by its own clock.
///
/// # Errors
/// 700024.
pub(crate) fn check_time(jwt: &Jwt<'_>, request: &LoginRequest<'_>) -> Result<(), Refusal> {
    let (from, to) = (jwt.time("nbf"), jwt.time("exp"));
    let within = |now: Timestamp| {
        let now = now.as_second();
        let begun = from.is_none_or(|from| from <= now.saturating_add(SKEW_SECS));
        begun && to.is_some_and(|to| now < to.saturating_add(SKEW_SECS))
    };
    if within(request.now) || within(request.client_now) {
        return Ok(());
    }
    let written = |secs: Option<i64>| Timestamp::from_second(secs.unwrap_or_default()).unwrap_or_default();
    let text = format!(
        "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, expiry time \
         of assertion {}. Review the documentation at \
         https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
        request.now,
        written(from),
        written(to)
    );
    Err(Refusal::client(700_024, text))
}

/// The registered certificate the header names.
fn signer<'a>(app: &'a App, jwt: &Jwt<'_>) -> Result<&'a Certificate, Refusal> {
    let named = |certificate: &&Certificate| {
        jwt.header("x5t#S256").is_some_and(|print| same(print, &certificate.sha256))
            || jwt.header("x5t").is_some_and(|print| same(print, &certificate.sha1))
    };
    let certificates = app.credentials.values().filter_map(|credential| match credential {
        Credential::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    certificates.into_iter().find(named).ok_or_else(|| key_refusal("The key was not found.", app))
}

/// Thumbprints are base64url; some clients pad them.
fn same(sent: &str, own: &str) -> bool {
    sent.trim_end_matches('=') == own
}

fn key_refusal(reason: &str, app: &App) -> Refusal {
    let text = format!(
        "The certificate with identifier used to sign the client assertion is not registered on application. \
         [Reason - {reason}]. Review the configuration of application '{}'.",
        app.client_id
    );
    Refusal::client(700_027, text)
}

/// Whether an audience is this authority: a token endpoint or the issuer, of either version, by
/// http or https, under the host the client used or the public one.
fn is_ours(tenant: &Tenant, audience: &str, base: &str) -> bool {
    if audience == issuer(&tenant.id) {
        return true;
    }
    let bare = |url: &str| url.split_once("://").map(|(_, rest)| rest.to_ascii_lowercase());
    let (Some(audience), Some(own)) = (bare(audience), bare(base)) else { return false };
    let (host, path) = audience.split_once('/').unwrap_or((&audience, ""));
    let (name, rest) = path.split_once('/').unwrap_or((path, ""));
    let known_rest = ["", "v2.0", "oauth2/v2.0/token", "oauth2/token"].contains(&rest);
    let known_name = name == tenant.id || name.eq_ignore_ascii_case(&tenant.domain);
    known_rest && known_name && (host == own || host == PUBLIC_HOST)
}
