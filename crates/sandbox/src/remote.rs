//! A client of the admin interface, for whoever drives a sandbox that runs elsewhere.
//!
//! Speaks JSON over HTTP and knows no route but the clock's and the endpoints'; the routes are described at `admin`.

use jiff::Timestamp;
use reqwest::{Client, Method, Url};
use serde_json::{Value, json};

use crate::endpoints::Endpoints;

/// Why the admin interface could not be used.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The URL cannot be one of a sandbox.
    #[error("`{0}` is not the URL of a sandbox")]
    Url(String),
    /// Nobody answered.
    #[error("the sandbox at {url} did not answer")]
    Silent {
        /// Where it should be.
        url: String,
        /// What kept the answer away.
        source: reqwest::Error,
    },
    /// It answered with something else than was asked for.
    #[error("the sandbox refused {what}: {message}")]
    Refused {
        /// Method and path.
        what: String,
        /// Its own words.
        message: String,
    },
}

/// A sandbox that runs in this process or another one.
#[derive(Debug, Clone)]
pub struct Remote {
    client: Client,
    admin: Url,
}

impl Remote {
    /// A client for the sandbox at this URL: its admin URL, or the base URL of either platform.
    ///
    /// # Errors
    /// `RemoteError::Url` for anything that is not an http URL.
    pub fn new(url: &str) -> Result<Self, RemoteError> {
        let refused = || RemoteError::Url(url.to_owned());
        let mut admin = Url::parse(url).map_err(|_| refused())?;
        if admin.scheme() != "http" || !admin.has_host() {
            return Err(refused());
        }
        admin.set_path("/_sandbox");
        admin.set_query(None);
        let client = Client::builder().no_proxy().build().map_err(|_| refused())?;
        Ok(Self { client, admin })
    }

    /// Where it listens and the credentials its clients use.
    ///
    /// # Errors
    /// When it does not answer, or is not a sandbox.
    pub async fn endpoints(&self) -> Result<Endpoints, RemoteError> {
        let answer = self.get(&["endpoints"]).await?;
        serde_json::from_value(answer)
            .map_err(|error| self.refused(&Method::GET, &["endpoints"], error.to_string()))
    }

    /// Its virtual time, in UTC.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn now(&self) -> Result<Timestamp, RemoteError> {
        let answer = self.get(&["clock"]).await?;
        self.instant(&answer)
    }

    /// Moves its clock forward, and says where it stands then. A time that is past moves nothing.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn move_clock(&self, to: Timestamp) -> Result<Timestamp, RemoteError> {
        let now = self.now().await?;
        // A span, not an instant: a running clock may have passed the instant by the time this arrives.
        let by = to.duration_since(now);
        if !by.is_positive() {
            return Ok(now);
        }
        let answer = self.post(&["clock"], &json!({ "advance": by.to_string() })).await?;
        self.instant(&answer)
    }

    /// Reads from the admin interface.
    ///
    /// # Errors
    /// When it does not answer or refuses.
    pub async fn get(&self, path: &[&str]) -> Result<Value, RemoteError> {
        self.call(Method::GET, path, None).await
    }

    /// Acts through the admin interface.
    ///
    /// # Errors
    /// When it does not answer or refuses.
    pub async fn post(&self, path: &[&str], body: &Value) -> Result<Value, RemoteError> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Changes something through the admin interface.
    ///
    /// # Errors
    /// When it does not answer or refuses.
    pub async fn patch(&self, path: &[&str], body: &Value) -> Result<Value, RemoteError> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &[&str], body: Option<&Value>) -> Result<Value, RemoteError> {
        let mut url = self.admin.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        let silent = |source: reqwest::Error| RemoteError::Silent { url: self.admin.to_string(), source };
        let mut request = self.client.request(method.clone(), url);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(silent)?;
        let status = answer.status();
        let text = answer.text().await.map_err(silent)?;
        let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(value);
        }
        let message = value["error"].as_str().map_or_else(|| status.to_string(), str::to_owned);
        Err(self.refused(&method, path, message))
    }

    fn instant(&self, answer: &Value) -> Result<Timestamp, RemoteError> {
        serde_json::from_value(answer["now"].clone())
            .map_err(|error| self.refused(&Method::GET, &["clock"], error.to_string()))
    }

    fn refused(&self, method: &Method, path: &[&str], message: String) -> RemoteError {
        RemoteError::Refused { what: format!("{method} {}/{}", self.admin.path(), path.join("/")), message }
    }
}
