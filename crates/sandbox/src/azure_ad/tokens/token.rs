//! Access tokens: made by the login authority, understood by Graph.
//!
//! A token is a JWT signed with RS256 under a development key that everybody may know. Nothing
//! is remembered of a token but how many were made: it carries its own number, so that those
//! made before a revocation can be told from those made after it.
//!
//! Verifying is one RSA operation with a small exponent, some tens of microseconds, so verified
//! tokens are not cached.
//!
//! Source: microsoft-graph.md section 1.2 (claims).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::azure_ad::tokens::jwt::Jwt;
use crate::azure_ad::tokens::signing;
use crate::ids;

/// Audience of tokens for Graph.
pub(crate) const GRAPH: &str = "https://graph.microsoft.com";

/// Application id of Graph, the audience of tokens that were asked for by it.
pub(crate) const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// The capability of clients that understand challenges of continuous access evaluation.
const CHALLENGES: &str = "cp1";

/// The application permissions a token carries, and whose it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roles {
    /// Application id.
    pub(crate) app: String,
    names: Vec<String>,
}

impl Roles {
    pub(crate) fn holds(&self, role: &str) -> bool {
        self.names.iter().any(|own| own == role)
    }

    /// Whether one of the named permissions is held.
    pub(crate) fn hold_one(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.holds(name))
    }
}

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    app_displayname: String,
    appid: String,
    appidacr: String,
    idp: String,
    idtyp: String,
    oid: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    sub: String,
    tid: String,
    uti: String,
    ver: String,
    /// Capabilities of the client, such as `cp1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    xms_cc: Vec<String>,
}

/// Whom a token is for and what it says about them.
#[derive(Debug)]
pub(crate) struct Grant<'a> {
    pub(crate) tenant_id: &'a str,
    pub(crate) client_id: &'a str,
    /// Id of the service principal.
    pub(crate) object_id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) roles: &'a [String],
    /// How the application proved who it is: 1 for a secret, 2 for a certificate.
    pub(crate) proof: u8,
    /// Whether the client declared that it understands challenges of continuous access evaluation.
    pub(crate) can_be_challenged: bool,
    pub(crate) now: Timestamp,
    pub(crate) life_secs: u32,
    /// How many tokens the tenant made before.
    pub(crate) number: u64,
}

/// A token that is genuine and alive.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) roles: Roles,
    /// Its number among all tokens of the tenant.
    pub(crate) number: u64,
    pub(crate) can_be_challenged: bool,
}

/// Why a token is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No token of this shape was ever made.
    Malformed,
    /// It was made by somebody else, or changed.
    Forged,
    /// It was made for another tenant.
    Foreign,
    /// It was made for something else than Graph.
    Audience,
    /// Its time has not come.
    Early,
    /// Its time is over.
    Expired,
}

/// Makes a token.
pub(crate) fn issue(grant: &Grant<'_>) -> String {
    let issuer = issuer(grant.tenant_id);
    let now = grant.now.as_second();
    let claims = Claims {
        aud: grant.audience.to_owned(),
        iss: issuer.clone(),
        iat: now,
        nbf: now,
        exp: now.saturating_add(grant.life_secs.into()),
        app_displayname: grant.name.to_owned(),
        appid: grant.client_id.to_owned(),
        appidacr: grant.proof.to_string(),
        idp: issuer,
        idtyp: "app".to_owned(),
        oid: grant.object_id.to_owned(),
        roles: grant.roles.to_vec(),
        sub: grant.object_id.to_owned(),
        tid: grant.tenant_id.to_owned(),
        uti: token_id(grant.client_id, grant.number),
        ver: "1.0".to_owned(),
        xms_cc: grant.can_be_challenged.then(|| CHALLENGES.to_owned()).into_iter().collect(),
    };
    let key = signing::key_id();
    let header = json!({ "typ": "JWT", "alg": "RS256", "x5t": key, "kid": key });
    let encode = |part: String| URL_SAFE_NO_PAD.encode(part);
    let signed = format!("{}.{}", encode(header.to_string()), encode(json!(claims).to_string()));
    let signature = signing::sign(&signed);
    format!("{signed}.{signature}")
}

/// Reads a token for Graph that is valid at `now`.
///
/// # Errors
/// `Refused`, the first that applies in the order of its variants.
pub(crate) fn verify(tenant_id: &str, token: &str, now: Timestamp) -> Result<Verified, Refused> {
    let jwt = Jwt::read(token).ok_or(Refused::Malformed)?;
    if jwt.header("alg") != Some("RS256") || !signing::verify(jwt.signed, jwt.signature) {
        return Err(Refused::Forged);
    }
    let claims: Claims = serde_json::from_value(jwt.into_claims()).map_err(|_| Refused::Malformed)?;
    if claims.tid != tenant_id || claims.iss != issuer(tenant_id) {
        return Err(Refused::Foreign);
    }
    if claims.aud.trim_end_matches('/') != GRAPH && claims.aud != GRAPH_APP_ID {
        return Err(Refused::Audience);
    }
    if now.as_second() < claims.nbf {
        return Err(Refused::Early);
    }
    if now.as_second() >= claims.exp {
        return Err(Refused::Expired);
    }
    let number = number(&claims.uti).ok_or(Refused::Malformed)?;
    let can_be_challenged = claims.xms_cc.iter().any(|own| own == CHALLENGES);
    Ok(Verified { roles: Roles { app: claims.appid, names: claims.roles }, number, can_be_challenged })
}

/// Issuer of tokens in the first version of the format, which Graph uses.
pub(crate) fn issuer(tenant_id: &str) -> String {
    format!("https://sts.windows.net/{tenant_id}/")
}

/// The unique id of a token: sixteen bytes, the last eight of them its number.
fn token_id(client_id: &str, number: u64) -> String {
    let mut bytes = ids::hex32("token", client_id).into_bytes();
    bytes.truncate(8);
    bytes.extend(number.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn number(token_id: &str) -> Option<u64> {
    let bytes = URL_SAFE_NO_PAD.decode(token_id).ok()?;
    Some(u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(tenant_id: &'static str, number: u64) -> Grant<'static> {
        Grant {
            tenant_id,
            client_id: "app",
            object_id: "principal",
            name: "App",
            audience: GRAPH,
            roles: &[],
            proof: 1,
            can_be_challenged: false,
            now: Timestamp::from_second(1_000_000).unwrap(),
            life_secs: 3599,
            number,
        }
    }

    #[test]
    fn a_token_is_good_from_its_first_second_to_its_last_and_only_unchanged() {
        let token = issue(&grant("t", 7));
        let at = |secs| verify("t", &token, Timestamp::from_second(secs).unwrap());
        assert_eq!(at(1_000_000).unwrap().number, 7);
        assert!(at(1_003_598).is_ok());
        assert_eq!(at(1_003_599).unwrap_err(), Refused::Expired);
        assert_eq!(at(999_999).unwrap_err(), Refused::Early);
        let now = Timestamp::from_second(1_000_000).unwrap();
        assert_eq!(verify("other", &token, now).unwrap_err(), Refused::Foreign);
        assert_eq!(verify("t", &format!("{token}x"), now).unwrap_err(), Refused::Forged);
        for malformed in ["abc", "", "a.b.c", "..", "\u{e9}.\u{e9}.\u{e9}"] {
            assert_eq!(verify("t", malformed, now).unwrap_err(), Refused::Malformed);
        }
    }

    #[test]
    fn equal_grants_make_equal_tokens() {
        assert_eq!(issue(&grant("t", 7)), issue(&grant("t", 7)));
        assert_ne!(issue(&grant("t", 7)), issue(&grant("t", 8)));
    }
}
