//! Conditions on dates that are not plain comparisons: relative to now, apart from another field,
//! the same day, a part of the date.
//!
//! Owns how their values are written. Everything a person calls a day is one of that person's zone.
//! Source: reference section 4.1; ServiceNow, "Operators available for filters and queries".

use std::cmp::Ordering;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::servicenow::actor::Actor;
use crate::servicenow::query::dates;
use crate::servicenow::query::script::Session;
use crate::servicenow::stamp;

/// `@unit@ago@n` or `@unit@ahead@n`, as a stored moment.
pub(crate) fn moment(session: Session<'_>, value: &str) -> Option<String> {
    let mut parts = value.trim_start_matches('@').split('@');
    let (unit, direction, count) = (parts.next()?, parts.next()?, parts.next()?.trim().parse::<i64>().ok()?);
    let span = dates::span(unit, count)?;
    let local = dates::local(session.now, &session.actor.zone);
    let at = match direction {
        "ago" => local.checked_sub(span),
        "ahead" => local.checked_add(span),
        _ => return None,
    };
    dates::utc(at.ok()?, &session.actor.zone)
}

/// A unit of time in a person's zone.
pub(crate) struct Unit {
    name: String,
    zone: TimeZone,
}

impl Unit {
    pub(crate) fn read(actor: &Actor, name: &str) -> Option<Self> {
        dates::span(name, 1)?;
        Some(Self { name: name.to_owned(), zone: actor.zone.clone() })
    }

    /// First and last second of the unit a stored moment lies in, as stored.
    pub(crate) fn around(&self, moment: &str) -> Option<(String, String)> {
        let (start, end) = dates::bounds(&self.name, dates::local(stamp::instant(moment)?, &self.zone))?;
        Some((dates::utc(start, &self.zone)?, dates::utc(end, &self.zone)?))
    }

    /// Whether two stored moments lie in the same unit.
    pub(crate) fn shared(&self, left: &str, right: &str) -> bool {
        if left.is_empty() || right.is_empty() {
            return left.is_empty() && right.is_empty();
        }
        self.around(left).is_some_and(|left| Some(left) == self.around(right))
    }
}

/// How far a date lies from another: `unit@before|after|before or after@n`.
pub(crate) struct Apart {
    more: bool,
    unit: String,
    before: bool,
    after: bool,
    count: i64,
}

impl Apart {
    pub(crate) fn read(more: bool, text: &str) -> Option<Self> {
        let mut parts = text.split('@');
        let (unit, direction, count) = (parts.next()?, parts.next()?, parts.next()?.trim().parse().ok()?);
        dates::span(unit, count)?;
        let (before, after) = match direction {
            "before" => (true, false),
            "after" => (false, true),
            "before or after" => (true, true),
            _ => return None,
        };
        Some(Self { more, unit: unit.to_owned(), before, after, count })
    }

    pub(crate) fn accepts(&self, left: &str, other: &str) -> Option<bool> {
        let (left, other) = (stamp::civil(left)?, stamp::civil(other)?);
        let span = dates::span(&self.unit, self.count)?;
        let (low, high) = (other.checked_sub(span).ok()?, other.checked_add(span).ok()?);
        let before = if self.more { left < low } else { left <= other && left > low };
        let after = if self.more { left > high } else { left >= other && left < high };
        Some((self.before && before) || (self.after && after))
    }
}

/// `label@javascript:gs.datePart('dayofweek','monday','EE')`.
pub(crate) struct DatePart {
    part: String,
    wanted: i64,
    order: fn(Ordering) -> bool,
    zone: TimeZone,
}

impl DatePart {
    pub(crate) fn read(actor: &Actor, value: &str) -> Option<Self> {
        let call = value.split_once("gs.datePart(")?.1.trim_end_matches([')', ';', ' ']);
        let mut arguments =
            call.split(',').map(|one| one.trim().trim_matches(['\'', '"']).to_ascii_lowercase());
        let (part, wanted, order) = (arguments.next()?, arguments.next()?, arguments.next()?);
        let wanted = match part.as_str() {
            "dayofweek" => named(&DAYS, &wanted)?,
            "month" => named(&MONTHS, &wanted).or_else(|| wanted.parse().ok())?,
            "hour" | "week" | "quarter" | "year" => wanted.parse().ok()?,
            _ => return None,
        };
        let order = match order.as_str() {
            "ee" => Ordering::is_eq,
            "gt" => Ordering::is_gt,
            "ge" => Ordering::is_ge,
            "lt" => Ordering::is_lt,
            "le" => Ordering::is_le,
            _ => return None,
        };
        Some(Self { part, wanted, order, zone: actor.zone.clone() })
    }

    pub(crate) fn accepts(&self, value: &str) -> Option<bool> {
        let have = self.of(dates::local(stamp::instant(value)?, &self.zone));
        Some((self.order)(have.cmp(&self.wanted)))
    }

    fn of(&self, at: DateTime) -> i64 {
        match self.part.as_str() {
            "dayofweek" => i64::from(at.weekday().to_sunday_one_offset()),
            "month" => i64::from(at.month()),
            "quarter" => i64::from((at.month() - 1) / 3 + 1),
            "week" => i64::from(at.date().iso_week_date().week()),
            "hour" => i64::from(at.hour()),
            _ => i64::from(at.year()),
        }
    }
}

/// As "on or before Monday" counts them: Sunday comes first.
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn named(names: &[&str], wanted: &str) -> Option<i64> {
    let at = names.iter().position(|name| *name == wanted)?;
    i64::try_from(at + 1).ok()
}
