//! The append-only change log of the tenant. It alone drives delta rounds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::azure_ad::schema::Kind;

/// One change, never altered or removed once appended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    /// Virtual time.
    pub(crate) at: Timestamp,
    pub(crate) kind: Kind,
    /// Id of the changed object.
    pub(crate) object: String,
    pub(crate) what: What,
}

/// What changed about the object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    Created,
    /// Names of the properties that have another value now.
    Changed(Vec<String>),
    ManagerSet(String),
    /// Id of the manager that was.
    ManagerRemoved(String),
    MemberAdded(String),
    MemberRemoved(String),
    /// Soft-deleted.
    Deleted,
}
