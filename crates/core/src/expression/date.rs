//! Writing a time for people: a format and a zone.

use jiff::Timestamp;
use jiff::fmt::strtime;

use crate::model::zone_named;

/// Writes a time such as `2026-11-23T09:00:00Z` by a format such as `%Y-%m-%d %H:%M` in a zone.
pub(super) fn write_date(time: &str, format: &str, zone: &str) -> Result<String, String> {
    let at: Timestamp = time.parse().map_err(|_| format!("`{time}` is not a time with a zone"))?;
    let zone = zone_named(zone)?;
    strtime::format(format, &at.to_zoned(zone)).map_err(|_| format!("`{format}` is not a format of a time"))
}

/// Whether a format and a zone can be used, for checks of what is written out.
pub(super) fn check_date(format: &str, zone: &str) -> Result<(), String> {
    write_date("2026-01-01T00:00:00Z", format, zone).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_the_zone_that_was_asked_for() {
        let write = |format, zone| write_date("2026-07-01T22:30:00Z", format, zone);
        assert_eq!(write("%Y-%m-%d %H:%M", "Europe/Oslo"), Ok("2026-07-02 00:30".to_owned()));
        assert_eq!(write("%Y-%m-%d", "UTC"), Ok("2026-07-01".to_owned()));
        assert_eq!(write("%Y", "Europe/Olso"), Err("`Europe/Olso` is not a time zone".to_owned()));
        assert_eq!(write("%!", "UTC"), Err("`%!` is not a format of a time".to_owned()));
        let error = write_date("2026-07-01", "%Y", "UTC");
        assert_eq!(error, Err("`2026-07-01` is not a time with a zone".to_owned()));
    }
}
