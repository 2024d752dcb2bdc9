//! The part of a seed that fills the tenant's logs.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::span::Span;

/// What had happened before the sandbox began.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RecordSeed {
    pub(crate) sign_ins: Vec<SignInSeed>,
    pub(crate) risk_detections: Vec<DetectionSeed>,
    pub(crate) alerts: Vec<AlertSeed>,
}

/// An interactive sign-in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInSeed {
    /// Key of the person.
    pub(crate) person: String,
    /// When, UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(crate) at: Timestamp,
    /// Why it failed, as a number of the login authority; 0 is success.
    #[serde(default)]
    pub(crate) error_code: i32,
    /// How the second factor failed.
    #[serde(default)]
    pub(crate) mfa: Option<Denial>,
}

/// A risk detection; its person becomes a risky user.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DetectionSeed {
    /// Key of the person.
    pub(crate) person: String,
    /// When it happened, UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(crate) at: Timestamp,
    /// Such as `unfamiliarFeatures` or `leakedCredentials`.
    #[serde(rename = "type")]
    pub(crate) event_type: String,
    pub(crate) level: Level,
    /// How much later it was detected; at once, if absent.
    #[serde(default)]
    pub(crate) offline: Option<Span>,
}

/// A security alert.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertSeed {
    /// Key of the person it is about.
    #[serde(default)]
    pub(crate) person: Option<String>,
    /// When, UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(crate) at: Timestamp,
    pub(crate) title: String,
    pub(crate) severity: Level,
}

/// How a second factor can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Denial {
    Denied,
    Timeout,
    NoResponse,
    WrongCode,
    Fraud,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    Low,
    Medium,
    High,
}
