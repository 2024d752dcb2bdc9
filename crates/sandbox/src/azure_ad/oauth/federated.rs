//! A token of another identity provider, presented as a client assertion.
//!
//! Source: microsoft-graph.md section 1.2, "Workload identity federation", and section 1.4.
//! Matching is by letter and case; a subject that differs in case only has a number of its own.
//! Source: Microsoft Entra, "Breaking changes", August 2024.

use crate::azure_ad::oauth::assertion::check_time;
use crate::azure_ad::oauth::refusal::Refusal;
use crate::azure_ad::oauth::request::LoginRequest;
use crate::azure_ad::state::apps::{App, Credential};
use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::tokens::jwt::Jwt;
use crate::azure_ad::tokens::signing;
use crate::azure_ad::tokens::token::issuer;
use crate::keys::PublicKey;

/// One federated credential: issuer, subject, audience.
type Trusted<'a> = (&'a str, &'a str, &'a str);

/// Lets a token pass that a federated credential of the application names.
///
/// # Errors
/// 70021 and 700211 to 700213 for what does not match, 700229 for a user's token, 700024 for one
/// out of its time, 50013 for a signature nobody known made.
pub(crate) fn check(
    tenant: &Tenant,
    app: &App,
    jwt: &Jwt<'_>,
    request: &LoginRequest<'_>,
) -> Result<(), Refusal> {
    matches(app, jwt)?;
    let by = jwt.claim("iss").unwrap_or_default();
    let own = by == issuer(&tenant.id) || is_own_v2(tenant, by, request.base);
    if own && jwt.claim("idtyp") != Some("app") {
        let text = "The token used in the Federated Identity Credential is not supported. Only app-only tokens can be \
                    used as Federated Identity Credentials for the AAD issuer.";
        return Err(Refusal::client(700_229, text));
    }
    check_time(jwt, request)?;
    let genuine = match own {
        true => jwt.header("alg") == Some("RS256") && signing::verify(jwt.signed, jwt.signature),
        false => tenant.apps.issuer(by).is_some_and(|keys| signed_by(keys, jwt)),
    };
    if genuine {
        return Ok(());
    }
    let text = format!(
        "Assertion failed signature validation. [Reason - The key was not found., Issuer: '{by}', Key id: '{}'].",
        jwt.header("kid").unwrap_or_default()
    );
    Err(Refusal::client(50013, text))
}

fn matches(app: &App, jwt: &Jwt<'_>) -> Result<(), Refusal> {
    let by = jwt.claim("iss").unwrap_or_default();
    let about = jwt.claim("sub").unwrap_or_default();
    let audiences = jwt.audiences();
    let all: Vec<Trusted<'_>> = app.credentials.values().filter_map(trusted).collect();
    if all.is_empty() {
        let text = format!(
            "No matching federated identity record found for presented assertion. Assertion Issuer: '{by}'. Assertion \
             Subject: '{about}'. Assertion Audience: '{}'.",
            audiences.join(",")
        );
        return Err(Refusal::client(70021, text));
    }
    let of_issuer: Vec<&Trusted<'_>> = all.iter().filter(|(issuer, ..)| *issuer == by).collect();
    if of_issuer.is_empty() {
        return Err(unmatched(700_211, "issuer", by));
    }
    let of_subject: Vec<&&Trusted<'_>> =
        of_issuer.iter().filter(|(_, subject, _)| *subject == about).collect();
    if of_subject.is_empty() {
        let but_for_case = of_issuer.iter().any(|(_, subject, _)| subject.eq_ignore_ascii_case(about));
        return Err(unmatched(if but_for_case { 7_002_138 } else { 700_213 }, "subject", about));
    }
    if !of_subject.iter().any(|(.., audience)| audiences.contains(audience)) {
        return Err(unmatched(700_212, "audience", &audiences.join(",")));
    }
    Ok(())
}

fn trusted(credential: &Credential) -> Option<Trusted<'_>> {
    match credential {
        Credential::Federated { issuer, subject, audience } => Some((issuer, subject, audience)),
        _ => None,
    }
}

fn unmatched(code: u32, what: &str, value: &str) -> Refusal {
    let but = match code {
        7_002_138 => {
            " The subject matches with case-insensitive comparison, but not with case-sensitive comparison."
        }
        _ => "",
    };
    let text = format!(
        "No matching federated identity record found for presented assertion {what} '{value}'.{but} Check your \
         federated identity credential Subject, Audience and Issuer against the presented assertion. \
         https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
    );
    Refusal::client(code, text)
}

/// Whether one of the keys signed it: the one its header names, or any if it names none.
fn signed_by(keys: &[PublicKey], jwt: &Jwt<'_>) -> bool {
    let named = |key: &&PublicKey| match (&key.kid, jwt.header("kid")) {
        (Some(own), Some(sent)) => own == sent,
        _ => true,
    };
    let algorithm = jwt.header("alg").unwrap_or_default();
    keys.iter().filter(named).any(|key| key.verifies(algorithm, jwt.signed, jwt.signature))
}

fn is_own_v2(tenant: &Tenant, by: &str, base: &str) -> bool {
    let version = format!("/{}/v2.0", tenant.id);
    by.strip_suffix(&version).is_some_and(|host| host == base || host == "https://login.microsoftonline.com")
}
