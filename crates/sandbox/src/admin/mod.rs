//! The admin interface under `/_sandbox`: time, calls, faults, script, state, and acting on both platforms.

pub(crate) mod answer;

pub(crate) mod clock;

mod azure_ad;
mod azure_ad_apps;
mod azure_ad_directory;
mod azure_ad_governance;
mod azure_ad_logs;
mod azure_ad_notices;
mod dump;
mod faults;
mod script;
mod servicenow;
mod servicenow_access;
mod servicenow_data;

pub(crate) mod router;
