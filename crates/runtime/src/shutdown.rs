//! How the engine is told to stop. Stopping loses nothing: what is recorded goes on at the next start.

use std::sync::Arc;

use tokio::sync::watch;

/// A wish to stop, shared by whoever wishes and whoever listens.
#[derive(Debug, Clone)]
pub struct Shutdown {
    wanted: Arc<watch::Sender<bool>>,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { wanted: Arc::new(watch::Sender::new(false)) }
    }
}

impl Shutdown {
    /// Asks the engine to start nothing more and to return once what runs has been recorded.
    pub fn request(&self) {
        self.wanted.send_replace(true);
    }

    /// Whether stopping was asked for.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        *self.wanted.borrow()
    }

    /// Resolves when stopping is asked for.
    pub(crate) async fn requested(&self) {
        let mut listener = self.wanted.subscribe();
        // An error would mean that the sender is gone, and it lives in `self`.
        let _ = listener.wait_for(|wanted| *wanted).await;
    }
}
