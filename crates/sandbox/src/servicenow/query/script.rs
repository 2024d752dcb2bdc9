//! The few server-side calls a value in a query may make: dates and the caller's identity.
//!
//! Owns their meaning in the caller's time zone. Nothing else is ever executed.
//! Source: reference sections 4.3 and 8.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use crate::servicenow::actor::Actor;
use crate::servicenow::stamp;

/// What a value must begin with to be a call.
const PREFIX: &str = "javascript:";

/// The value as it is compared: itself, or what its call gives. Nothing, if the call is none of the known.
pub(crate) fn resolve(value: &str, actor: &Actor, now: Timestamp) -> Option<String> {
    let Some(call) = strip_prefix(value.trim_start()) else { return Some(value.to_owned()) };
    let answer = evaluate(call, actor, now);
    if answer.is_none() {
        tracing::warn!(call, "the query calls a function the sandbox does not know; it finds nothing");
    }
    answer
}

fn strip_prefix(value: &str) -> Option<&str> {
    let head = value.get(..PREFIX.len())?;
    head.eq_ignore_ascii_case(PREFIX).then(|| &value[PREFIX.len()..])
}

fn evaluate(call: &str, actor: &Actor, now: Timestamp) -> Option<String> {
    let call = call.trim().trim_end_matches(';');
    let call = call.strip_prefix("gs.")?;
    let (name, rest) = call.split_once('(')?;
    let arguments: Vec<&str> = rest
        .strip_suffix(')')?
        .split(',')
        .map(|one| one.trim().trim_matches(['\'', '"']))
        .filter(|one| !one.is_empty())
        .collect();
    match (name, arguments.as_slice()) {
        ("getUserID", []) => Some(actor.sys_id.clone()),
        ("getUserName", []) => Some(actor.user_name.clone()),
        ("now", []) => Some(stamp::local(now, &actor.zone).get(..10)?.to_owned()),
        ("nowDateTime", []) => Some(stamp::raw(now)),
        ("dateGenerate", [day]) => utc(stamp::civil(day)?, &actor.zone),
        ("dateGenerate", [day, time]) => utc(generated(day, time)?, &actor.zone),
        (name, [count]) => ago(name, count.parse().ok()?, actor, now),
        (name, []) => edge(name, actor, now),
        _ => None,
    }
}

fn utc(at: DateTime, zone: &TimeZone) -> Option<String> {
    zone.to_timestamp(at).ok().map(stamp::raw)
}

fn generated(day: &str, time: &str) -> Option<DateTime> {
    let day = stamp::date(day)?;
    let time = match time {
        "start" => Time::midnight(),
        "end" => Time::new(23, 59, 59, 0).ok()?,
        written => Time::strptime("%H:%M:%S", written).ok()?,
    };
    Some(day.to_datetime(time))
}

/// `daysAgo(3)`, `hoursAgoStart(2)` and their like; a negative count lies ahead.
fn ago(name: &str, count: i64, actor: &Actor, now: Timestamp) -> Option<String> {
    let (unit, edge) = name.split_once("Ago")?;
    let span = span(unit.strip_suffix('s')?, count)?;
    let local = now.to_zoned(actor.zone.clone()).datetime();
    let at = local.checked_sub(span).ok()?;
    let at = match edge {
        "" => return utc(at, &actor.zone),
        "Start" => bounds(unit.strip_suffix('s')?, at)?.0,
        "End" => bounds(unit.strip_suffix('s')?, at)?.1,
        _ => return None,
    };
    utc(at, &actor.zone)
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

/// `beginningOfToday()`, `endOfLastMonth()` and their like.
fn edge(name: &str, actor: &Actor, now: Timestamp) -> Option<String> {
    let (first, period) = match (name.strip_prefix("beginningOf"), name.strip_prefix("endOf")) {
        (Some(period), _) => (true, period),
        (_, Some(period)) => (false, period),
        _ => return None,
    };
    let (shift, unit) = match period {
        "Today" => (0, "day"),
        "Yesterday" => (-1, "day"),
        "Tomorrow" => (1, "day"),
        other => {
            let shifts = [("This", 0), ("Last", -1), ("Next", 1)];
            let (word, shift) = shifts.into_iter().find(|(word, _)| other.starts_with(word))?;
            let units = [("Week", "week"), ("Month", "month"), ("Quarter", "quarter"), ("Year", "year")];
            (shift, units.into_iter().find(|(unit, _)| *unit == &other[word.len()..])?.1)
        }
    };
    let local = now.to_zoned(actor.zone.clone()).datetime().checked_add(span(unit, shift)?).ok()?;
    let (start, end) = bounds(unit, local)?;
    utc(if first { start } else { end }, &actor.zone)
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

    fn in_zone(name: &str) -> Actor {
        let mut actor = Actor::system();
        actor.zone = TimeZone::get(name).unwrap();
        actor
    }

    fn check(actor: &Actor, value: &str, expected: Option<&str>) {
        let now = "2026-11-23T10:20:30Z".parse().unwrap();
        assert_eq!(resolve(value, actor, now).as_deref(), expected, "{value}");
    }

    #[test]
    fn dates_are_computed_from_the_handed_in_time() {
        let gmt = in_zone("UTC");
        check(&gmt, "plain", Some("plain"));
        check(&gmt, "javascript:gs.dateGenerate('2026-11-23','10:00:00')", Some("2026-11-23 10:00:00"));
        check(&gmt, "javascript:gs.dateGenerate(\"2026-11-23 10:00:00\")", Some("2026-11-23 10:00:00"));
        check(&gmt, "javascript:gs.daysAgoStart(7)", Some("2026-11-16 00:00:00"));
        check(&gmt, "javascript:gs.daysAgoEnd(1)", Some("2026-11-22 23:59:59"));
        check(&gmt, "javascript:gs.hoursAgo(2)", Some("2026-11-23 08:20:30"));
        check(&gmt, "javascript:gs.minutesAgoStart(5)", Some("2026-11-23 10:15:00"));
        check(&gmt, "javascript:gs.beginningOfToday()", Some("2026-11-23 00:00:00"));
        check(&gmt, "javascript:gs.endOfYesterday()", Some("2026-11-22 23:59:59"));
        check(&gmt, "javascript:gs.beginningOfLastMonth()", Some("2026-10-01 00:00:00"));
        check(&gmt, "javascript:gs.endOfThisQuarter()", Some("2026-12-31 23:59:59"));
        check(&gmt, "javascript:gs.beginningOfThisWeek()", Some("2026-11-23 00:00:00"));
        check(&gmt, "javascript:gs.now()", Some("2026-11-23"));
        check(&gmt, "javascript:gs.getUserName()", Some("system"));
    }

    #[test]
    fn anything_else_gives_nothing_and_nothing_panics() {
        let gmt = in_zone("UTC");
        for value in [
            "javascript:",
            "javascript:gs.",
            "javascript:gs.daysAgo(9223372036854775807)",
            "javascript:gs.daysAgo()",
            "javascript:gs.deleteEverything()",
            "JavaScript:new GlideRecord('sys_user')",
            "javascript:gs.endOfÆon()",
            "javascript:gs.dateGenerate('2026-02-30','10:00:00')",
        ] {
            check(&gmt, value, None);
        }
    }
}
