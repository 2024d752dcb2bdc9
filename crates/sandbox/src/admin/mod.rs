//! The admin interface under `/_sandbox`: time, calls, faults, state, and acting on both platforms.

mod answer;
mod azure_ad;
pub(crate) mod router;
mod servicenow;
mod servicenow_data;
