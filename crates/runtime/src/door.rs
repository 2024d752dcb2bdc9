//! The one door to remote systems: nothing else in this house sends a change. Whoever comes here has the
//! intent on disk.

use drawbridge_sdk::{Answer, Change, Error, Transport};
use jiff::Timestamp;

/// Sends exactly the change that was recorded, and nothing after `before`.
///
/// # Errors
/// As the transport classified it.
pub(crate) async fn send(
    transport: &dyn Transport,
    recorded: &Change,
    before: Timestamp,
) -> Result<Answer, Error> {
    tracing::debug!(change = %recorded.summary, request = %recorded.request.describe(), "sending a change");
    transport.send(&recorded.request, before).await
}
