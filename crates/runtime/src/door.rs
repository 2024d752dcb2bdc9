//! The one door to remote systems: nothing else in this house sends a change. Whoever comes here has the
//! intent on disk.

use drawbridge_sdk::{Answer, Change, Error, Transport};

/// Sends exactly the change that was recorded.
///
/// # Errors
/// As the transport classified it.
pub(crate) async fn send(transport: &dyn Transport, recorded: &Change) -> Result<Answer, Error> {
    tracing::debug!(change = %recorded.summary, request = %recorded.request.describe(), "sending a change");
    transport.send(&recorded.request).await
}
