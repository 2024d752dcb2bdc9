//! One authenticated request, as the resources take it.

use jiff::Timestamp;

use crate::servicenow::actor::Actor;
use crate::servicenow::routes::call::Call;

/// Who calls, when, and of which version of the API.
pub(crate) struct Visit<'a> {
    pub(crate) call: &'a Call,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
    /// The first version reports an empty list as 404.
    pub(crate) first_version: bool,
}
