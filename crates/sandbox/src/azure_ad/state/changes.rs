//! The append-only change log of the tenant. It alone drives delta rounds, notifications and directory audits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::azure_ad::model::schema::Kind;

/// One change, never altered or removed once appended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    /// Virtual time.
    pub(crate) at: Timestamp,
    /// Who made it.
    pub(crate) by: Actor,
    pub(crate) kind: Kind,
    /// Id of the changed object.
    pub(crate) object: String,
    pub(crate) what: What,
}

/// Who makes a change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Actor {
    /// The service itself, as when a licence comes through a group.
    #[default]
    Service,
    /// An application with a token of its own, by its application id.
    App(String),
    /// A person in the portal, by object id.
    User(String),
}

/// What changed about the object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    Created,
    /// Properties that have another value now.
    Changed(Vec<Modified>),
    ManagerSet(String),
    /// Id of the manager that was.
    ManagerRemoved(String),
    MemberAdded(String),
    MemberRemoved(String),
    OwnerAdded(String),
    OwnerRemoved(String),
    /// Soft-deleted.
    Deleted,
    Restored,
    /// Gone for good.
    Purged,
    /// Something that leaves the object as it is and is audited under this name, such as a refused request.
    Noted(String),
}

/// A property before and after; secrets are never kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Modified {
    pub(crate) name: String,
    pub(crate) old: Value,
    pub(crate) new: Value,
}
