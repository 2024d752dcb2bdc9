//! How much one connection asks, at once and per time, and the time before which it must not ask again.
//!
//! Shared by everything that shares the connection's limit. Never loses a wait that the platform asked
//! for, and never waits long itself: a long wait goes back to the runtime, which waits durably.

use std::sync::{Mutex, MutexGuard, PoisonError};

use drawbridge_sdk::{Error, Fault};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::classify::WAIT_MAX as LONGEST_PAUSE;
use crate::{Dialect, Host, Limits};

/// Longest wait for the connection's own rate inside one call; more goes back to the runtime.
const WAIT_MAX: SignedDuration = SignedDuration::from_secs(30);

pub(crate) struct Throttle {
    limits: Limits,
    slots: Semaphore,
    state: Mutex<State>,
}

#[derive(Clone, Copy)]
struct State {
    /// When a request would be sent if all before it had kept the interval.
    due: Timestamp,
    /// No request before this time, because the platform said so.
    not_before: Timestamp,
}

impl Throttle {
    pub(crate) fn new(limits: Limits) -> Self {
        let state = State { due: Timestamp::MIN, not_before: Timestamp::MIN };
        Self { limits, slots: Semaphore::new(limits.at_once), state: Mutex::new(state) }
    }

    /// Waits for a slot and for the connection's rate. The slot is free again when the permit is dropped.
    ///
    /// # Errors
    /// `NotYet` where the platform's pause or the own rate asks for a longer wait than one call may take.
    pub(crate) async fn enter(&self, dialect: &Dialect, host: &Host) -> Result<SemaphorePermit<'_>, Error> {
        let slot = self.slots.acquire().await.expect("the semaphore is never closed");
        let now = host.now();
        match self.reserve(now) {
            Ok(at) if at <= now => {}
            Ok(at) => host.clock.sleep_until(at).await,
            Err(at) => return Err(paused(dialect, at.duration_since(now))),
        }
        Ok(slot)
    }

    /// Nothing is sent for this long, by anyone who shares the limit.
    pub(crate) fn pause(&self, now: Timestamp, wait: SignedDuration) {
        let until = now.checked_add(wait).unwrap_or(now);
        let mut state = self.state();
        state.not_before = state.not_before.max(until);
    }

    /// The time at which the next request may go, or the time before which none may.
    fn reserve(&self, now: Timestamp) -> Result<Timestamp, Timestamp> {
        let mut state = self.state();
        // A clock that was set back must not stop the connection for longer than the longest pause.
        state.not_before = state.not_before.min(now.checked_add(LONGEST_PAUSE).unwrap_or(now));
        if state.not_before > now {
            return Err(state.not_before);
        }
        let in_one_go = i32::try_from(self.limits.burst.saturating_sub(1)).unwrap_or(i32::MAX);
        let ahead = self.limits.interval.saturating_mul(in_one_go);
        let latest = now.checked_add(ahead.saturating_add(WAIT_MAX)).unwrap_or(now);
        // Nothing later than that is ever reserved, so it dates from before the clock was set back.
        let due = if state.due > latest { now } else { state.due.max(now) };
        let at = due.checked_sub(ahead).unwrap_or(now).max(now);
        if at.duration_since(now) >= WAIT_MAX {
            return Err(at);
        }
        state.due = due.checked_add(self.limits.interval).unwrap_or(due);
        Ok(at)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn paused(dialect: &Dialect, after: SignedDuration) -> Error {
    let summary = format!("{} takes no requests for another {} s", dialect.title, after.as_secs().max(1));
    let help = "its limit is used up; what waits is sent when it may be";
    Error::NotYet { fault: Fault::new("CN007", summary).help(help), after: Some(after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_767_600_000_000 + millis).unwrap()
    }

    fn throttle() -> Throttle {
        Throttle::new(Limits { at_once: 1, burst: 2, interval: SignedDuration::from_secs(10) })
    }

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let throttle = throttle();
        assert_eq!(throttle.reserve(at(0)), Ok(at(0)));
        assert_eq!(throttle.reserve(at(0)), Ok(at(0)));
        assert_eq!(throttle.reserve(at(0)), Ok(at(10_000)));
        assert_eq!(throttle.reserve(at(0)), Ok(at(20_000)));
        assert_eq!(throttle.reserve(at(0)), Err(at(30_000)));
        assert_eq!(throttle.reserve(at(60_000)), Ok(at(60_000)));
    }

    #[test]
    fn a_pause_holds_for_everyone_and_is_never_shortened() {
        let throttle = throttle();
        throttle.pause(at(0), SignedDuration::from_secs(60));
        throttle.pause(at(0), SignedDuration::from_secs(5));
        assert_eq!(throttle.reserve(at(59_000)), Err(at(60_000)));
        assert_eq!(throttle.reserve(at(60_000)), Ok(at(60_000)));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_stop_the_connection() {
        let throttle = throttle();
        let day = 24 * 3_600_000;
        throttle.reserve(at(100 * day)).unwrap();
        throttle.pause(at(100 * day), SignedDuration::from_secs(1));
        assert_eq!(throttle.reserve(at(0)), Err(at(day)));
        assert!(throttle.reserve(at(day)).is_ok());
    }
}
