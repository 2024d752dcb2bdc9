//! Public RSA keys and certificates: read from PEM or as JSON Web Keys, and asked whether they
//! verify a signature.
//!
//! Keeps of a certificate what a login needs: key, thumbprints, validity. Trust is not judged:
//! the platforms take any certificate that was registered with them.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo, X509Certificate};
use x509_parser::public_key::PublicKey as Parsed;

/// Smallest modulus that signatures are verified with, in bytes: 2048 bits.
const MODULUS_BYTES_MIN: usize = 256;

/// An RSA key, as a JSON Web Key has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PublicKey {
    /// Key id, where whoever published the key gave it one.
    pub(crate) kid: Option<String>,
    /// Modulus, base64url.
    pub(crate) n: String,
    /// Exponent, base64url.
    pub(crate) e: String,
}

/// What a registered certificate is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Certificate {
    pub(crate) key: PublicKey,
    /// SHA-1 of the certificate, base64url: the `x5t` of a token.
    pub(crate) sha1: String,
    /// SHA-256 of the certificate, base64url: the `x5t#S256` of a token.
    pub(crate) sha256: String,
    pub(crate) valid_from: Timestamp,
    pub(crate) valid_to: Timestamp,
}

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----`, or the key of a certificate.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    pub(crate) fn from_pem(text: &str) -> Result<Self, String> {
        let pem = blocks(text)?;
        let public = pem.iter().find(|block| block.label == "PUBLIC KEY");
        let Some(block) = public else { return Ok(Certificate::from_pem(text)?.key) };
        let (_, info) = SubjectPublicKeyInfo::from_der(&block.contents)
            .map_err(|_| "the public key cannot be read".to_owned())?;
        Self::from_info(&info)
    }

    /// Reads the RSA keys of a JSON Web Key Set; other kinds of keys are passed over.
    ///
    /// # Errors
    /// In words, when it is no key set or has no RSA key.
    pub(crate) fn from_jwks(set: &Value) -> Result<Vec<Self>, String> {
        let keys = set["keys"].as_array().ok_or("a key set has a list `keys`")?;
        let read = |key: &Value| {
            let text = |name: &str| key[name].as_str().map(str::to_owned);
            let read = Self { kid: text("kid"), n: text("n")?, e: text("e")? };
            read.checked().ok().filter(|_| key["kty"] == "RSA")
        };
        let keys: Vec<Self> = keys.iter().filter_map(read).collect();
        if keys.is_empty() {
            Err("the key set has no RSA key of 2048 bits or more".to_owned())
        } else {
            Ok(keys)
        }
    }

    /// Whether this key's private half signed the text; only RS256 and PS256 are known.
    pub(crate) fn verifies(&self, algorithm: &str, signed: &str, signature: &str) -> bool {
        let algorithm = match algorithm {
            "RS256" => Algorithm::RS256,
            "PS256" => Algorithm::PS256,
            _ => return false,
        };
        let key = DecodingKey::from_rsa_components(&self.n, &self.e);
        key.and_then(|key| crypto::verify(signature, signed.as_bytes(), &key, algorithm)).unwrap_or(false)
    }

    fn from_info(info: &SubjectPublicKeyInfo<'_>) -> Result<Self, String> {
        let Ok(Parsed::RSA(key)) = info.parsed() else { return Err("the key is not an RSA key".to_owned()) };
        let plain = |number: &[u8]| {
            let zeros = number.iter().take_while(|byte| **byte == 0).count();
            URL_SAFE_NO_PAD.encode(&number[zeros..])
        };
        Self { kid: None, n: plain(key.modulus), e: plain(key.exponent) }.checked()
    }

    fn checked(self) -> Result<Self, String> {
        let modulus = URL_SAFE_NO_PAD.decode(&self.n).map_err(|_| "the modulus is not base64url")?;
        URL_SAFE_NO_PAD.decode(&self.e).map_err(|_| "the exponent is not base64url")?;
        if modulus.len() < MODULUS_BYTES_MIN {
            return Err("an RSA key needs 2048 bits".to_owned());
        }
        Ok(self)
    }
}

impl Certificate {
    /// Reads the first certificate of a PEM text; private keys beside it are passed over.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    pub(crate) fn from_pem(text: &str) -> Result<Self, String> {
        let pem = blocks(text)?;
        let block = pem.iter().find(|block| block.label == "CERTIFICATE");
        let der = &block.ok_or("the text has no `BEGIN CERTIFICATE`")?.contents;
        let (_, certificate) =
            X509Certificate::from_der(der).map_err(|_| "the certificate cannot be read".to_owned())?;
        let validity = certificate.validity();
        let instant = |secs: i64| Timestamp::from_second(secs).map_err(|error| error.to_string());
        Ok(Self {
            key: PublicKey::from_info(certificate.public_key())?,
            sha1: URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, der)),
            sha256: URL_SAFE_NO_PAD.encode(digest(&SHA256, der)),
            valid_from: instant(validity.not_before.timestamp())?,
            valid_to: instant(validity.not_after.timestamp())?,
        })
    }
}

/// The contents of the first block of a PEM text with this label.
pub(crate) fn der(text: &str, label: &str) -> Option<Vec<u8>> {
    blocks(text).ok()?.into_iter().find(|block| block.label == label).map(|block| block.contents)
}

fn blocks(text: &str) -> Result<Vec<Pem>, String> {
    let blocks: Result<Vec<Pem>, _> = Pem::iter_from_buffer(text.as_bytes()).collect();
    blocks.map_err(|_| "the text is not PEM".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &str = include_str!("../data/azure_ad/keys/app_certificate.pem");
    const PUBLIC: &str = include_str!("../data/azure_ad/keys/issuer_public_key.pem");

    #[test]
    fn a_certificate_beside_its_private_key_is_read() {
        let certificate = Certificate::from_pem(CERTIFICATE).unwrap();
        assert_eq!(certificate.valid_from.to_string(), "2024-03-01T08:00:00Z");
        assert_eq!(certificate.key.e, "AQAB");
        assert_eq!(PublicKey::from_pem(CERTIFICATE).unwrap(), certificate.key);
    }

    #[test]
    fn what_is_no_key_is_refused_in_words() {
        assert!(PublicKey::from_pem(PUBLIC).is_ok());
        let cut = CERTIFICATE.replace("MII", "MIJ");
        for text in ["", "abc", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", &cut] {
            assert!(Certificate::from_pem(text).is_err(), "{text}");
            assert!(PublicKey::from_pem(text).is_err(), "{text}");
        }
        for set in ["{}", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#] {
            assert!(PublicKey::from_jwks(&serde_json::from_str(set).unwrap()).is_err(), "{set}");
        }
    }
}
