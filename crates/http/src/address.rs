//! Base URLs and how a request's target is turned into an address below one. Owns percent-encoding and
//! the rule that credentials go to the connection's own origin only; sends nothing.

use std::fmt::Write as _;
use std::net::IpAddr;

use drawbridge_sdk::{Error as CallError, Fault, Target};
use reqwest::Url;

use crate::Error;

/// The base of one connection: scheme, host, port and an optional path.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    url: Url,
    system: &'static str,
}

impl Base {
    /// Reads the setting of a base URL.
    ///
    /// # Errors
    /// [`Error::BaseUrl`] for what is no base URL, [`Error::PlainHttp`] for plain http off loopback.
    pub(crate) fn parse(text: &str, system: &'static str) -> Result<Self, Error> {
        let refuse =
            |reason: &str| Err(Error::BaseUrl { url: text.to_owned(), system, reason: reason.to_owned() });
        let url = match Url::parse(text.trim()) {
            Ok(url) => url,
            Err(error) => return refuse(&error.to_string()),
        };
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return refuse("it has no http host");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it holds a user or password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("it holds a query or a fragment");
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(Error::PlainHttp { url: text.to_owned(), system });
        }
        Ok(Self { url, system })
    }

    /// Whether it points at this very machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The host, for messages.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The address of a target.
    ///
    /// # Errors
    /// `Refused` with `CN016` for a link that leaves the origin, with `CN020` for a segment that
    /// cannot stand in a path.
    pub(crate) fn address(&self, target: &Target) -> Result<Url, CallError> {
        match target {
            Target::Path { segments, query } => self.below(segments, query),
            Target::Link(link) => self.follow(link),
        }
    }

    fn below(&self, segments: &[String], query: &[(String, String)]) -> Result<Url, CallError> {
        let mut text = self.url.as_str().trim_end_matches('/').to_owned();
        for segment in segments {
            if segment.is_empty() || segment == "." || segment == ".." {
                let summary = format!("`{segment}` cannot be a part of an address of {}", self.system);
                return Err(CallError::refused("CN020", summary));
            }
            text.push('/');
            encode(&mut text, segment);
        }
        for (at, (name, value)) in query.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            encode(&mut text, name);
            text.push('=');
            encode(&mut text, value);
        }
        Url::parse(&text).map_err(|_| {
            CallError::refused(
                "CN020",
                format!("the address of a request to {} cannot be built", self.system),
            )
        })
    }

    fn follow(&self, link: &str) -> Result<Url, CallError> {
        let url = Url::parse(link).ok().filter(|url| {
            url.origin() == self.url.origin() && url.username().is_empty() && url.password().is_none()
        });
        url.ok_or_else(|| {
            let summary = format!("a link that {} gave out leaves `{}` and is not followed", self.system, self.host());
            let help = "credentials are sent to the configured host only; if a proxy rewrites links, configure the host that they name";
            CallError::Refused(Fault::new("CN016", summary).help(help))
        })
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Writes one segment, name or value so that it stays one: only unreserved characters and those that
/// mean nothing to a path or query stay as they are.
fn encode(text: &mut String, part: &str) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~$@:,()".contains(&byte) {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").expect("a String takes every text");
        }
    }
}

#[cfg(test)]
mod tests {
    use drawbridge_sdk::{Method, Request};

    use super::*;

    fn base(url: &str) -> Base {
        Base::parse(url, "Pretend").unwrap()
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        let code = |url| Base::parse(url, "Pretend").err().map(|error| error.code());
        assert_eq!(code("https://graph.microsoft.com"), None);
        assert_eq!(code("https://graph.microsoft.com/"), None);
        assert_eq!(code("http://127.0.0.1:8080"), None);
        assert_eq!(code("http://localhost:8080/"), None);
        assert_eq!(code("http://[::1]:8080"), None);
        assert_eq!(code("http://graph.microsoft.com"), Some("ST010"));
        assert_eq!(code("http://localhost.evil.test"), Some("ST010"));
        assert_eq!(code("http://10.0.0.1"), Some("ST010"));
        assert_eq!(code("graph.microsoft.com"), Some("ST011"));
        assert_eq!(code("ftp://graph.microsoft.com"), Some("ST011"));
        assert_eq!(code("https://user:pass@graph.microsoft.com"), Some("ST011"));
        assert_eq!(code("https://graph.microsoft.com?x=1"), Some("ST011"));
    }

    #[test]
    fn a_segment_or_value_stays_one() {
        let address = |segments: &[&str]| {
            let request = Request::new(Method::Get, segments).query("$filter", "a eq 'x&y=z'#");
            base("https://graph.test/").address(&request.target).map(|url| url.to_string())
        };
        assert_eq!(
            address(&["v1.0", "users", "a/b?c#d%2F e"]).unwrap(),
            "https://graph.test/v1.0/users/a%2Fb%3Fc%23d%252F%20e?$filter=a%20eq%20%27x%26y%3Dz%27%23"
        );
        assert_eq!(
            address(&["users", "o'br_contoso.test#EXT#@x.test", "$ref"]).unwrap(),
            "https://graph.test/users/o%27br_contoso.test%23EXT%23@x.test/$ref?$filter=a%20eq%20%27x%26y%3Dz%27%23"
        );
        for bad in ["", ".", ".."] {
            assert_eq!(address(&["users", bad]).unwrap_err().fault().code, "CN020", "{bad:?}");
        }
        assert_eq!(
            address(&["users", "%2e%2e"]).unwrap(),
            "https://graph.test/users/%252e%252e?$filter=a%20eq%20%27x%26y%3Dz%27%23"
        );
    }

    #[test]
    fn a_base_path_is_kept() {
        let request = Request::new(Method::Get, &["v1.0", "users"]);
        let url = base("https://gate.test/graph/").address(&request.target).unwrap();
        assert_eq!(url.as_str(), "https://gate.test/graph/v1.0/users");
    }

    #[test]
    fn links_stay_on_the_origin() {
        let follow = |link: &str| base("https://graph.test").address(&Target::Link(link.to_owned())).is_ok();
        assert!(follow("https://graph.test/v1.0/users/delta?$deltatoken=x%2By"));
        assert!(follow("https://graph.test:443/v1.0"));
        assert!(!follow("https://graph.test.evil/v1.0"));
        assert!(!follow("http://graph.test/v1.0"));
        assert!(!follow("https://graph.test:8443/v1.0"));
        assert!(!follow("https://graph.test@evil.test/v1.0"));
        assert!(!follow("https://me@graph.test/v1.0"));
        assert!(!follow("/v1.0/users"));
    }
}
