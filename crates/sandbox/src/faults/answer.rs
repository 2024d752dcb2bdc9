//! What a fault rule makes of an answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::span::Span;

/// What the client gets instead of the usual answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// 429 in the platform's own shape; the call changes nothing.
    Throttle,
    /// The connection is closed without an answer; the call changes nothing.
    DropBeforeCommit,
    /// The call is carried out, then the connection is closed without an answer.
    DropAfterCommit,
    /// The connection is reset (RST) without an answer; the call changes nothing.
    Reset,
    /// This status with the platform's error body; the call changes nothing.
    Status(u16),
    /// A page of HTML from something in between, with status 502; the call changes nothing.
    Html,
    /// A page of HTML with status 200, as a login or hibernation page comes; the call changes nothing.
    HtmlOk,
    /// The usual answer, this many milliseconds late.
    Slow(u64),
    /// The call is carried out, and the connection is closed in the middle of its answer.
    Truncate,
    /// The call is carried out; its answer has status 200 and half of a list, with an `error` behind the
    /// list as ServiceNow has it when a transaction ran out of time.
    #[serde(rename = "partial_200")]
    Partial200,
    /// The call is carried out twice, as something in between does that tries again; the client gets the
    /// first answer.
    Duplicate,
    /// 504 at once; the call is carried out when this span of virtual time has passed.
    LateApply(Span),
}
