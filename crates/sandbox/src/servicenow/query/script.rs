//! The few server-side calls a value in a query may make: dates and who the caller is.
//!
//! Owns which calls there are and what the identity of the caller gives. A call is one chain of
//! functions with plain arguments; nothing is ever executed. Anything else finds nothing.
//! Source: reference sections 4.3 and 8; ServiceNow, "JavaScript APIs supported by guarded script".

use jiff::Timestamp;

use crate::servicenow::actor::Actor;
use crate::servicenow::query::dates;
use crate::servicenow::stamp;
use crate::servicenow::walk::{self, Base, Route};

/// What a value must begin with to be a call.
const PREFIX: &str = "javascript:";
/// Most functions of one chain.
const CHAIN_MAX: usize = 4;

/// Who asks, when, and of what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session<'a> {
    pub(crate) base: Base<'a>,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
}

impl<'a> Session<'a> {
    /// Looks a path up, to be followed as far as whoever asks may see.
    pub(crate) fn route(self, table: &str, path: &str) -> Option<Route<'a>> {
        walk::route(self.base, table, path).map(|route| route.seen_by(self.actor))
    }
}

/// Whether a value is a call.
pub(crate) fn is_call(value: &str) -> bool {
    strip_prefix(value.trim_start()).is_some()
}

/// The value as it is compared: itself, or what its call gives. Nothing, if the call is none of the known.
pub(crate) fn resolve(session: Session<'_>, value: &str) -> Option<String> {
    let Some(text) = strip_prefix(value.trim_start()) else { return Some(value.to_owned()) };
    let answer = chain(text).and_then(|calls| evaluate(session, &calls));
    if answer.is_none() {
        tracing::warn!(call = text, "the query calls a function the sandbox does not know; it finds nothing");
    }
    answer
}

fn strip_prefix(value: &str) -> Option<&str> {
    let head = value.get(..PREFIX.len())?;
    head.eq_ignore_ascii_case(PREFIX).then(|| &value[PREFIX.len()..])
}

/// One function with its arguments, quotes taken off.
struct Call<'a> {
    name: &'a str,
    arguments: Vec<&'a str>,
}

/// `gs.getUser().getMyGroups()` as its functions; the leading `gs.` is not one of them.
fn chain(text: &str) -> Option<Vec<Call<'_>>> {
    let text = text.trim().trim_end_matches(';').trim_end();
    let mut rest = text.strip_prefix("gs.").or_else(|| text.starts_with("getMyGroups(").then_some(text))?;
    let mut calls = Vec::new();
    while calls.len() < CHAIN_MAX {
        let (name, behind) = rest.split_once('(')?;
        let (arguments, behind) = arguments(behind)?;
        calls.push(Call { name: name.trim(), arguments });
        if behind.is_empty() {
            return Some(calls);
        }
        rest = behind.strip_prefix('.')?;
    }
    None
}

/// The arguments up to the closing bracket, and what stands behind it.
fn arguments(text: &str) -> Option<(Vec<&str>, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    loop {
        if let Some(behind) = rest.strip_prefix(')') {
            return Some((found, behind.trim()));
        }
        let quote = rest.chars().next().filter(|mark| matches!(mark, '\'' | '"'));
        let (argument, behind) = match quote {
            Some(quote) => rest[1..].split_once(quote)?,
            None => rest.split_at(rest.find([',', ')'])?),
        };
        found.push(argument.trim());
        rest = behind.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
}

fn evaluate(session: Session<'_>, calls: &[Call<'_>]) -> Option<String> {
    let Session { actor, now, .. } = session;
    let local = || dates::local(now, &actor.zone);
    match calls {
        [Call { name: "getUser", .. }, Call { name, arguments }] if arguments.is_empty() => {
            user(session, name)
        }
        [Call { name, arguments }] => match (*name, arguments.as_slice()) {
            ("getUserID" | "user_id" | "userID", []) => Some(actor.sys_id.clone()),
            ("getUserName" | "user", []) => Some(actor.user_name.clone()),
            ("getUserDisplayName", []) => user(session, "getDisplayName"),
            ("getMyGroups", []) => user(session, "getMyGroups"),
            ("now", []) => Some(local().date().to_string()),
            ("nowDateTime" | "nowNoTZ" | "nowGlideDateTime", []) => Some(stamp::raw(now)),
            ("yesterday", []) => dates::utc(dates::ago("daysAgo", 1, local())?, &actor.zone),
            ("lastWeek", []) => dates::utc(dates::ago("daysAgo", 7, local())?, &actor.zone),
            ("dateGenerate", [moment]) => dates::utc(stamp::civil(moment)?, &actor.zone),
            ("dateGenerate", [day, time]) => dates::utc(dates::generated(day, time)?, &actor.zone),
            (name, [count]) => dates::utc(dates::ago(name, count.parse().ok()?, local())?, &actor.zone),
            (name, []) => dates::utc(dates::edge(name, local())?, &actor.zone),
            _ => None,
        },
        _ => None,
    }
}

/// What the account's own row says; lists are joined by commas.
fn user(session: Session<'_>, function: &str) -> Option<String> {
    let base = session.base;
    let row = base.store.get(base.dictionary, "sys_user", &session.actor.sys_id)?;
    let field = match function {
        "getMyGroups" => {
            let mine = base.store.all(base.dictionary, "sys_user_grmember");
            let mine = mine.filter(|one| one.get("user") == row.id()).map(|one| one.get("group"));
            return Some(mine.collect::<Vec<_>>().join(","));
        }
        "getManagerName" => return Some(walk::label(base, "sys_user", row.get("manager"))),
        "getID" => "sys_id",
        "getName" => "user_name",
        "getDisplayName" | "getFullName" => "name",
        "getFirstName" => "first_name",
        "getLastName" => "last_name",
        "getEmail" => "email",
        "getTitle" => "title",
        "getMobileNumber" => "mobile_phone",
        "getDepartmentID" => "department",
        "getCompanyID" => "company",
        "getLocation" => "location",
        "getManagerID" => "manager",
        _ => return None,
    };
    Some(row.get(field).to_owned())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::servicenow::dictionary::Dictionary;
    use crate::servicenow::store::{Record, Store};

    fn store() -> Store {
        let mut store = Store::default();
        let mut row = |table: &str, fields: &[(&str, &str)]| {
            let mut record = Record::new(table);
            for (field, value) in fields {
                record.set(field, *value);
            }
            store.put(record);
        };
        row("sys_user", &[("sys_id", "u1"), ("name", "Ann Lee"), ("department", "d1"), ("user_name", "ann")]);
        row("sys_user_grmember", &[("sys_id", "m1"), ("user", "u1"), ("group", "g1")]);
        row("sys_user_grmember", &[("sys_id", "m2"), ("user", "u1"), ("group", "g2")]);
        store
    }

    fn check(zone: &str, value: &str, expected: Option<&str>) {
        let mut actor = Actor::system();
        actor.zone = TimeZone::get(zone).unwrap();
        actor.sys_id = "u1".to_owned();
        let store = store();
        let base = Base { dictionary: Dictionary::embedded(), store: &store };
        let session = Session { base, actor: &actor, now: "2026-11-23T10:20:30Z".parse().unwrap() };
        assert_eq!(resolve(session, value).as_deref(), expected, "{value}");
    }

    #[test]
    fn dates_are_computed_from_the_handed_in_time() {
        for (value, expected) in [
            ("plain", "plain"),
            ("javascript:gs.dateGenerate('2026-11-23','10:00:00')", "2026-11-23 10:00:00"),
            ("javascript:gs.dateGenerate(\"2026-11-23 10:00:00\")", "2026-11-23 10:00:00"),
            ("javascript:gs.dateGenerate('2026-11-23', 'end')", "2026-11-23 23:59:59"),
            ("javascript:gs.daysAgoStart(7)", "2026-11-16 00:00:00"),
            ("javascript:gs.daysAgoEnd(1)", "2026-11-22 23:59:59"),
            ("javascript:gs.daysAgo(-1)", "2026-11-24 10:20:30"),
            ("javascript:gs.hoursAgo(2)", "2026-11-23 08:20:30"),
            ("javascript:gs.minutesAgoStart(5);", "2026-11-23 10:15:00"),
            ("javascript:gs.monthsAgo(1)", "2026-10-23 10:20:30"),
            ("javascript:gs.quartersAgoStart(1)", "2026-07-01 00:00:00"),
            ("javascript:gs.yearsAgo(1)", "2025-11-23 10:20:30"),
            ("javascript:gs.beginningOfToday()", "2026-11-23 00:00:00"),
            ("javascript:gs.endOfYesterday()", "2026-11-22 23:59:59"),
            ("javascript:gs.beginningOfLastMonth()", "2026-10-01 00:00:00"),
            ("javascript:gs.endOfThisQuarter()", "2026-12-31 23:59:59"),
            ("javascript:gs.beginningOfThisWeek()", "2026-11-23 00:00:00"),
            ("javascript:gs.now()", "2026-11-23"),
            ("javascript:gs.nowDateTime()", "2026-11-23 10:20:30"),
            ("javascript:gs.yesterday()", "2026-11-22 10:20:30"),
        ] {
            check("UTC", value, Some(expected));
        }
    }

    #[test]
    fn days_begin_in_the_callers_zone() {
        check("US/Pacific", "javascript:gs.beginningOfToday()", Some("2026-11-23 08:00:00"));
        check("US/Pacific", "javascript:gs.now()", Some("2026-11-23"));
        check("Asia/Tokyo", "javascript:gs.daysAgoStart(0)", Some("2026-11-22 15:00:00"));
        // On this island it is tomorrow already.
        check("Pacific/Kiritimati", "javascript:gs.beginningOfToday()", Some("2026-11-23 10:00:00"));
        check("Pacific/Kiritimati", "javascript:gs.now()", Some("2026-11-24"));
        check("Asia/Tokyo", "javascript:gs.dateGenerate('2026-11-23','start')", Some("2026-11-22 15:00:00"));
    }

    #[test]
    fn the_caller_is_known_by_its_row() {
        check("UTC", "javascript:gs.getUserID()", Some("u1"));
        check("UTC", "javascript:gs.getUserName()", Some("system"));
        check("UTC", "javascript:gs.getUserDisplayName()", Some("Ann Lee"));
        check("UTC", "javascript:gs.getUser().getDepartmentID()", Some("d1"));
        check("UTC", "javascript:gs.getUser().getMyGroups()", Some("g1,g2"));
        check("UTC", "javascript:getMyGroups()", Some("g1,g2"));
    }

    #[test]
    fn anything_else_gives_nothing_and_nothing_panics() {
        for value in [
            "javascript:",
            "javascript:gs.",
            "javascript:gs.daysAgo(9223372036854775807)",
            "javascript:gs.daysAgo()",
            "javascript:gs.daysAgo(",
            "javascript:gs.daysAgo('",
            "javascript:gs.daysAgo(1).daysAgo(1)",
            "javascript:gs.deleteEverything()",
            "JavaScript:new GlideRecord('sys_user')",
            "javascript:gs.endOfÆon()",
            "javascript:gs.dateGenerate('2026-02-30','10:00:00')",
            "javascript:gs.getUser().setPassword('x')",
            "javascript:var x=1; gs.now()",
        ] {
            check("UTC", value, None);
        }
    }
}
