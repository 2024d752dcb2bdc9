//! What the tenant remembers besides its objects: switches, mails, consents, and what is still to come.
//!
//! Pure data. Every member is explained where it is used.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::seed::directory::AccessPassPolicy;

/// Switches and small memories of the tenant.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// When everything in the seed was created.
    pub(crate) founded: Timestamp,
    /// Whether operations that need a signed-in person are open, as if every token had one.
    pub(crate) delegated: bool,
    /// Whether the tenant is fed by an on-premises directory; null if it never was.
    pub(crate) synced: Option<bool>,
    /// Whether passwords set here reach the on-premises directory.
    pub(crate) writeback: bool,
    pub(crate) access_pass: AccessPassPolicy,
    /// Mails that were sent, in their order.
    pub(crate) outbox: Vec<Mail>,
    /// When an application permission was granted, by id of the assignment; seeded ones are missing.
    pub(crate) granted: BTreeMap<String, Timestamp>,
    /// Position in the change log up to which dynamic groups and licences through groups are worked out.
    pub(crate) reconciled: usize,
    /// Password resets under way.
    pub(crate) resets: Vec<Reset>,
}

/// A mail an application sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mail {
    pub(crate) at: Timestamp,
    /// Application id of who sent it.
    pub(crate) app: String,
    /// User principal name of the mailbox it was sent from.
    pub(crate) from: String,
    /// Addresses of `toRecipients`.
    pub(crate) to: Vec<String>,
    /// The message as it was sent.
    pub(crate) message: Value,
    pub(crate) saved: bool,
}

/// A password reset that will end by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reset {
    pub(crate) begun: Timestamp,
    /// Id of the operation clients look at.
    pub(crate) operation: String,
    /// Id of the user.
    pub(crate) user: String,
    pub(crate) password: String,
}
