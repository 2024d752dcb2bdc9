//! Time zones by name. Uses the ones that are built in, so that no answer depends on the machine.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone with this name, such as `Europe/Oslo`.
///
/// # Errors
/// One sentence that says what the text is not.
pub(crate) fn zone_named(name: &str) -> Result<TimeZone, String> {
    if name.eq_ignore_ascii_case("utc") {
        return Ok(TimeZone::UTC);
    }
    ZONES.get(name).map_err(|_| format!("`{name}` is not a time zone"))
}
