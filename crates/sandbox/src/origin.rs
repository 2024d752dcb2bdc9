//! Scheme and host of a request as its client sees them, for the absolute addresses in answers.
//!
//! Owns one fact of the connection that no header tells: whether it was encrypted. Reads no state.

use axum::http::{Extensions, HeaderMap, Uri};

/// How a request came, carried in its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Scheme and host without a slash at the end; what a proxy says (`X-Forwarded-*`) goes before what is seen.
pub(crate) fn origin(extensions: &Extensions, uri: &Uri, headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let seen = extensions.get::<Scheme>().copied().unwrap_or(Scheme::Http);
    let scheme = text("x-forwarded-proto").unwrap_or(seen.as_str());
    let host = text("x-forwarded-host").or_else(|| text("host"));
    let host = host.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}
