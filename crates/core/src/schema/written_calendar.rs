//! The written form of a calendar. The comments here are what an editor shows.

#![expect(dead_code, reason = "read by its schema only")]

use schemars::JsonSchema;

use super::forms::{Day, Hours};

/// The days and hours that count. A day of a length of time is one working day; hours count while it is open.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Calendar {
    /// Time zone of the IANA list, such as `Europe/Oslo`; UTC without it.
    zone: Option<String>,
    /// The days that count; Monday to Friday without it.
    #[schemars(length(min = 1))]
    days: Option<Vec<Weekday>>,
    /// The hours that count, such as `08:00-16:00`; the whole day without it.
    hours: Option<Hours>,
    /// Days that are left out, such as `2026-12-25`.
    #[schemars(length(max = 1_000))]
    closed: Option<Vec<Day>>,
}

/// A day of the week.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}
