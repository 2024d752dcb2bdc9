//! The clock of a rehearsal: it follows the sandbox's clock and lets time pass when a run only waits.
//! The real clock and random source are the runtime's.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use drawbridge_runtime::{Clock as _, SystemClock};
use drawbridge_sandbox::{Remote, RemoteError};
use jiff::{SignedDuration, Timestamp};

/// Longest real sleep before the pretend time is looked at again, because it may have jumped.
const SLEEP_MAX: Duration = Duration::from_millis(20);

/// The clock of a sandbox, followed at a distance: machine time plus what the sandbox is ahead.
#[derive(Debug)]
pub(crate) struct SandboxClock {
    ahead_nanos: AtomicI64,
}

impl SandboxClock {
    /// Reads the sandbox's clock.
    ///
    /// # Errors
    /// What the sandbox said.
    pub(crate) async fn follow(remote: &Remote) -> Result<Self, RemoteError> {
        let clock = Self { ahead_nanos: AtomicI64::new(0) };
        clock.set(remote.now().await?);
        Ok(clock)
    }

    /// The pretend present, in UTC.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_nanos(self.ahead_nanos.load(Ordering::Relaxed));
        let now = SystemClock.now();
        now.saturating_add(ahead).unwrap_or(now)
    }

    /// Ends when the pretend time has come, by its own pace or by a jump.
    pub(crate) async fn sleep_until(&self, at: Timestamp) {
        while let left = at.duration_since(self.now())
            && left.is_positive()
        {
            tokio::time::sleep(left.unsigned_abs().min(SLEEP_MAX)).await;
        }
    }

    /// Lets pretend time pass until then; at once when it is past.
    ///
    /// # Errors
    /// What the sandbox said.
    pub(crate) async fn pass_until(&self, remote: &Remote, at: Timestamp) -> Result<(), RemoteError> {
        if at > self.now() {
            self.set(remote.move_clock(at).await?);
        }
        Ok(())
    }

    fn set(&self, now: Timestamp) {
        let ahead = now.duration_since(SystemClock.now()).as_nanos();
        self.ahead_nanos.store(i64::try_from(ahead).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}
