//! Assertions of the JWT bearer grant: what they say and whether a registered key signed them.
//!
//! Owns the reading and the checks that need no state. Source: reference section 2.3.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};

/// How far the clocks of client and instance may differ, in seconds: the figure of the older console.
pub(crate) const SKEW_SECS: i64 = 300;

/// The key that proves assertions for a client, and the field their subject stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JwtKey {
    /// Public key in PEM.
    pub(crate) public_key: String,
    /// Field of `sys_user` that `sub` names.
    pub(crate) user_field: String,
}

/// What an assertion says. `jti` is wanted, because the instance looks for replays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) aud: Audience,
    pub(crate) sub: String,
    pub(crate) exp: i64,
    #[serde(default)]
    pub(crate) iat: Option<i64>,
    pub(crate) jti: String,
}

/// One audience or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn names(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Many(many) => many.iter().any(|one| one == client),
        }
    }
}

/// Whether a text is a public key that assertions can be checked with.
pub(crate) fn readable(public_key: &str) -> bool {
    let pem = public_key.as_bytes();
    DecodingKey::from_rsa_pem(pem).is_ok() || DecodingKey::from_ec_pem(pem).is_ok()
}

/// The claims of an assertion made for the client, signed by the key and valid now.
pub(crate) fn verify(assertion: &str, client: &str, key: &JwtKey, now: Timestamp) -> Option<Claims> {
    let algorithm = decode_header(assertion).ok()?.alg;
    let pem = key.public_key.as_bytes();
    let decoding = match algorithm {
        Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512 => DecodingKey::from_rsa_pem(pem),
        Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_pem(pem),
        _ => return None,
    };
    let mut validation = Validation::new(algorithm);
    // The library knows the real clock only; the times are checked below against the virtual one.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.set_required_spec_claims::<&str>(&[]);
    let claims = decode::<Claims>(assertion, &decoding.ok()?, &validation).ok()?.claims;
    let seconds = now.as_second();
    let timely = claims.exp.saturating_add(SKEW_SECS) > seconds
        && claims.iat.is_none_or(|iat| iat <= seconds.saturating_add(SKEW_SECS));
    (timely && claims.iss == client && claims.aud.names(client)).then_some(claims)
}
