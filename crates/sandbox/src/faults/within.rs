//! What fault rules make of single requests within a batch, and so of the batch as a whole.
//!
//! An answer belongs to its request alone; the connection belongs to all of them, so a wait or a lost
//! connection is noted here and carried out by whoever holds the connection.

use std::time::Duration;

use axum::http::StatusCode;

use crate::faults::answer::Answer;
use crate::faults::book::Fault;

/// The connection ends without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cut {
    #[error("a fault rule closed the connection")]
    Closed,
    #[error("a fault rule reset the connection")]
    Reset,
}

/// What becomes of one request within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is carried out so many times; the first answer is its answer.
    CarriedOut(u8),
    /// It changes nothing and gets this status, with a `Retry-After` in seconds.
    Invented(StatusCode, Option<u32>),
}

/// What the requests within make of the answer to the batch; travels with that answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Whole {
    /// How late it comes: as late as the slowest of them.
    pub(crate) wait: Duration,
    /// Whether it comes at all.
    pub(crate) cut: Option<Cut>,
}

impl Whole {
    /// Notes what a rule that struck a request within makes of the batch, and gives what it makes of the
    /// request. One that is lost before it was carried out counts as failed for those that depend on it.
    pub(crate) fn befall(&mut self, fault: Option<&Fault>) -> Fate {
        let Some(fault) = fault else { return Fate::CarriedOut(1) };
        let lost = Fate::Invented(StatusCode::INTERNAL_SERVER_ERROR, None);
        match fault.answer {
            Answer::Slow(ms) => {
                self.wait = self.wait.max(Duration::from_millis(ms));
                Fate::CarriedOut(1)
            }
            Answer::DropBeforeCommit => {
                self.cut = self.cut.or(Some(Cut::Closed));
                lost
            }
            Answer::Reset => {
                self.cut = self.cut.or(Some(Cut::Reset));
                lost
            }
            Answer::DropAfterCommit => {
                self.cut = self.cut.or(Some(Cut::Closed));
                Fate::CarriedOut(1)
            }
            Answer::Duplicate => Fate::CarriedOut(2),
            _ => fault.status().map_or(Fate::CarriedOut(1), |(status, wait)| Fate::Invented(status, wait)),
        }
    }
}

impl Answer {
    /// Whether it can concern one request of a batch. What stands between client and platform, and what ends
    /// an answer in its middle, knows the batch as one call only.
    pub(super) fn strikes_within(&self) -> bool {
        match self {
            Self::Throttle
            | Self::Status(_)
            | Self::Slow(_)
            | Self::DropBeforeCommit
            | Self::DropAfterCommit
            | Self::Reset
            | Self::Duplicate => true,
            Self::Html | Self::HtmlOk | Self::Truncate | Self::Partial200 | Self::LateApply(_) => false,
        }
    }
}
