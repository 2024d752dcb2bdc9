//! The written form of a calendar. The comments here are what an editor shows.

use schemars::JsonSchema;
use serde::Deserialize;

/// The days and hours that count. A day of a length of time is one working day; hours count while it is open.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Calendar {
    /// Time zone of the IANA list, such as `Europe/Oslo`; UTC without it.
    zone: Option<String>,
    /// The days that count; Monday to Friday without it.
    #[schemars(length(min = 1))]
    days: Option<Vec<Day>>,
    /// The hours that count, such as `08:00-16:00`; the whole day without it.
    #[schemars(regex(pattern = r"^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$"))]
    hours: Option<String>,
    /// Days that are left out, such as `2026-12-25`.
    #[schemars(length(max = 1_000))]
    closed: Option<Vec<String>>,
}

/// A day of the week.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Day {
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
