//! What slows or stops an instance as a whole: sleep, full semaphores, busy sessions, long transactions.
//!
//! Owns the switches and their counts. The sandbox answers one request at a time and in no time, so
//! nothing here comes by itself. Source: reference sections 0 (fact 1), 6.2, 6.3 and 17.3.

use serde::{Deserialize, Serialize};

/// Milliseconds a transaction is said to take unless somebody says otherwise.
const TRANSACTION_MS: u32 = 12;

/// The switches as they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Brakes {
    /// A developer instance asleep: every address answers 200 with a page.
    pub(crate) hibernate: bool,
    /// How many of the next API calls find the queue of the integration semaphore full.
    pub(crate) semaphore: u32,
    /// How many of the next API calls wait too long for their session and are not processed.
    pub(crate) session_202: u32,
    /// How long one transaction is said to take: above a minute lists come cut short, and many
    /// of them exhaust the quota of a batch.
    pub(crate) transaction_ms: u32,
    /// Whether addresses of any length are answered.
    pub(crate) long_urls: bool,
}

impl Default for Brakes {
    fn default() -> Self {
        Self {
            hibernate: false,
            semaphore: 0,
            session_202: 0,
            transaction_ms: TRANSACTION_MS,
            long_urls: false,
        }
    }
}

/// Why an API call is not processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// No thread and no place in the queue: 429 without headers.
    Crowded,
    /// The session was busy: 202 without a body.
    NotProcessed,
}

impl Brakes {
    /// Counts one API call against the switches.
    pub(crate) fn hold(&mut self) -> Option<Held> {
        for (left, held) in
            [(&mut self.semaphore, Held::Crowded), (&mut self.session_202, Held::NotProcessed)]
        {
            if *left > 0 {
                *left -= 1;
                return Some(held);
            }
        }
        None
    }
}
