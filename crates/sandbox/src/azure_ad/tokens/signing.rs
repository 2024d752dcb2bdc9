//! The key pair the pretend authority signs its tokens with.
//!
//! A published development key: the same in every sandbox, so that tokens are the same in every
//! run, and good for nothing else. Its public half is what the discovery documents show.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use crate::keys::{Certificate, der};

const PRIVATE_KEY: &str = include_str!("../../../data/azure_ad/keys/signing_key.pem");
const CERTIFICATE: &str = include_str!("../../../data/azure_ad/keys/signing_certificate.pem");

static PRIVATE: LazyLock<EncodingKey> =
    LazyLock::new(|| EncodingKey::from_rsa_der(&der(PRIVATE_KEY, "RSA PRIVATE KEY").unwrap_or_default()));

static PUBLIC: LazyLock<Certificate> = LazyLock::new(|| {
    Certificate::from_pem(CERTIFICATE).expect("the embedded certificate was read by a test")
});

/// Id of the key, as the header of every token has it.
pub(crate) fn key_id() -> &'static str {
    &PUBLIC.sha1
}

/// Signs with RSA PKCS#1 v1.5 and SHA-256: equal texts get equal signatures.
pub(crate) fn sign(text: &str) -> String {
    crypto::sign(text.as_bytes(), &PRIVATE, Algorithm::RS256)
        .expect("the embedded key signs, as a test shows")
}

/// Whether the text was signed by `sign`.
pub(crate) fn verify(text: &str, signature: &str) -> bool {
    PUBLIC.key.verifies("RS256", text, signature)
}

/// The key as a member of a JSON Web Key Set.
pub(crate) fn json_web_key() -> Value {
    let certificate = der(CERTIFICATE, "CERTIFICATE").unwrap_or_default();
    json!({
        "kty": "RSA",
        "use": "sig",
        "kid": PUBLIC.sha1,
        "x5t": PUBLIC.sha1,
        "n": PUBLIC.key.n,
        "e": PUBLIC.key.e,
        "x5c": [STANDARD.encode(certificate)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_pair_fits_together_and_signs_alike() {
        let signature = sign("a.b");
        assert_eq!(signature, sign("a.b"));
        assert!(verify("a.b", &signature));
        assert!(!verify("a.c", &signature));
        assert!(!verify("a.b", ""));
    }
}
