//! Date-times as the instance stores them: UTC text with a resolution of one second.
//!
//! Owns the spelling and the step to and from a person's time zone. Never reads a clock.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// How a stored date-time is written.
const RAW: &str = "%Y-%m-%d %H:%M:%S";

/// An instant as it is stored, `YYYY-MM-DD HH:MM:SS` in UTC; fractions of a second are cut off.
pub(crate) fn raw(at: Timestamp) -> String {
    local(at, &TimeZone::UTC)
}

/// An instant as a person in `zone` reads it.
pub(crate) fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).datetime().strftime(RAW).to_string()
}

/// A civil date-time, with or without a time of day.
pub(crate) fn civil(text: &str) -> Option<DateTime> {
    let text = text.trim();
    DateTime::strptime(RAW, text)
        .ok()
        .or_else(|| date(text).map(|day| day.to_datetime(jiff::civil::Time::midnight())))
}

/// A civil date, `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text.trim()).ok()
}

/// The instant a stored date-time names.
pub(crate) fn instant(raw: &str) -> Option<Timestamp> {
    instant_in(raw, &TimeZone::UTC)
}

/// The instant a civil date-time names in a time zone.
pub(crate) fn instant_in(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(civil(text)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_has_whole_seconds_and_reads_back() {
        let at: Timestamp = "2026-11-23T10:00:00.750Z".parse().unwrap();
        assert_eq!(raw(at), "2026-11-23 10:00:00");
        assert_eq!(raw(instant("2026-11-23 10:00:00").unwrap()), "2026-11-23 10:00:00");
        assert_eq!(instant("2026-02-30 10:00:00"), None);
        assert_eq!(instant(""), None);
    }
}
