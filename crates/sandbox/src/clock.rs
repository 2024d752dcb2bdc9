//! The virtual clock both pretend platforms live by.
//!
//! The only file of this crate that may read real time. It owns one instant that never goes back;
//! it wakes nobody and waits for nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};

/// How the virtual time moves between two advances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockMode {
    /// Starts at the given instant and follows real time from there.
    Running(Timestamp),
    /// Stands at the given instant until somebody advances it.
    Frozen(Timestamp),
}

impl ClockMode {
    /// A running clock at the sandbox's usual start, 2026-01-05T08:00:00Z (a Monday).
    pub fn running() -> Self {
        Self::Running(default_start())
    }

    /// A running clock that starts at the real time.
    pub fn today() -> Self {
        Self::Running(real_timestamp())
    }

    /// Where it begins.
    pub fn start(self) -> Timestamp {
        match self {
            Self::Running(start) | Self::Frozen(start) => start,
        }
    }

    /// A frozen clock at the sandbox's usual start, 2026-01-05T08:00:00Z (a Monday).
    pub fn frozen() -> Self {
        Self::Frozen(default_start())
    }
}

fn default_start() -> Timestamp {
    Timestamp::from_second(1_767_600_000).expect("2026-01-05T08:00:00Z is a timestamp")
}

/// The clock of one world. Shared by both platforms, safe to read from any task.
#[derive(Debug)]
pub(crate) struct Clock {
    mode: ClockMode,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Virtual time at `since`.
    base: Timestamp,
    /// Real instant at which `base` held; absent on a frozen clock.
    since: Option<Instant>,
}

impl Clock {
    pub(crate) fn new(mode: ClockMode) -> Self {
        Self { mode, state: Mutex::new(State::at_start(mode)) }
    }

    /// A clock that starts at `start` and follows real time. For code that builds its own clock.
    #[cfg(test)]
    pub(crate) fn running(start: Timestamp) -> Self {
        Self::new(ClockMode::Running(start))
    }

    /// A clock that stands at `start` until it is advanced.
    #[cfg(test)]
    pub(crate) fn frozen(start: Timestamp) -> Self {
        Self::new(ClockMode::Frozen(start))
    }

    /// The virtual time, UTC.
    pub(crate) fn now(&self) -> Timestamp {
        self.state().now()
    }

    /// Moves the clock to `to` if that lies ahead, and says where it stands then.
    ///
    /// # Errors
    /// The present virtual time, when `to` lies behind it: tokens and logs may not go back.
    pub(crate) fn set_forward(&self, to: Timestamp) -> Result<Timestamp, Timestamp> {
        let mut state = self.state();
        let now = state.now();
        if to < now {
            return Err(now);
        }
        state.rebase(to);
        Ok(to)
    }

    /// Puts the clock to any instant, also a past one: the whole world has been put there.
    pub(crate) fn restore(&self, to: Timestamp) {
        self.state().rebase(to);
    }

    /// Whether it follows real time.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self.mode, ClockMode::Running(_))
    }

    /// Puts the clock back to where this world began.
    pub(crate) fn reset(&self) {
        *self.state() = State::at_start(self.mode);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn at_start(mode: ClockMode) -> Self {
        match mode {
            ClockMode::Running(base) => Self { base, since: Some(real_now()) },
            ClockMode::Frozen(base) => Self { base, since: None },
        }
    }

    fn now(&self) -> Timestamp {
        let elapsed = self.since.map_or(Duration::ZERO, |since| real_now().saturating_duration_since(since));
        SignedDuration::try_from(elapsed)
            .ok()
            .and_then(|elapsed| self.base.checked_add(elapsed).ok())
            .unwrap_or(Timestamp::MAX)
    }

    fn rebase(&mut self, to: Timestamp) {
        self.base = to;
        self.since = self.since.map(|_| real_now());
    }
}

#[expect(clippy::disallowed_methods, reason = "the one clock of the sandbox")]
pub(crate) fn real_now() -> Instant {
    Instant::now()
}

/// An instant as the `Date` header writes it.
pub(crate) fn http_date(at: Timestamp) -> Option<String> {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()
}

/// The real time, UTC, for what outlives a run, such as a certificate, and for what clients date by their own clock.
#[expect(clippy::disallowed_methods, reason = "the one clock of the sandbox")]
pub(crate) fn real_timestamp() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2026-01-05T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_usual_start_is_a_monday_morning() {
        assert_eq!(ClockMode::frozen(), ClockMode::Frozen(start()));
    }

    #[test]
    fn a_frozen_clock_moves_only_when_it_is_advanced() {
        let clock = Clock::frozen(start());
        assert_eq!(clock.now(), start());
        clock.set_forward("2026-01-05T12:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(clock.now().to_string(), "2026-01-05T12:00:00Z");
    }

    #[test]
    fn a_running_clock_never_goes_back() {
        let clock = Clock::running(start());
        let first = clock.now();
        assert!(first >= start());
        assert!(clock.now() >= first);
        assert!(clock.set_forward(start()).is_err());
        assert!(clock.now() >= first);
    }

    #[test]
    fn setting_the_clock_behind_itself_is_refused_with_the_present_time() {
        let clock = Clock::frozen(start());
        assert_eq!(clock.set_forward("2026-01-04T00:00:00Z".parse().unwrap()), Err(start()));
        assert_eq!(clock.now(), start());
    }

    #[test]
    fn reset_returns_to_the_start() {
        let clock = Clock::frozen(start());
        clock.set_forward("2026-01-05T17:00:00Z".parse().unwrap()).unwrap();
        clock.reset();
        assert_eq!(clock.now(), start());
    }
}
