//! Assertions of the JWT bearer grant: what they say and whether a registered key signed them.
//!
//! Owns the reading and the checks that need no state. Source: reference section 2.3.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo};
use x509_parser::public_key::PublicKey as Parsed;

use crate::keys::{self, PublicKey};

/// How far the clocks of client and instance may differ, in seconds: the figure of the older console.
pub(crate) const SKEW_SECS: i64 = 300;

/// The key that proves assertions for a client, and the field their subject stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JwtKey {
    pub(crate) signer: Signer,
    /// Field of `sys_user` that `sub` names.
    pub(crate) user_field: String,
}

/// The public half of a key that signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Signer {
    Rsa(PublicKey),
    /// A point of a curve, base64url.
    Curve {
        x: String,
        y: String,
    },
}

impl Signer {
    /// Reads a certificate or a public key; a curve's key as a public key only.
    pub(crate) fn from_pem(text: &str) -> Option<Self> {
        PublicKey::from_pem(text).ok().map(Self::Rsa).or_else(|| Self::curve(text))
    }

    fn curve(text: &str) -> Option<Self> {
        let der = keys::der(text, "PUBLIC KEY")?;
        let (_, info) = SubjectPublicKeyInfo::from_der(&der).ok()?;
        let Ok(Parsed::EC(point)) = info.parsed() else { return None };
        // An uncompressed point: a four and two numbers of equal length.
        let (form, numbers) = point.data().split_first()?;
        let (x, y) = numbers.split_at(numbers.len() / 2);
        let known = *form == 4 && x.len() == y.len() && matches!(x.len(), 32 | 48);
        known.then(|| Self::Curve { x: URL_SAFE_NO_PAD.encode(x), y: URL_SAFE_NO_PAD.encode(y) })
    }

    fn decoding(&self, algorithm: Algorithm) -> Option<DecodingKey> {
        match (self, algorithm) {
            (Self::Rsa(key), Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512) => {
                DecodingKey::from_rsa_components(&key.n, &key.e).ok()
            }
            (Self::Curve { x, y }, Algorithm::ES256 | Algorithm::ES384) => {
                DecodingKey::from_ec_components(x, y).ok()
            }
            _ => None,
        }
    }
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

impl Claims {
    fn timely(&self, now: i64) -> bool {
        let begun = self.iat.is_none_or(|iat| iat <= now.saturating_add(SKEW_SECS));
        self.exp.saturating_add(SKEW_SECS) > now && begun
    }
}

impl Audience {
    fn names(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Many(many) => many.iter().any(|one| one == client),
        }
    }
}

/// The claims of an assertion made for the client, signed by the key and valid by one of the clocks.
///
/// The second clock is the real one, by which an unchanged client dates what it signs.
pub(crate) fn verify(
    assertion: &str,
    client: &str,
    signer: &Signer,
    clocks: [Timestamp; 2],
) -> Option<Claims> {
    let algorithm = decode_header(assertion).ok()?.alg;
    let mut validation = Validation::new(algorithm);
    // The library knows the real clock only; the times are checked below.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.set_required_spec_claims::<&str>(&[]);
    let claims = decode::<Claims>(assertion, &signer.decoding(algorithm)?, &validation).ok()?.claims;
    let timely = clocks.iter().any(|now| claims.timely(now.as_second()));
    (timely && claims.iss == client && claims.aud.names(client)).then_some(claims)
}
