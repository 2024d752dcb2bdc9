//! The text of `calendars`, and of every length of time that may name one.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::calendar::Calendar;
use super::words::{check_name, read_duration, read_word};
use super::zone::zone_named;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::{Fields, Key, Keys, Node, items, text};

/// Most days that a calendar may leave out.
const CLOSED_MAX: usize = 1_000;

pub(crate) const CALENDAR_KEYS: Keys = Keys {
    what: "a calendar",
    known: &["zone", "days", "hours", "closed"],
    foreign: &[
        ("timezone", "`zone`"),
        ("time_zone", "`zone`"),
        ("tz", "`zone`"),
        ("weekdays", "`days`"),
        ("working_days", "`days`"),
        ("working_hours", "`hours`"),
        ("open", "`hours`"),
        ("holidays", "`closed`"),
        ("except", "`closed`"),
    ],
};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A length of time, and the calendar that says which time counts.
#[derive(Debug)]
pub(crate) struct DelayDoc<'t> {
    /// Its text.
    pub(crate) node: &'t Node,
    /// By the clock.
    pub(crate) length: SignedDuration,
    pub(crate) calendar: Option<&'t Node>,
}

/// Reads the length behind `key` with the `calendar` beside it.
pub(super) fn read_delay<'t>(
    fields: &Fields<'t>,
    key: &str,
    found: &mut Vec<Diagnostic>,
) -> Option<DelayDoc<'t>> {
    let node = fields.need(key, found)?;
    let calendar = fields.text("calendar", found);
    let length = read_duration(node, key, found)?;
    Some(DelayDoc { node, length, calendar })
}

/// Reads the calendars of a workflow.
pub(super) fn read_calendars<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Vec<(&'t Key, Calendar)> {
    let Some(calendars) = Fields::any(node, "`calendars`", found) else { return Vec::new() };
    let read = calendars.entries().iter().filter_map(|entry| {
        check_name(&entry.key, found);
        Some((&entry.key, read_calendar(&entry.value, found)?))
    });
    read.collect()
}

fn read_calendar(node: &Node, found: &mut Vec<Diagnostic>) -> Option<Calendar> {
    let fields = Fields::open(node, &CALENDAR_KEYS, found)?;
    let zone = match fields.text("zone", found) {
        Some(node) => read_zone(node, found),
        None => TimeZone::UTC,
    };
    let days = match fields.get("days") {
        Some(entry) => read_days(&entry.value, found),
        None => [true, true, true, true, true, false, false],
    };
    let calendar = Calendar::new(zone, days);
    let calendar = match fields.text("hours", found).and_then(|node| read_hours(node, found)) {
        Some((opens, closes)) => calendar.with_hours(opens, closes),
        None => calendar,
    };
    let closed = fields.get("closed").map(|entry| read_closed(&entry.value, found));
    Some(calendar.without(closed.unwrap_or_default()))
}

fn read_zone(node: &Node, found: &mut Vec<Diagnostic>) -> TimeZone {
    zone_named(node.as_str().unwrap_or_default()).unwrap_or_else(|message| {
        let help = "zones have the names of the IANA list, such as `Europe/Oslo`";
        found.push(Diagnostic::error(Code::WF013, node.span, message).help(help));
        TimeZone::UTC
    })
}

fn read_days(node: &Node, found: &mut Vec<Diagnostic>) -> [bool; 7] {
    let mut days = [false; 7];
    let list = items(node, "days", found);
    for item in list {
        if let Some(day) = read_word(item, "days", &DAYS, found) {
            days[day] = true;
        }
    }
    if list.is_empty() && node.as_list().is_some() {
        found.push(Diagnostic::error(Code::WF011, node.span, "a calendar without days is never open"));
    }
    days
}

fn read_hours(node: &Node, found: &mut Vec<Diagnostic>) -> Option<(Time, Time)> {
    let written = node.as_str().unwrap_or_default();
    let hours = written.split_once('-').and_then(|(opens, closes)| Some((clock(opens)?, clock(closes)?)));
    let hours = hours.filter(|(opens, closes)| opens < closes);
    if hours.is_none() {
        let message = format!("`{written}` are no hours of a day");
        let help = "write for example `\"08:00-16:00\"`; without `hours` the whole day counts";
        found.push(Diagnostic::error(Code::WF013, node.span, message).help(help));
    }
    hours
}

/// A time such as `08:00`.
fn clock(written: &str) -> Option<Time> {
    let (hour, minute) = written.trim().split_once(':')?;
    let number = |digits: &str| {
        let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse::<i8>().ok()).flatten()
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

fn read_closed(node: &Node, found: &mut Vec<Diagnostic>) -> BTreeSet<Date> {
    let list = items(node, "closed", found);
    if list.len() > CLOSED_MAX {
        let message =
            format!("a calendar leaves out at most {CLOSED_MAX} days, and these are {}", list.len());
        found.push(Diagnostic::error(Code::WF013, node.span, message));
    }
    let mut closed = BTreeSet::new();
    for item in list {
        let Some(written) = text(item, "closed", found) else { continue };
        match written.parse::<Date>().ok().filter(|_| written.len() == 10) {
            Some(date) => _ = closed.insert(date),
            None => {
                let error = Diagnostic::error(Code::WF013, item.span, format!("`{written}` is not a day"));
                found.push(error.help("write days as `2026-12-25`"));
            }
        }
    }
    closed
}
