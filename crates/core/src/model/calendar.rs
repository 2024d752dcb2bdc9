//! Working time: the days and hours that count, and a length of time in them. Pure; the zones are built in.
//!
//! A day is one working day, whatever its length: `1d` after Friday 15:00 is Monday 15:00. Hours and minutes
//! count while the calendar is open. What begins while it is closed begins when it opens.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Most days that are gone through for one answer: a century. What lies further away is never.
const DAYS_WALKED_MAX: u32 = 36_525;

/// The days and hours that count.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    zone: TimeZone,
    /// From Monday on.
    days: [bool; 7],
    opens: Time,
    /// Absent where a day counts to its midnight.
    closes: Option<Time>,
    closed: BTreeSet<Date>,
}

/// One day that counts, as far as it does.
#[derive(Debug, Clone, Copy)]
struct Open {
    date: Date,
    from: Timestamp,
    to: Timestamp,
}

impl Calendar {
    /// Monday to Friday, all day, in UTC: the calendar that is there without being declared.
    #[must_use]
    pub fn weekdays() -> Self {
        Self::new(TimeZone::UTC, [true, true, true, true, true, false, false])
    }

    /// Whole days of the week, from Monday on, in a zone.
    #[must_use]
    pub fn new(zone: TimeZone, days: [bool; 7]) -> Self {
        Self { zone, days, opens: Time::midnight(), closes: None, closed: BTreeSet::new() }
    }

    /// Counts the time between these two only.
    #[must_use]
    pub fn with_hours(self, opens: Time, closes: Time) -> Self {
        Self { opens, closes: Some(closes), ..self }
    }

    /// Leaves these days out.
    #[must_use]
    pub fn without(self, closed: BTreeSet<Date>) -> Self {
        Self { closed, ..self }
    }

    /// The time that lies so many working days and then so much working time later. Nothing later is the
    /// same time, also while the calendar is closed.
    #[must_use]
    pub fn add(&self, at: Timestamp, days: u32, time: SignedDuration) -> Timestamp {
        if days == 0 && time <= SignedDuration::ZERO {
            return at;
        }
        self.later(at, days, time).unwrap_or(Timestamp::MAX)
    }

    fn later(&self, at: Timestamp, days: u32, mut time: SignedDuration) -> Option<Timestamp> {
        let mut walked = 0;
        let mut open = self.next(self.zone.to_datetime(at).date(), at, &mut walked)?;
        let mut at = at.max(open.from);
        // A place in a day is told by the time since it opened, so that no change of clocks turns it around.
        let since = at.duration_since(open.from);
        for _ in 0..days {
            open = self.next(open.date.tomorrow().ok()?, open.to, &mut walked)?;
            at = open.from.checked_add(since).ok()?.min(open.to);
        }
        loop {
            let left = open.to.duration_since(at);
            if time <= left {
                return at.checked_add(time).ok();
            }
            time -= left;
            open = self.next(open.date.tomorrow().ok()?, open.to, &mut walked)?;
            at = open.from;
        }
    }

    /// The first day from this date on that is still open after this time.
    fn next(&self, mut date: Date, after: Timestamp, walked: &mut u32) -> Option<Open> {
        while *walked < DAYS_WALKED_MAX {
            *walked += 1;
            if let Some(open) = self.open(date).filter(|open| open.to > after) {
                return Some(open);
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    fn open(&self, date: Date) -> Option<Open> {
        let day = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
        if !self.days[day] || self.closed.contains(&date) {
            return None;
        }
        let from = self.zone.to_timestamp(date.to_datetime(self.opens)).ok()?;
        let end = match self.closes {
            Some(closes) => date.to_datetime(closes),
            None => date.tomorrow().ok()?.to_datetime(Time::midnight()),
        };
        let to = self.zone.to_timestamp(end).ok()?;
        (from < to).then_some(Open { date, from, to })
    }
}

/// A length of time from some moment on.
#[derive(Debug, Clone, PartialEq)]
pub enum Delay {
    /// So long by the clock; a day is 24 hours.
    Clock(SignedDuration),
    /// So long in working time.
    Working {
        /// Working days.
        days: u32,
        /// And then working time.
        time: SignedDuration,
        /// Which time counts.
        calendar: Arc<Calendar>,
    },
}

impl Delay {
    /// When it is over.
    #[must_use]
    pub fn end(&self, from: Timestamp) -> Timestamp {
        match self {
            Self::Clock(length) => from.checked_add(*length).unwrap_or(Timestamp::MAX),
            Self::Working { days, time, calendar } => calendar.add(from, *days, *time),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;
    use crate::model::zone_named;

    fn office() -> Calendar {
        let closed = [date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)];
        let zone = zone_named("Europe/Oslo").expect("the zone is built in");
        Calendar::new(zone, [true, true, true, true, true, false, false])
            .with_hours(time(8, 0, 0, 0), time(16, 0, 0, 0))
            .without(closed.into_iter().collect())
    }

    /// Open every day around the clock, where the clocks change.
    fn always() -> Calendar {
        Calendar::new(zone_named("America/New_York").expect("the zone is built in"), [true; 7])
    }

    fn hours(hours: i64) -> SignedDuration {
        SignedDuration::from_hours(hours)
    }

    #[test]
    fn days_are_working_days_and_hours_count_while_it_is_open() {
        let check = |calendar: &Calendar, at: &str, days, time, expected: &str| {
            let at: Timestamp = at.parse().expect("a time");
            assert_eq!(calendar.add(at, days, time).to_string(), expected, "{at} {days} {time}");
        };
        let weekdays = Calendar::weekdays();
        check(&weekdays, "2026-11-27T15:00:00Z", 1, hours(0), "2026-11-30T15:00:00Z");
        check(&weekdays, "2026-11-27T15:00:00Z", 5, hours(0), "2026-12-04T15:00:00Z");
        check(&weekdays, "2026-11-28T10:00:00Z", 1, hours(0), "2026-12-01T00:00:00Z");
        check(&weekdays, "2026-11-27T15:00:00Z", 0, hours(10), "2026-11-30T01:00:00Z");
        check(&weekdays, "2026-11-28T10:00:00Z", 0, hours(0), "2026-11-28T10:00:00Z");
        let office = office();
        check(&office, "2026-11-27T13:00:00Z", 0, hours(2), "2026-11-27T15:00:00Z");
        check(&office, "2026-11-27T13:00:00Z", 0, hours(3), "2026-11-30T08:00:00Z");
        check(&office, "2026-11-27T18:00:00Z", 1, hours(0), "2026-12-01T07:00:00Z");
        check(&office, "2026-12-23T14:00:00Z", 1, hours(2), "2026-12-29T08:00:00Z");
        // The clocks of Oslo go back on 2026-10-25: the office opens at 08:00 by the clock on both sides.
        check(&office, "2026-10-23T08:00:00Z", 1, hours(0), "2026-10-26T09:00:00Z");
        check(&office, "2026-10-23T06:00:00Z", 0, hours(16), "2026-10-26T15:00:00Z");
        check(&office, "9999-12-30T20:00:00Z", 5, hours(0), "9999-12-30T22:00:00.999999999Z");
    }

    #[test]
    fn calendar_that_opens_a_minute_a_day_ends_in_bounded_time() {
        let narrow = Calendar::weekdays().with_hours(time(8, 0, 0, 0), time(8, 1, 0, 0));
        assert_eq!(narrow.add(Timestamp::UNIX_EPOCH, 0, hours(80_000)), Timestamp::MAX);
    }

    fn calendars() -> impl Strategy<Value = Calendar> {
        prop_oneof![Just(Calendar::weekdays()), Just(office()), Just(always())]
    }

    proptest! {
        /// Around both changes of the clocks in 2026 and 2027.
        #[test]
        fn later_is_never_earlier_and_keeps_the_order(
            calendar in calendars(),
            start in 1_772_000_000_i64..1_812_000_000,
            apart in 0_i64..200_000,
            days in 0_u32..12,
            minutes in 0_i64..3_000,
        ) {
            let first = Timestamp::from_second(start).expect("a time");
            let second = Timestamp::from_second(start + apart).expect("a time");
            let time = SignedDuration::from_mins(minutes);
            prop_assert!(calendar.add(first, days, time) >= first);
            prop_assert!(calendar.add(first, days, time) <= calendar.add(second, days, time));
            prop_assert!(calendar.add(first, days, time) <= calendar.add(first, days + 1, time));
            prop_assert_eq!(calendar.add(first, 0, SignedDuration::ZERO), first);
        }

        #[test]
        fn working_time_adds_up(
            calendar in calendars(),
            start in 1_772_000_000_i64..1_812_000_000,
            one in 0_i64..100,
            other in 0_i64..100,
        ) {
            let at = Timestamp::from_second(start).expect("a time");
            let both = calendar.add(at, 0, hours(one + other));
            prop_assert_eq!(calendar.add(calendar.add(at, 0, hours(one)), 0, hours(other)), both);
        }
    }
}
