//! Moments the query language names by words: edges of periods, and so many units ago.
//!
//! Owns the arithmetic in a person's time zone. Reads no query and no clock.
//! Source: reference sections 4.3 and 8; ServiceNow, "JavaScript APIs supported by guarded script",
//! for the names. What the named periods span follows the choices of the platform's own date filter
//! ("Last 3 months" begins three months ago and ends with this month).

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use crate::servicenow::stamp;

/// A moment of a time zone as it is stored.
pub(crate) fn utc(at: DateTime, zone: &TimeZone) -> Option<String> {
    zone.to_timestamp(at).ok().map(stamp::raw)
}

/// What a person's clock shows.
pub(crate) fn local(now: Timestamp, zone: &TimeZone) -> DateTime {
    now.to_zoned(zone.clone()).datetime()
}

/// `dateGenerate`: a day with a time of day, `start` or `end`.
pub(crate) fn generated(day: &str, time: &str) -> Option<DateTime> {
    let day = stamp::date(day)?;
    let time = match time {
        "start" => Time::midnight(),
        "end" => Time::new(23, 59, 59, 0).ok()?,
        written => Time::strptime("%H:%M:%S", written).ok()?,
    };
    Some(day.to_datetime(time))
}

/// `daysAgo`, `hoursAgoStart` and their like; a negative count lies ahead.
pub(crate) fn ago(name: &str, count: i64, local: DateTime) -> Option<DateTime> {
    let (unit, edge) = name.split_once("Ago")?;
    let unit = unit.strip_suffix('s')?;
    let at = local.checked_sub(span(unit, count)?).ok()?;
    match edge {
        "" => Some(at),
        "Start" => Some(bounds(unit, at)?.0),
        "End" => Some(bounds(unit, at)?.1),
        _ => None,
    }
}

/// A span of whole units; the query language calls a day `dayofweek`.
pub(crate) fn span(unit: &str, count: i64) -> Option<Span> {
    let span = Span::new();
    match unit {
        "minute" => span.try_minutes(count),
        "hour" => span.try_hours(count),
        "day" | "dayofweek" => span.try_days(count),
        "week" => span.try_weeks(count),
        "month" => span.try_months(count),
        "quarter" => span.try_months(count.checked_mul(3)?),
        "year" => span.try_years(count),
        _ => return None,
    }
    .ok()
}

/// `beginningOfToday`, `endOfLastMonth`, `beginningOfLast12Months` and their like.
pub(crate) fn edge(name: &str, local: DateTime) -> Option<DateTime> {
    if let Some(period) = name.strip_prefix("beginningOf") {
        return Some(period_of(period, local)?.0);
    }
    Some(period_of(name.strip_prefix("endOf")?, local)?.1)
}

/// First and last moment of a named period.
pub(crate) fn period_of(period: &str, local: DateTime) -> Option<(DateTime, DateTime)> {
    let back = |unit: &str, count: i64| local.checked_sub(span(unit, count)?).ok();
    let whole = |unit: &str, count: i64| bounds(unit, back(unit, count)?);
    match period {
        "Today" | "Day" => return whole("day", 0),
        "Yesterday" => return whole("day", 1),
        "Tomorrow" => return whole("day", -1),
        "OneYearAgo" => return Some((back("month", 12)?, whole("month", 0)?.1)),
        "Last2Hours" => return Some((back("hour", 2)?, local)),
        _ => {}
    }
    let words = [("This", 0), ("Current", 0), ("Last", 1), ("Next", -1), ("", 0)];
    let (word, direction) = words.into_iter().find(|(word, _)| period.starts_with(word))?;
    let rest = &period[word.len()..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = rest.split_at(digits);
    let unit = unit.to_ascii_lowercase();
    if count.is_empty() {
        return known(&unit).then(|| whole(&unit, direction)).flatten();
    }
    let (count, unit): (i64, &str) = (count.parse().ok()?, unit.strip_suffix('s')?);
    match (direction, unit) {
        (1, "day" | "minute" | "month") => Some((whole(unit, count)?.0, whole(unit, 0)?.1)),
        // The running quarter or year is the last of those counted.
        (1, "quarter" | "year") => Some((whole(unit, count.checked_sub(1)?)?.0, whole(unit, 0)?.1)),
        (-1, "quarter") => Some((whole(unit, -1)?.0, whole(unit, count.checked_neg()?)?.1)),
        _ => None,
    }
}

fn known(unit: &str) -> bool {
    ["minute", "hour", "day", "week", "month", "quarter", "year"].contains(&unit)
}

/// The first and last second of the period a moment lies in; weeks begin on Monday.
pub(crate) fn bounds(unit: &str, at: DateTime) -> Option<(DateTime, DateTime)> {
    let midnight = at.date().to_datetime(Time::midnight());
    let first_day =
        |month| Some(at.date().with().month(month).day(1).build().ok()?.to_datetime(Time::midnight()));
    let start = match unit {
        "minute" => {
            midnight.checked_add(i64::from(at.hour()).hours().minutes(i64::from(at.minute()))).ok()?
        }
        "hour" => midnight.checked_add(i64::from(at.hour()).hours()).ok()?,
        "day" | "dayofweek" => midnight,
        "week" => midnight.checked_sub(i64::from(at.weekday().to_monday_zero_offset()).days()).ok()?,
        "month" => first_day(at.month())?,
        "quarter" => first_day((at.month() - 1) / 3 * 3 + 1)?,
        "year" => first_day(1)?,
        _ => return None,
    };
    let end = start.checked_add(span(unit, 1)?).ok()?.checked_sub(1.second()).ok()?;
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_periods_span_what_the_date_filter_says() {
        let local = stamp::civil("2026-11-23 10:20:30").unwrap();
        for (period, expected) in [
            ("Today", "2026-11-23 00:00:00 2026-11-23 23:59:59"),
            ("Yesterday", "2026-11-22 00:00:00 2026-11-22 23:59:59"),
            ("Tomorrow", "2026-11-24 00:00:00 2026-11-24 23:59:59"),
            ("ThisWeek", "2026-11-23 00:00:00 2026-11-29 23:59:59"),
            ("Week", "2026-11-23 00:00:00 2026-11-29 23:59:59"),
            ("LastMonth", "2026-10-01 00:00:00 2026-10-31 23:59:59"),
            ("NextYear", "2027-01-01 00:00:00 2027-12-31 23:59:59"),
            ("Last3Months", "2026-08-01 00:00:00 2026-11-30 23:59:59"),
            ("Last30Days", "2026-10-24 00:00:00 2026-11-23 23:59:59"),
            ("Last15Minutes", "2026-11-23 10:05:00 2026-11-23 10:20:59"),
            ("Last2Hours", "2026-11-23 08:20:30 2026-11-23 10:20:30"),
            ("LastHour", "2026-11-23 09:00:00 2026-11-23 09:59:59"),
            ("CurrentHour", "2026-11-23 10:00:00 2026-11-23 10:59:59"),
            ("Last2Quarters", "2026-07-01 00:00:00 2026-12-31 23:59:59"),
            ("Next2Quarters", "2027-01-01 00:00:00 2027-06-30 23:59:59"),
            ("Last2Years", "2025-01-01 00:00:00 2026-12-31 23:59:59"),
            ("OneYearAgo", "2025-11-23 10:20:30 2026-11-30 23:59:59"),
        ] {
            let (start, end) = period_of(period, local).unwrap();
            let shown = |at: DateTime| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
            assert_eq!(format!("{} {}", shown(start), shown(end)), expected, "{period}");
        }
        for period in ["", "Noon", "ThisSchedulePeriod", "Last99999999999999999999Days", "Next3Days", "Læst"]
        {
            assert_eq!(period_of(period, local), None, "{period}");
        }
    }
}
