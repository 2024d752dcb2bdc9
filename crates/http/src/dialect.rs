//! What a connector tells about its platform, as data and pure functions. No platform is named here.

use std::time::Duration;

use drawbridge_sdk::Secret;
use jiff::SignedDuration;
use serde_json::Value;

/// How one platform speaks.
pub struct Dialect {
    /// Name of the system, as in node names: `azure_ad`.
    pub system: &'static str,
    /// Name for people and messages: `Microsoft Graph`.
    pub title: &'static str,
    /// How long a request may take altogether.
    pub timeout: Duration,
    /// How long a sent request may still take effect after its connection broke.
    pub landing: SignedDuration,
    /// How much may be asked at once and per time.
    pub limits: Limits,
    /// Header that carries a fresh id per request, where the platform takes one.
    pub correlation: Option<&'static str>,
    /// Header with the Unix time at which a rate limit ends, besides `Retry-After`.
    pub reset_header: Option<&'static str>,
    /// Headers sent with every request.
    pub headers: &'static [(&'static str, &'static str)],
    /// Headers of an answer that are worth keeping, in lower case.
    pub kept_headers: &'static [&'static str],
    /// Whether 202 means that the request was accepted; if not, it means that nothing was done.
    pub accepts_with_202: bool,
    /// Whether a success may carry an error object beside a partial result.
    pub success_may_hold_error: bool,
    /// What 503 without `Retry-After` says about a change.
    pub unavailable: Unavailable,
    /// Finds the platform's error in a body.
    pub error: fn(&Value) -> Option<RemoteError>,
    /// Says what a refused token request means, from its status and body.
    pub token_refusal: fn(u16, &Value) -> TokenRefusal,
}

/// How much one connection may ask.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests under way at one time.
    pub at_once: usize,
    /// Requests that may be sent in one go after a pause.
    pub burst: u32,
    /// Time between two requests in a long run.
    pub interval: SignedDuration,
}

/// What 503 without `Retry-After` says about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// The platform answers it before it does anything.
    NothingDone,
    /// It may come from something in front of a server that goes on.
    MayBeDone,
}

/// The platform's own error, as found in a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoteError {
    /// The platform's code.
    pub code: Option<String>,
    /// Its message.
    pub message: Option<String>,
    /// A way out that its text points to.
    pub help: Option<String>,
}

/// What a refused token request means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRefusal {
    /// One sentence in lower case.
    pub summary: String,
    /// The way out.
    pub help: Option<String>,
    /// The platform's code.
    pub remote_code: Option<String>,
    /// Whether asking again later may help.
    pub passes: bool,
}

/// How a connection gets its tokens: OAuth 2.0 client credentials, as a form.
pub struct Credentials {
    /// Base URL of the token host.
    pub base_url: String,
    /// Path segments of the token endpoint.
    pub segments: Vec<String>,
    /// Id of the registered client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// What is asked for, where the platform wants it named.
    pub scope: Option<String>,
}
