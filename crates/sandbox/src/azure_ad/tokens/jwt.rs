//! JSON Web Tokens as text: taken apart here, judged elsewhere.
//!
//! Source: RFC 7519; microsoft-graph.md section 1.2.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A token whose parts could be read. Nothing about it was verified.
#[derive(Debug)]
pub(crate) struct Jwt<'a> {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    /// Header and claims as they were signed.
    pub(crate) signed: &'a str,
    /// Base64url.
    pub(crate) signature: &'a str,
}

impl<'a> Jwt<'a> {
    /// Takes a token apart: three parts, the first two JSON objects.
    pub(crate) fn read(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self { header: object(header)?, claims: object(claims)?, signed, signature })
    }

    /// A text of the header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// A claim that is a text.
    pub(crate) fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// The audiences: one text or a list of them.
    pub(crate) fn audiences(&self) -> Vec<&str> {
        match self.claims.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// A claim that is a time, in seconds since 1970; fractions are cut off.
    pub(crate) fn time(&self, name: &str) -> Option<i64> {
        let number = self.claims.get(name)?;
        #[expect(clippy::cast_possible_truncation, reason = "a float beyond the range saturates")]
        let cut = |secs: f64| secs as i64;
        number.as_i64().or_else(|| number.as_f64().map(cut))
    }

    /// All claims, for whoever knows their shape.
    pub(crate) fn into_claims(self) -> Value {
        Value::Object(self.claims)
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
