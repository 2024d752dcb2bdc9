//! Access tokens: made by the login authority, understood by Graph.
//!
//! A token is a JWT signed with HMAC-SHA-256 under a key only this sandbox knows. Clients are to
//! treat it as opaque; the claims are there for people who look.
//!
//! Source: microsoft-graph.md section 1.2 (claims).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::ids;

/// How long a token lives, in seconds of virtual time.
pub(crate) const LIFE_SECS: i64 = 3599;

/// Block size of SHA-256, in bytes.
const BLOCK: usize = 64;

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
    appid: String,
    tid: String,
    oid: String,
    idtyp: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
}

/// Why a token is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No token of this shape was ever made.
    Malformed,
    /// It was made for another tenant or by somebody else.
    Foreign,
    /// Its time is over.
    Expired,
}

/// Makes a token for an application of the tenant.
pub(crate) fn issue(tenant_id: &str, client_id: &str, roles: &[String], now: Timestamp) -> String {
    let now = now.as_second();
    let claims = Claims {
        aud: "https://graph.microsoft.com".to_owned(),
        iss: format!("https://sts.windows.net/{tenant_id}/"),
        iat: now,
        nbf: now,
        exp: now.saturating_add(LIFE_SECS),
        appid: client_id.to_owned(),
        tid: tenant_id.to_owned(),
        oid: ids::guid("service principal", client_id),
        idtyp: "app".to_owned(),
        roles: roles.to_vec(),
    };
    let header = URL_SAFE_NO_PAD.encode(json!({ "typ": "JWT", "alg": "HS256" }).to_string());
    let payload = URL_SAFE_NO_PAD.encode(json!(claims).to_string());
    let signed = format!("{header}.{payload}");
    let signature = URL_SAFE_NO_PAD.encode(hmac(&key(tenant_id), signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// Reads the roles of a token that is valid at `now`.
///
/// # Errors
/// `Refused`, in the order malformed, foreign, expired.
pub(crate) fn verify(tenant_id: &str, token: &str, now: Timestamp) -> Result<Roles, Refused> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (_, payload) = signed.split_once('.').ok_or(Refused::Malformed)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| Refused::Malformed)?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| Refused::Malformed)?;
    let expected = URL_SAFE_NO_PAD.encode(hmac(&key(tenant_id), signed.as_bytes()));
    if signature != expected || claims.tid != tenant_id {
        return Err(Refused::Foreign);
    }
    if now.as_second() >= claims.exp {
        return Err(Refused::Expired);
    }
    Ok(Roles { app: claims.appid, names: claims.roles })
}

fn key(tenant_id: &str) -> Vec<u8> {
    ids::hex32("signing key", tenant_id).into_bytes()
}

/// HMAC-SHA-256 for keys no longer than a block. Source: RFC 2104.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut padded = [0u8; BLOCK];
    for (slot, byte) in padded.iter_mut().zip(key) {
        *slot = *byte;
    }
    let inner = Sha256::new().chain_update(padded.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_standard_one() {
        // RFC 4231, test case 2.
        let mac = hmac(b"Jefe", b"what do ya want for nothing?");
        let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_token_is_good_until_its_second_and_only_unchanged() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let token = issue("t", "app", &["User.Read.All".to_owned()], now);
        assert!(verify("t", &token, now).unwrap().holds("User.Read.All"));
        let later = Timestamp::from_second(1_000_000 + LIFE_SECS).unwrap();
        assert_eq!(verify("t", &token, later).unwrap_err(), Refused::Expired);
        assert_eq!(verify("other", &token, now).unwrap_err(), Refused::Foreign);
        assert_eq!(verify("t", &format!("{token}x"), now).unwrap_err(), Refused::Foreign);
        assert_eq!(verify("t", "abc", now).unwrap_err(), Refused::Malformed);
        assert_eq!(verify("t", "", now).unwrap_err(), Refused::Malformed);
    }
}
