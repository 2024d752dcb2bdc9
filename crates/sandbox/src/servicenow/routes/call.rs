//! One request as the resources see it: path, parameters, headers, body.
//!
//! Owns the decoding of addresses and forms. Never fails: what cannot be decoded stays as it came.

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use crate::origin::origin;
use crate::percent::{decode, decode_form};

/// Most parameters read from one address or form.
const PARAMETERS_MAX: usize = 1_000;

/// A request, taken apart.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// As it came, for messages.
    pub(crate) path: String,
    /// Decoded parts of the path without empty ones.
    pub(crate) segments: Vec<String>,
    /// Decoded, in order, empty ones included.
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Scheme and host the client used.
    pub(crate) origin: String,
}

/// Where a request goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    /// Without the question mark.
    pub(crate) query: &'a str,
}

impl Call {
    pub(crate) fn read(parts: &Parts, body: Bytes) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let target = Target { method: &parts.method, path: parts.uri.path(), query };
        let origin = origin(&parts.extensions, &parts.uri, &parts.headers);
        Self { origin, ..Self::new(target, parts.headers.clone(), body) }
    }

    /// A call without an origin of its own.
    pub(crate) fn new(target: Target<'_>, headers: HeaderMap, body: Bytes) -> Self {
        let segments = target.path.split('/').filter(|part| !part.is_empty());
        Self {
            method: method(target.method, &headers),
            segments: segments.map(decode).collect(),
            parameters: form(target.query),
            origin: String::new(),
            path: target.path.to_owned(),
            headers,
            body,
        }
    }

    /// Puts the parameters of an address that was kept under a short key in the place of the key.
    pub(crate) fn expand(&mut self, query: impl Fn(&str) -> Option<String>) {
        let Some(kept) = self.parameter("sysparm_tiny").and_then(query) else { return };
        let own = self.parameters.iter().filter(|(name, _)| name != "sysparm_tiny").cloned();
        // What stands beside the key was added by whoever uses it and wins.
        self.parameters = own.chain(form(&kept)).collect();
    }

    /// The parameter of that name; an empty one is none.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether a parameter says yes; clients write `true`, `True` and `TRUE`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.parameter(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The table of a page that is to speak JSON: `/incident.do?JSONv2`, `/incident_list.do?JSONv2`.
    pub(crate) fn json_table(&self) -> Option<&str> {
        let [page] = self.segments.as_slice() else { return None };
        let asked = self.parameters.iter().any(|(name, _)| name == "JSONv2" || name == "JSON");
        let name = page.strip_suffix(".do").filter(|_| asked)?;
        Some(name.strip_suffix("_list").unwrap_or(name))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// The method, or the one tunnelled through a POST.
fn method(sent: &Method, headers: &HeaderMap) -> Method {
    let tunnelled = headers.get("x-http-method-override").and_then(|value| value.to_str().ok());
    match tunnelled.and_then(|name| Method::from_bytes(name.trim().to_ascii_uppercase().as_bytes()).ok()) {
        Some(method) if sent == Method::POST => method,
        _ => sent.clone(),
    }
}

/// The pairs of a query or of a form.
pub(crate) fn form(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).take(PARAMETERS_MAX);
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_form(name), decode_form(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::percent::encode;

    #[test]
    fn forms_are_decoded_and_broken_sequences_stay() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            form("a=1%5E2&b=x+y&c&&d=%zz%4"),
            [pair("a", "1^2"), pair("b", "x y"), pair("c", ""), pair("d", "%zz%4")]
        );
        assert_eq!(form(&format!("q={}", encode("a^b=ø c+"))), [pair("q", "a^b=ø c+")]);
    }
}
