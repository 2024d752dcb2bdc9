//! Whether records meet a query, and in which order they come.
//!
//! Owns the comparisons. A condition on an unknown field is dropped, so the query finds more than
//! it says, exactly as the platform does; a value that cannot be one of the field finds nothing.
//! Source: reference sections 3.6, 4.1 and 4.3.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::servicenow::actor::Actor;
use crate::servicenow::dictionary::Kind;
use crate::servicenow::query::parse::{Condition, Group, Join, Op, Query, Related};
use crate::servicenow::query::script;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::{self, Base};

/// The dynamic filter "Me".
const ME: &str = "90d1921e5f510100a9ad2572f2b477fe";

/// The property that makes a query on an unknown field find nothing.
const STRICT_PROPERTY: &str = "glide.invalid_query.returns_no_rows";

/// How deep related lists and joins are followed.
const DEPTH_MAX: usize = 3;

/// Who asks, when, and of what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session<'a> {
    pub(crate) base: Base<'a>,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
}

/// The records of a table, and of those that extend it, that meet the query, in its order.
pub(crate) fn select<'a>(session: Session<'a>, table: &'a str, query: &Query) -> Vec<&'a Record> {
    let mut found = matching(session, table, query, 0);
    sort(session, table, query, &mut found);
    found
}

/// Whether one record, stored or not, meets the query; one without conditions does.
pub(crate) fn meets(session: Session<'_>, table: &str, record: &Record, query: &Query) -> bool {
    let mut groups = query.groups.iter().map(|group| plan(session, table, group, 0));
    query.groups.is_empty() || groups.any(|group| group.accepts(session, table, record))
}

fn matching<'a>(session: Session<'a>, table: &'a str, query: &Query, depth: usize) -> Vec<&'a Record> {
    let all = session.base.store.all(session.base.dictionary, table);
    if depth > DEPTH_MAX {
        return Vec::new();
    }
    let groups: Vec<Plan> = query.groups.iter().map(|group| plan(session, table, group, depth)).collect();
    all.filter(|record| groups.is_empty() || groups.iter().any(|group| group.accepts(session, table, record)))
        .collect()
}

/// A group whose values are computed and whose unknown fields are gone.
struct Plan {
    items: Vec<Vec<Test>>,
    /// Ids a related list or join admits, by the field of the record they are compared with.
    admitted: Vec<(String, BTreeSet<String>)>,
    /// A condition that nothing can meet stands alone in this group.
    never: bool,
}

struct Test {
    path: String,
    kind: Kind,
    op: Op,
    /// Nothing: the value cannot be computed, so the condition is never met.
    value: Option<String>,
}

fn plan(session: Session<'_>, table: &str, group: &Group, depth: usize) -> Plan {
    let strict = session
        .base
        .store
        .find(session.base.dictionary, "sys_properties", "name", STRICT_PROPERTY)
        .is_some_and(|row| row.get("value") == "true");
    let mut plan = Plan { items: Vec::new(), admitted: Vec::new(), never: false };
    for item in &group.items {
        let tests: Vec<Test> = item.iter().filter_map(|condition| test(session, table, condition)).collect();
        plan.never |= strict && tests.len() < item.len();
        if !tests.is_empty() {
            plan.items.push(tests);
        }
    }
    for related in &group.related {
        plan.admitted.extend(related_ids(session, table, related, depth));
    }
    for join in &group.joins {
        plan.admitted.extend(joined_ids(session, table, join, depth));
    }
    plan
}

fn test(session: Session<'_>, table: &str, condition: &Condition) -> Option<Test> {
    if condition.op == Op::Ignored {
        return None;
    }
    if condition.op != Op::Text && !walk::exists(session.base, table, &condition.field) {
        return None;
    }
    let kind = walk::field(session.base.dictionary, table, &condition.field)
        .map_or(Kind::String, |field| field.kind);
    let value = if matches!(condition.op, Op::Between | Op::On | Op::NotOn | Op::DatePart) {
        // Ranges hold several values; each is computed where it is used.
        Some(condition.value.clone())
    } else {
        script::resolve(&condition.value, session.actor, session.now)
    };
    Some(Test { path: condition.field.clone(), kind, op: condition.op, value })
}

/// Ids of the records that have the wanted number of related rows.
fn related_ids(
    session: Session<'_>,
    table: &str,
    wanted: &Related,
    depth: usize,
) -> Option<(String, BTreeSet<String>)> {
    walk::field(session.base.dictionary, &wanted.table, &wanted.field)?;
    let rows = matching(session, &wanted.table, &wanted.only, depth + 1);
    let admitted = session.base.store.all(session.base.dictionary, table).filter(|record| {
        let count = rows.iter().filter(|row| row.get(&wanted.field) == record.id()).count();
        holds(wanted.op, Some(count.cmp(&wanted.count)))
    });
    Some(("sys_id".to_owned(), admitted.map(|record| record.id().to_owned()).collect()))
}

fn joined_ids(
    session: Session<'_>,
    table: &str,
    join: &Join,
    depth: usize,
) -> Option<(String, BTreeSet<String>)> {
    walk::field(session.base.dictionary, table, &join.own)?;
    walk::field(session.base.dictionary, &join.table, &join.field)?;
    let rows = matching(session, &join.table, &join.only, depth + 1);
    let ids = rows.iter().map(|row| row.get(&join.field).to_owned()).filter(|id| !id.is_empty());
    Some((join.own.clone(), ids.collect()))
}

impl Plan {
    fn accepts(&self, session: Session<'_>, table: &str, record: &Record) -> bool {
        !self.never
            && self.items.iter().all(|item| item.iter().any(|test| test.accepts(session, table, record)))
            && self.admitted.iter().all(|(field, ids)| ids.contains(record.get(field)))
    }
}

impl Test {
    fn accepts(&self, session: Session<'_>, table: &str, record: &Record) -> bool {
        let Some(value) = self.value.as_deref() else { return false };
        if self.op == Op::Text {
            return record.to_json().as_object().is_some_and(|fields| {
                fields.values().filter_map(|one| one.as_str()).any(|text| contains(text, value))
            });
        }
        let left = walk::value(session.base, table, record, &self.path);
        let order = |right: &str| compare(self.kind, &left, right);
        let other =
            |path: &str| walk::value(session.base, table, record, path.split('@').next().unwrap_or(path));
        match self.op {
            Op::Equals => equal(self.kind, &left, value),
            Op::NotEquals => !equal(self.kind, &left, value),
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => holds(self.op, order(value)),
            Op::Contains => contains(&left, value),
            Op::ContainsNot => !contains(&left, value),
            Op::StartsWith => left.to_lowercase().starts_with(&value.to_lowercase()),
            Op::EndsWith => left.to_lowercase().ends_with(&value.to_lowercase()),
            Op::In => value.split(',').any(|one| equal(self.kind, &left, one)),
            Op::NotIn => !value.split(',').any(|one| equal(self.kind, &left, one)),
            Op::IsEmpty => left.is_empty(),
            Op::IsNotEmpty => !left.is_empty(),
            Op::Anything => true,
            Op::Between => self.between(session, &left, value, "@"),
            Op::On => self.between(session, &left, value.split_once('@').map_or("", |(_, range)| range), "@"),
            Op::NotOn => {
                !left.is_empty()
                    && !self.between(
                        session,
                        &left,
                        value.split_once('@').map_or("", |(_, range)| range),
                        "@",
                    )
            }
            Op::SameAs => equal(self.kind, &left, &other(value)),
            Op::NotSameAs => !equal(self.kind, &left, &other(value)),
            Op::GreaterField => holds(Op::Greater, order(&other(value))),
            Op::LessField => holds(Op::Less, order(&other(value))),
            Op::GreaterOrEqualField => holds(Op::GreaterOrEqual, order(&other(value))),
            Op::LessOrEqualField => holds(Op::LessOrEqual, order(&other(value))),
            Op::MoreThan | Op::LessThan => distant(self.op, &left, &other(value), value).unwrap_or(false),
            Op::RelativeGreater => holds(Op::Greater, relative(session.now, &left, value)),
            Op::RelativeGreaterOrEqual => holds(Op::GreaterOrEqual, relative(session.now, &left, value)),
            Op::RelativeLess => holds(Op::Less, relative(session.now, &left, value)),
            Op::RelativeLessOrEqual => holds(Op::LessOrEqual, relative(session.now, &left, value)),
            Op::RelativeEquals => relative_equal(session.now, &left, value).unwrap_or(false),
            Op::DatePart => date_part(&session.actor.zone, &left, value).unwrap_or(false),
            Op::Dynamic => value == ME && !left.is_empty() && left == session.actor.sys_id,
            Op::InstanceOf => session.base.dictionary.is_a(&left, value),
            Op::Text | Op::Ignored => true,
        }
    }

    /// Both ends belong to the range; either may be a call.
    fn between(&self, session: Session<'_>, left: &str, range: &str, mark: &str) -> bool {
        let Some((low, high)) = range.split_once(mark) else { return false };
        let compute = |value: &str| script::resolve(value, session.actor, session.now);
        let (Some(low), Some(high)) = (compute(low), compute(high)) else { return false };
        holds(Op::GreaterOrEqual, compare(self.kind, left, &low))
            && holds(Op::LessOrEqual, compare(self.kind, left, &high))
    }
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

/// An empty value asks for an empty field.
fn equal(kind: Kind, left: &str, right: &str) -> bool {
    if left.is_empty() || right.is_empty() {
        return left.is_empty() && right.is_empty();
    }
    compare(kind, left, right) == Some(Ordering::Equal)
}

/// Compares a stored value with one from a query; nothing where one of them is no value of the kind.
fn compare(kind: Kind, left: &str, right: &str) -> Option<Ordering> {
    match kind {
        Kind::Integer | Kind::Decimal => {
            left.parse::<f64>().ok()?.partial_cmp(&right.trim().parse::<f64>().ok()?)
        }
        Kind::GlideDateTime | Kind::GlideDate | Kind::GlideDuration => {
            Some(stamp::civil(left)?.cmp(&stamp::civil(right)?))
        }
        Kind::Boolean => Some(truth(left)?.cmp(&truth(right)?)),
        _ if left.is_empty() => None,
        _ => Some(left.to_lowercase().cmp(&right.to_lowercase())),
    }
}

/// What a boolean is, however a client writes it.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

fn holds(op: Op, order: Option<Ordering>) -> bool {
    order.is_some_and(|order| match op {
        Op::Less => order.is_lt(),
        Op::LessOrEqual => order.is_le(),
        Op::Greater => order.is_gt(),
        Op::GreaterOrEqual => order.is_ge(),
        Op::NotEquals => order.is_ne(),
        _ => order.is_eq(),
    })
}

/// `@unit@ago@n` or `@unit@ahead@n`, as a moment.
fn moment(now: Timestamp, value: &str) -> Option<jiff::civil::DateTime> {
    let mut parts = value.trim_start_matches('@').split('@');
    let (unit, direction, count) = (parts.next()?, parts.next()?, parts.next()?.trim().parse::<i64>().ok()?);
    let now = stamp::civil(&stamp::raw(now))?;
    match direction {
        "ago" => now.checked_sub(script::span(unit, count)?).ok(),
        "ahead" => now.checked_add(script::span(unit, count)?).ok(),
        _ => None,
    }
}

fn relative(now: Timestamp, left: &str, value: &str) -> Option<Ordering> {
    Some(stamp::civil(left)?.cmp(&moment(now, value)?))
}

fn relative_equal(now: Timestamp, left: &str, value: &str) -> Option<bool> {
    let (start, end) = script::bounds(value.trim_start_matches('@').split('@').next()?, moment(now, value)?)?;
    let left = stamp::civil(left)?;
    Some(left >= start && left <= end)
}

/// `field@unit@before|after@n`: how far the record's field lies from another of its fields.
fn distant(op: Op, left: &str, other: &str, value: &str) -> Option<bool> {
    let mut parts = value.split('@').skip(1);
    let (unit, direction, count) = (parts.next()?, parts.next()?, parts.next()?.trim().parse::<i64>().ok()?);
    let (left, other) = (stamp::civil(left)?, stamp::civil(other)?);
    let span = script::span(unit, count)?;
    Some(match (direction, op) {
        ("before", Op::MoreThan) => left < other.checked_sub(span).ok()?,
        ("before", _) => left <= other && left > other.checked_sub(span).ok()?,
        ("after", Op::MoreThan) => left > other.checked_add(span).ok()?,
        ("after", _) => left >= other && left < other.checked_add(span).ok()?,
        _ => return None,
    })
}

/// `label@javascript:gs.datePart('dayofweek','monday','EE')` for days of the week, hours, months and years.
fn date_part(zone: &TimeZone, left: &str, value: &str) -> Option<bool> {
    let call = value.split_once("gs.datePart(")?.1.trim_end_matches([')', ';']);
    let mut arguments = call.split(',').map(|one| one.trim().trim_matches(['\'', '"']).to_ascii_lowercase());
    let (part, wanted, op) = (arguments.next()?, arguments.next()?, arguments.next()?);
    let at = stamp::instant(left)?.to_zoned(zone.clone());
    let (have, wanted) = match part.as_str() {
        "dayofweek" => (i64::from(at.weekday().to_monday_one_offset()), named(&DAYS, &wanted)?),
        "month" => (i64::from(at.month()), named(&MONTHS, &wanted)?),
        "hour" => (i64::from(at.hour()), wanted.parse().ok()?),
        "year" => (i64::from(at.year()), wanted.parse().ok()?),
        _ => return None,
    };
    let op = match op.as_str() {
        "ee" => Op::Equals,
        "gt" => Op::Greater,
        "ge" => Op::GreaterOrEqual,
        "lt" => Op::Less,
        "le" => Op::LessOrEqual,
        _ => return None,
    };
    Some(holds(op, Some(have.cmp(&wanted))))
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
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

/// Sorts by the fields the query names, references by what is shown for them, then by `sys_id`.
fn sort(session: Session<'_>, table: &str, query: &Query, records: &mut Vec<&Record>) {
    let base = session.base;
    let orders: Vec<_> =
        query.orders.iter().filter(|order| walk::exists(base, table, &order.field)).collect();
    let mut keyed: Vec<(Vec<Key>, &Record)> = records
        .iter()
        .map(|record| (orders.iter().map(|order| key(base, table, record, &order.field)).collect(), *record))
        .collect();
    keyed.sort_by(|(left, one), (right, other)| {
        let by_field = orders.iter().zip(left.iter().zip(right)).map(|(order, (left, right))| {
            let ordering = left.cmp_key(right);
            if order.descending { ordering.reverse() } else { ordering }
        });
        by_field.fold(Ordering::Equal, Ordering::then).then_with(|| one.id().cmp(other.id()))
    });
    *records = keyed.into_iter().map(|(_, record)| record).collect();
}

enum Key {
    Number(f64),
    Text(String),
}

impl Key {
    fn cmp_key(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.total_cmp(right),
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (Self::Text(_), Self::Number(_)) => Ordering::Less,
            (Self::Number(_), Self::Text(_)) => Ordering::Greater,
        }
    }
}

fn key(base: Base<'_>, table: &str, record: &Record, path: &str) -> Key {
    let value = walk::value(base, table, record, path);
    let field = walk::field(base.dictionary, table, path);
    match field.map(|field| (field.kind, field.to.as_deref())) {
        Some((Kind::Integer | Kind::Decimal, _)) => value.parse().map_or(Key::Text(value), Key::Number),
        Some((Kind::Reference, Some(to))) => Key::Text(walk::label(base, to, &value).to_lowercase()),
        _ => Key::Text(value.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servicenow::dictionary::Dictionary;
    use crate::servicenow::query::parse::parse;
    use crate::servicenow::store::Store;

    fn row(store: &mut Store, table: &str, fields: &[(&str, &str)]) {
        let mut record = Record::new(table);
        for (field, value) in fields {
            record.set(field, *value);
        }
        record.set("sys_class_name", table);
        store.put(record);
    }

    fn shelf() -> Store {
        let mut store = Store::default();
        row(&mut store, "cmn_department", &[("sys_id", "d1"), ("name", "Sales")]);
        row(
            &mut store,
            "sys_user",
            &[("sys_id", "u1"), ("name", "Ann Lee"), ("department", "d1"), ("active", "true")],
        );
        row(&mut store, "sys_user", &[("sys_id", "u2"), ("name", "Bo Ek"), ("active", "false")]);
        row(&mut store, "sys_user_grmember", &[("sys_id", "m1"), ("user", "u1"), ("group", "g1")]);
        let task = |store: &mut Store, table: &str, id: &str, rest: &[(&str, &str)]| {
            row(store, table, &[&[("sys_id", id)], rest].concat());
        };
        task(
            &mut store,
            "incident",
            "1",
            &[
                ("number", "INC1"),
                ("state", "1"),
                ("priority", "1"),
                ("caller_id", "u1"),
                ("sys_created_on", "2026-11-23 10:00:00"),
                ("opened_by", "u1"),
            ],
        );
        task(
            &mut store,
            "incident",
            "2",
            &[
                ("number", "INC2"),
                ("state", "7"),
                ("priority", "10"),
                ("caller_id", "u2"),
                ("sys_created_on", "2026-11-22 10:00:00"),
                ("opened_by", "u1"),
            ],
        );
        task(
            &mut store,
            "incident",
            "3",
            &[
                ("number", "INC3"),
                ("state", "2"),
                ("priority", "2"),
                ("short_description", "VPN is down"),
                ("sys_created_on", "2026-11-01 10:00:00"),
            ],
        );
        task(
            &mut store,
            "sc_task",
            "4",
            &[("number", "SCTASK1"), ("state", "1"), ("sys_created_on", "2025-11-23 10:00:00")],
        );
        store
    }

    fn found(table: &'static str, query: &str) -> String {
        let (dictionary, store) = (Dictionary::embedded(), shelf());
        let mut actor = Actor::system();
        actor.sys_id = "u1".to_owned();
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let session = Session { base: Base { dictionary, store: &store }, actor: &actor, now };
        let ids: Vec<&str> = select(session, table, &parse(query)).iter().map(|record| record.id()).collect();
        ids.join(" ")
    }

    fn check(query: &str, expected: &str) {
        assert_eq!(found("incident", query), expected, "{query}");
    }

    #[test]
    fn comparisons_follow_the_kind_of_the_field() {
        check("state=1", "1");
        check("priority>2", "2");
        check("priority>=2^ORDERBYpriority", "3 2");
        check("stateIN1,2", "1 3");
        check("stateNOT IN1,2", "2");
        check("numberSTARTSWITHinc", "1 2 3");
        check("short_descriptionLIKEvpn", "3");
        check("short_descriptionNOT LIKEvpn", "1 2");
        check("caller_id!=u1", "2 3");
        check("caller_id=", "3");
        check("caller_idISNOTEMPTY", "1 2");
        check("stateBETWEEN2@7", "2 3");
        check("sys_id>1^ORDERBYsys_id", "2 3");
        check("123TEXTQUERY321=vpn", "3");
        check("caller_idSAMEASopened_by", "1 3");
        check("opened_byDYNAMIC90d1921e5f510100a9ad2572f2b477fe", "1 2");
    }

    #[test]
    fn dates_compare_with_literals_calls_and_spans() {
        check("sys_created_on>=2026-11-22 10:00:00", "1 2");
        check("sys_created_on>2026-11-22 10:00:00", "1");
        check("sys_created_onONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()", "1");
        check("sys_created_onRELATIVEGE@hour@ago@3", "1");
        check("sys_created_onRELATIVELT@dayofweek@ago@7", "3");
        check("sys_created_onRELATIVEEE@dayofweek@ago@1", "2");
        check("sys_created_onDATEPARTSunday@javascript:gs.datePart('dayofweek','sunday','EE')", "2 3");
        check("sys_created_on>=soon", "");
        check("sys_created_on>=javascript:gs.explode()", "");
    }

    #[test]
    fn or_glues_nq_separates_and_orders_sort() {
        check("state=1^ORstate=2^priority=2", "3");
        check("state=1^NQpriority=10", "1 2");
        check("ORDERBYDESCpriority", "2 3 1");
        check("ORDERBYcaller_id", "3 1 2");
    }

    #[test]
    fn an_unknown_field_is_dropped_and_the_whole_table_comes_back() {
        check("no_such_field=1", "1 2 3");
        check("caller_id.no_such=1^state=1", "1");
        check("AAAA=BBBB", "1 2 3");
        check("x^NQanyfieldANYTHING", "1 2 3");
    }

    #[test]
    fn references_are_walked_and_parents_return_children() {
        check("caller_id.department.name=sales", "1");
        assert_eq!(found("task", "state=1^ORDERBYDESCnumber"), "4 1");
        assert_eq!(found("task", "sys_class_nameINSTANCEOFincident"), "1 2 3");
        assert_eq!(found("task", "sys_class_name=sc_task"), "4");
    }

    #[test]
    fn related_rows_and_joins_restrict() {
        assert_eq!(found("sys_user", "RLQUERYsys_user_grmember.user,>=1^ENDRLQUERY"), "u1");
        assert_eq!(found("sys_user", "RLQUERYsys_user_grmember.user,=0^ENDRLQUERY"), "u2");
        assert_eq!(found("sys_user", "JOINsys_user.sys_id=incident.caller_id!state=7"), "u2");
        assert_eq!(found("sys_user", "active=TRUE"), "u1");
    }

    #[test]
    fn no_text_panics() {
        for text in [
            "^",
            "^^NQ^NQNQ",
            "stateIN",
            "stateBETWEEN",
            "sys_created_onON",
            "=",
            "!",
            "state",
            "É=1",
            "nameÉ=1",
            "RLQUERY",
            "RLQUERYa.b,>",
            "JOIN",
            "JOINa=b",
            "sys_created_onMORETHANopened_at@x",
            "sys_created_onDATEPARTx",
            "sys_created_onRELATIVEGT@@",
            "a.b.c.d.e.f.g.h.i.j.k=1",
        ] {
            found("incident", text);
        }
    }
}
