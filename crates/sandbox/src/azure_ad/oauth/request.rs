//! A request to the authority, its form and its query.
//!
//! Owns the reading of both; what they mean is for others.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::azure_ad::oauth::refusal::Refusal;
use crate::percent::decode_form;

/// Largest form that is read, in bytes. The service documents no figure.
const FORM_BYTES_MAX: usize = 256 * 1024;

/// A request to the authority.
#[derive(Debug)]
pub(crate) struct LoginRequest<'a> {
    pub(crate) method: &'a Method,
    /// Path as it was sent.
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Scheme and host the client used.
    pub(crate) base: &'a str,
    /// Virtual time.
    pub(crate) now: Timestamp,
    /// Real time, by which clients date what they sign.
    pub(crate) client_now: Timestamp,
    /// Number of the call.
    pub(crate) seq: u64,
}

/// Names and values of a form or of a query.
#[derive(Debug)]
pub(crate) struct Fields(Vec<(String, String)>);

impl LoginRequest<'_> {
    /// The form. A body of another content type counts as an empty one, as it does there.
    ///
    /// # Errors
    /// A field that is there twice, and a form larger than any sensible one.
    pub(crate) fn form(&self) -> Result<Fields, Refusal> {
        if self.body.len() > FORM_BYTES_MAX {
            let text = "The request body is too large.";
            return Err(Refusal::new(
                axum::http::StatusCode::PAYLOAD_TOO_LARGE,
                "invalid_request",
                90013,
                text,
            ));
        }
        let kind = self.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let text = match kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            true => String::from_utf8_lossy(self.body),
            false => "".into(),
        };
        let fields = Fields::read(&text);
        match fields.repeated() {
            None => Ok(fields),
            Some(name) => {
                let text =
                    format!("The request is not properly formatted. The parameter '{name}' is duplicated.");
                Err(Refusal::request(9_000_411, text))
            }
        }
    }

    pub(crate) fn query(&self) -> Fields {
        Fields::read(self.query.unwrap_or_default())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Client id and secret of an `Authorization: Basic` header.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let (scheme, encoded) = self.header(header::AUTHORIZATION.as_str())?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (id, secret) = decoded.split_once(':')?;
        // Both halves are form-encoded before they are joined. Source: RFC 6749 section 2.3.1.
        Some((decode_form(id), decode_form(secret)))
    }
}

impl Fields {
    fn read(text: &str) -> Self {
        let pair = |field: &str| {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            (decode_form(name), decode_form(value))
        };
        Self(text.split('&').filter(|field| !field.is_empty()).map(pair).collect())
    }

    /// A value that is there and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A value the request cannot do without.
    ///
    /// # Errors
    /// 900144, naming it.
    pub(crate) fn needed(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| {
            let text = format!("The request body must contain the following parameter: '{name}'.");
            Refusal::request(900_144, text)
        })
    }

    fn repeated(&self) -> Option<&str> {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        let mut at = names.iter().enumerate();
        at.find(|(index, name)| names[..*index].contains(name)).map(|(_, name)| *name)
    }
}
