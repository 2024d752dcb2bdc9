//! The admin interface under `/_sandbox`: time, calls, faults, state, and acting on both platforms.

mod answer;
mod azure_ad;
mod azure_ad_apps;
mod azure_ad_directory;
mod azure_ad_notices;
pub(crate) mod router;
mod servicenow;
