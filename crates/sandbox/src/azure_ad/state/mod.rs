//! What the tenant holds: objects, records, the change log, notices, settings, what slows it down.

pub(crate) mod changes;
pub(crate) mod failures;
pub(crate) mod governance;
pub(crate) mod object;
pub(crate) mod settings;
pub(crate) mod throttle;

pub(crate) mod apps;
pub(crate) mod directory;
pub(crate) mod records;
pub(crate) mod watch;

pub(crate) mod lag;
pub(crate) mod notices;

pub(crate) mod tenant;

pub(crate) mod lifecycle;
