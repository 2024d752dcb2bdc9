//! What the functions of a write can say. Each answer is definite; the runtime decides what follows.

use jiff::SignedDuration;
use serde_json::Value;

use crate::{Change, Fault, Undo};

/// What `prepare` found.
#[derive(Debug, Clone, PartialEq)]
pub enum Prepared<O> {
    /// It is so already; nothing needs to be sent.
    AlreadySo(O),
    /// The one change that would make it so.
    Change(Change),
}

/// What a definite answer means.
#[derive(Debug, Clone, PartialEq)]
pub enum Finished<O> {
    /// It is done.
    Done {
        /// The output of the step.
        output: O,
        /// Fields that the platform accepted in silence and did not change.
        not_applied: Vec<String>,
        /// How to take it back.
        undo: Option<Undo>,
    },
    /// It was accepted and completes later; `follow` looks again.
    Pending {
        /// What `follow` needs to find it.
        handle: Value,
        /// How long to wait before the first look.
        after: SignedDuration,
    },
    /// It was refused; nothing changed.
    Refused(Fault),
}

impl<O> Finished<O> {
    /// Done, with nothing more to say.
    #[must_use]
    pub fn done(output: O) -> Self {
        Self::Done { output, not_applied: Vec::new(), undo: None }
    }
}

/// What `follow` found.
#[derive(Debug, Clone, PartialEq)]
pub enum Followed<O> {
    /// It has completed.
    Done(O),
    /// Not yet; look again.
    Pending {
        /// What the next look needs.
        handle: Value,
        /// How long to wait before it.
        after: SignedDuration,
    },
}

/// What `settle` found after an unknown outcome.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled<O> {
    /// It happened, with this output.
    Happened(O),
    /// It did not happen and cannot happen any more; it may be sent again.
    DidNotHappen,
    /// It cannot be told yet.
    LookAgain {
        /// How long to wait before the next look.
        after: SignedDuration,
    },
    /// Nothing can tell; a person decides.
    CannotTell,
}
