//! How a remote call can go wrong, in three definite ways. Only `http::classify` turns a status or a
//! broken connection into one of them; a node may refuse for reasons of its own.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What went wrong, in words and facts. Never holds a secret or a whole response body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Code with a page in `docs/errors`, such as `CN004`.
    pub code: String,
    /// One sentence in lower case, without a final period; names the system.
    pub summary: String,
    /// The way out, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// HTTP status, where there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The platform's own error code, where it sent one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_code: Option<String>,
}

impl Fault {
    /// A fault with its code and sentence.
    #[must_use]
    pub fn new(code: &str, summary: impl Into<String>) -> Self {
        Self { code: code.to_owned(), summary: summary.into(), help: None, status: None, remote_code: None }
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "[{}] {}", self.code, self.summary)
    }
}

/// What a node knows when it fails; there is no fourth way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// Nothing changed, and repeating would not help.
    #[error("{0}")]
    Refused(Fault),
    /// Nothing changed; repeat later, not before `after` where the platform named a time.
    #[error("{fault}")]
    NotYet {
        /// What stood in the way.
        fault: Fault,
        /// The least time to wait, such as `Retry-After`.
        after: Option<SignedDuration>,
    },
    /// It may have happened.
    #[error("{0}")]
    Unknown(Fault),
}

impl Error {
    /// A refusal with its code and sentence.
    #[must_use]
    pub fn refused(code: &str, summary: impl Into<String>) -> Self {
        Self::Refused(Fault::new(code, summary))
    }

    /// The facts, whichever way it failed.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        match self {
            Self::Refused(fault) | Self::NotYet { fault, .. } | Self::Unknown(fault) => fault,
        }
    }
}
