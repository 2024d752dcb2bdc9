//! Requests and answers as nodes describe them. Knows no HTTP library; segments and query values are
//! plain text and are encoded by whoever sends, so that a value can never change the path.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, Fault};

/// HTTP methods that nodes use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or calls.
    Post,
    /// Replaces or sets a reference.
    Put,
    /// Changes some fields.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Where a request goes, below the base URL of its connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Segments and query parameters, not yet encoded.
    Path {
        /// Path segments in order.
        segments: Vec<String>,
        /// Query parameters in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        query: Vec<(String, String)>,
    },
    /// An absolute link that the platform itself gave out, such as `@odata.nextLink`. Followed only
    /// when it stays on the connection's own origin.
    Link(String),
}

/// What a request carries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Nothing.
    #[default]
    None,
    /// A JSON document.
    Json(Value),
    /// A URL-encoded form.
    Form(Vec<(String, String)>),
}

/// One request to a remote system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub target: Target,
    /// Further headers, such as `ConsistencyLevel`; never credentials.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// What it carries.
    #[serde(default)]
    pub body: Body,
}

impl Request {
    /// A request for path segments below the connection's base URL.
    ///
    /// ```
    /// use drawbridge_sdk::{Method, Request};
    /// let request = Request::new(Method::Get, &["v1.0", "users", "ann@contoso.test"]).query("$select", "id");
    /// assert_eq!(request.describe(), "GET /v1.0/users/ann@contoso.test?$select=id");
    /// ```
    #[must_use]
    pub fn new(method: Method, segments: &[&str]) -> Self {
        let segments = segments.iter().map(|segment| (*segment).to_owned()).collect();
        Self {
            method,
            target: Target::Path { segments, query: Vec::new() },
            headers: Vec::new(),
            body: Body::None,
        }
    }

    /// A request that follows a link which the platform gave out.
    #[must_use]
    pub fn link(link: &str) -> Self {
        Self {
            method: Method::Get,
            target: Target::Link(link.to_owned()),
            headers: Vec::new(),
            body: Body::None,
        }
    }

    /// Adds a query parameter. On a link, which is complete already, it changes nothing.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Target::Path { query, .. } = &mut self.target {
            query.push((name.to_owned(), value.into()));
        }
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    /// Method and place in one line, for people.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.target {
            Target::Link(link) => format!("{} {link}", self.method.as_str()),
            Target::Path { segments, query } => {
                let path = segments.join("/");
                let query: Vec<String> =
                    query.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let mark = if query.is_empty() { "" } else { "?" };
                format!("{} /{path}{mark}{}", self.method.as_str(), query.join("&"))
            }
        }
    }
}

/// A definite answer of a remote system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers by lower-case name.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The JSON body; null where there was none.
    pub body: Value,
    /// When it arrived, by the clock of the installation, in UTC.
    pub at: Timestamp,
    /// For a status outside 2xx: what it means, already in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

impl Answer {
    /// The body of a success.
    ///
    /// # Errors
    /// [`Error::Refused`] with the fault of any other answer.
    pub fn ok(&self) -> Result<&Value, Error> {
        match &self.fault {
            None => Ok(&self.body),
            Some(fault) => Err(Error::Refused(fault.clone())),
        }
    }
}
