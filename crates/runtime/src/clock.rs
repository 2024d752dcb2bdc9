//! The clock and the random source, as traits that are handed in, and the real ones. The only file of
//! this crate that reads either.

use std::time::Duration;

use drawbridge_sdk::BoxFuture;
use jiff::Timestamp;

/// Longest sleep before the wall clock is read again, so that a clock that was set or a machine that was
/// asleep moves timers no later than this.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// Where the engine reads the time and waits for it.
pub trait Clock: Send + Sync + 'static {
    /// The time, in UTC.
    fn now(&self) -> Timestamp;

    /// Resolves once [`Clock::now`] has reached a time. Dropping it is harmless.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()>;

    /// Called when nothing is in flight and only timers and gates are left; `at` is the next timer.
    /// Resolves to true when the time has come or something happened elsewhere, to false when nothing
    /// will ever happen again here. A pretend clock moves to `at` or plays its next act.
    fn idle_until(&self, at: Option<Timestamp>) -> BoxFuture<'_, bool>;
}

/// Where the engine gets randomness.
pub trait Entropy: Send + Sync + 'static {
    /// Any number, each as likely as the other.
    fn next_u64(&self) -> u64;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that is handed in")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            loop {
                let left = self.now().duration_until(at);
                if !left.is_positive() {
                    return;
                }
                tokio::time::sleep(left.unsigned_abs().min(SLEEP_MAX)).await;
            }
        })
    }

    fn idle_until(&self, at: Option<Timestamp>) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            match at {
                Some(at) => self.sleep_until(at).await,
                None => std::future::pending().await,
            }
            true
        })
    }
}

/// The random source of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn next_u64(&self) -> u64 {
        rand::random()
    }
}
