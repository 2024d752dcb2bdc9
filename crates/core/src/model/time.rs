//! How times are written: in UTC, to the second, such as `2026-11-23T09:00:00Z`, so that comparing them
//! as texts is right.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// How a text that is a time or a date is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrittenTime {
    /// As all times are.
    Normal,
    /// In another zone or precision; with how it is written here.
    Other(String),
    /// A time that does not say in which zone.
    WithoutZone,
    /// A date alone.
    Date,
}

impl WrittenTime {
    /// How a text is written; `None` where it is neither a time nor a date.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        // What is shorter or begins otherwise is a number or a word to everybody but a lenient parser.
        let is_dated = text.len() >= 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        if !is_dated {
            return None;
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            let normal = write_time(at);
            return Some(if normal == text { Self::Normal } else { Self::Other(normal) });
        }
        if text.len() == 10 {
            return text.parse::<Date>().ok().map(|_| Self::Date);
        }
        text.parse::<DateTime>().ok().map(|_| Self::WithoutZone)
    }
}

/// Writes a time.
#[must_use]
pub fn write_time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_from_dates_and_words() {
        let check = |text: &str, expected: Option<WrittenTime>| {
            assert_eq!(WrittenTime::of(text), expected, "{text}");
        };
        let other = |normal: &str| Some(WrittenTime::Other(normal.to_owned()));
        check("2026-11-23T09:00:00Z", Some(WrittenTime::Normal));
        check("2026-11-23T09:00:00+01:00", other("2026-11-23T08:00:00Z"));
        check("2026-11-23T09:00:00.5Z", other("2026-11-23T09:00:00Z"));
        check("2026-11-23T09:00Z", other("2026-11-23T09:00:00Z"));
        check("2026-11-23 09:00:00Z", other("2026-11-23T09:00:00Z"));
        check("2026-11-23T09:00:00", Some(WrittenTime::WithoutZone));
        check("2026-11-23 09:00:00", Some(WrittenTime::WithoutZone));
        check("2026-11-23", Some(WrittenTime::Date));
        for text in ["", "20261123", "high", "2026-13-40", "1234-56-78x", "abcd-ef-ghijkl", "åååå-å-å-å"]
        {
            check(text, None);
        }
    }
}
