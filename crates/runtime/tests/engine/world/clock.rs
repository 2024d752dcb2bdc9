//! A clock that stands still until a test, or an engine with nothing to do, moves it.

use std::collections::VecDeque;
use std::sync::Mutex;

use drawbridge_runtime::Clock;
use drawbridge_sdk::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

type Act = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// Time that moves by itself only when an engine idles: to the next timer, after every act was played.
pub(crate) struct FakeClock {
    now: watch::Sender<Timestamp>,
    acts: Mutex<VecDeque<Act>>,
}

impl FakeClock {
    pub(crate) fn at(start: Timestamp) -> Self {
        Self { now: watch::Sender::new(start), acts: Mutex::default() }
    }

    pub(crate) fn set(&self, at: Timestamp) {
        self.now.send_replace(at);
    }

    pub(crate) fn advance(&self, span: SignedDuration) {
        self.now.send_modify(|now| *now += span);
    }

    /// What happens elsewhere when the engine next has nothing to do; acts are played in order.
    pub(crate) fn then(&self, act: impl FnOnce() -> BoxFuture<'static, ()> + Send + 'static) {
        self.acts.lock().unwrap().push_back(Box::new(act));
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let mut now = self.now.subscribe();
            let _ = now.wait_for(|now| *now >= at).await;
        })
    }

    fn idle_until(&self, at: Option<Timestamp>) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            let act = self.acts.lock().unwrap().pop_front();
            if let Some(act) = act {
                act().await;
                return true;
            }
            let Some(at) = at else { return false };
            self.now.send_modify(|now| *now = at.max(*now));
            true
        })
    }
}
