//! Failures of the login authority that a client cannot bring about by itself: policies, loops
//! and bad days. They are switched on from outside.
//!
//! Source: microsoft-graph.md section 1.4. Texts and OAuth errors are the service's where it
//! publishes them; it documents no status for the passing ones.

use serde::{Deserialize, Serialize};

/// Code, status, OAuth error and text.
type Row = (u32, u16, &'static str, &'static str);

const ROWS: &[Row] = &[
    (
        53003,
        400,
        "invalid_grant",
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    ),
    (
        530_032,
        400,
        "invalid_grant",
        "Access has been blocked by Conditional Access policies configured on the tenant's security policy.",
    ),
    (
        50196,
        400,
        "invalid_grant",
        "The server terminated an operation because it encountered a loop while processing a request.",
    ),
    (90033, 503, "temporarily_unavailable", "A transient error has occurred. Please try again."),
    (90006, 503, "temporarily_unavailable", "The service is temporarily unavailable. Please retry later."),
    (50033, 503, "temporarily_unavailable", "A transient error has occurred. Please try again."),
    (90024, 503, "temporarily_unavailable", "A transient error has occurred. Please try again."),
    (90055, 429, "temporarily_unavailable", "The server is busy. There are too many incoming requests."),
];

/// Seconds a throttled client is told to wait.
/// Source: documentation of the Microsoft Authentication Library for .NET, "Client throttling".
const THROTTLE_SECS: u32 = 60;

/// The failures that are switched on, in the order they were.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Failures(Vec<Failure>);

/// A failure that token requests meet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failure {
    /// Number behind `AADSTS`.
    pub(crate) code: u32,
    /// Client id; every application, if absent.
    #[serde(default)]
    pub(crate) app: Option<String>,
    /// How many requests meet it; all of them, if absent.
    #[serde(default)]
    pub(crate) times: Option<u32>,
}

/// What a failure looks like to the client.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) code: u32,
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) text: &'static str,
    pub(crate) retry_after_secs: Option<u32>,
}

impl Failures {
    /// Switches a failure on; false for a code that is not in the table.
    pub(crate) fn add(&mut self, failure: Failure) -> bool {
        let known = row(failure.code).is_some();
        if known {
            self.0.push(failure);
        }
        known
    }

    pub(crate) fn list(&self) -> &[Failure] {
        &self.0
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The failure this request meets; counts it.
    pub(crate) fn strike(&mut self, client_id: &str) -> Option<Shown> {
        let hits = |failure: &Failure| {
            failure.times != Some(0)
                && failure.app.as_deref().is_none_or(|app| app.eq_ignore_ascii_case(client_id))
        };
        let failure = self.0.iter_mut().find(|failure| hits(failure))?;
        failure.times = failure.times.map(|times| times - 1);
        let (code, status, error, text) = *row(failure.code)?;
        let retry_after_secs = (status == 429).then_some(THROTTLE_SECS);
        Some(Shown { code, status, error, text, retry_after_secs })
    }
}

/// The codes that can be switched on.
pub(crate) fn codes() -> impl Iterator<Item = u32> {
    ROWS.iter().map(|row| row.0)
}

fn row(code: u32) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.0 == code)
}
