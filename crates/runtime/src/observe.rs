//! Views of runs for whoever looks on: a live tree, a log. Looking on never slows the engine; who is too
//! slow misses views in between, never the last one of a run that stays as it is.

use std::sync::Arc;

use drawbridge_journal::RunView;
use tokio::sync::broadcast;

/// Views that are kept for a slow listener.
const VIEWS_KEPT: usize = 256;

/// A subscription.
#[derive(Debug)]
pub struct Views {
    receiver: broadcast::Receiver<Arc<RunView>>,
}

impl Views {
    /// The next view; none once the engine is gone.
    pub async fn next(&mut self) -> Option<Arc<RunView>> {
        loop {
            match self.receiver.recv().await {
                Ok(view) => return Some(view),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Publisher {
    sender: broadcast::Sender<Arc<RunView>>,
}

impl Default for Publisher {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(VIEWS_KEPT) }
    }
}

impl Publisher {
    pub(crate) fn subscribe(&self) -> Views {
        Views { receiver: self.sender.subscribe() }
    }

    /// Shows a view, made only when somebody looks.
    pub(crate) fn show(&self, view: impl FnOnce() -> RunView) {
        if self.sender.receiver_count() > 0 {
            // An error would mean that the last listener has just gone.
            let _ = self.sender.send(Arc::new(view()));
        }
    }
}
