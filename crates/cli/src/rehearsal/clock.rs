//! The clock that a rehearsed engine is given: the sandbox's time, and a script that is played at rest.

use std::sync::Arc;

use drawbridge_runtime::Clock;
use drawbridge_sdk::BoxFuture;
use jiff::Timestamp;

use crate::clock::SandboxClock;
use crate::rehearsal::player::Player;

/// A clock that plays a script whenever the engine only waits.
pub(crate) struct RehearsalClock {
    pub(crate) clock: Arc<SandboxClock>,
    pub(crate) player: Arc<Player>,
}

impl Clock for RehearsalClock {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(self.clock.sleep_until(at))
    }

    fn idle_until(&self, at: Option<Timestamp>) -> BoxFuture<'_, bool> {
        Box::pin(self.player.rest(at))
    }
}
