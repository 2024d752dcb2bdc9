//! One condition of a query, made ready once and then asked about many records.
//!
//! Owns what each operator means. A condition that cannot be made ready, because it names an unknown
//! field or lacks a part, is none: the platform leaves it out without a word. A value that cannot be
//! one of the field finds nothing.
//! Source: reference sections 3.6, 4.1 and 4.3.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::servicenow::dictionary::Kind;
use crate::servicenow::query::compare::{compare, contains, ends_with, equal, fold, spelling, starts_with};
use crate::servicenow::query::distance::{Apart, DatePart, Unit, moment};
use crate::servicenow::query::parse::{Condition, Op};
use crate::servicenow::query::script::{self, Session};
use crate::servicenow::query::{dates, people};
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Route;

/// A condition with its field looked up and its value computed.
pub(crate) struct Test<'a> {
    route: Route<'a>,
    check: Check<'a>,
}

/// What is asked of the value of the field.
enum Check<'a> {
    Never,
    Always,
    Equal(String),
    Ordered(Op, String),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    Empty,
    /// Spellings of the values a list admits.
    In(BTreeSet<String>),
    /// First and last value; both belong to it.
    Range(String, String),
    /// Any filled value but those.
    Outside(String, String),
    SameAs(Route<'a>, Option<Unit>),
    OrderedField(Op, Route<'a>),
    Apart(Apart, Route<'a>),
    /// Before or after a moment.
    Moment(Op, String),
    Part(DatePart),
    /// The class or one that extends it.
    InstanceOf(String),
    Not(Box<Check<'a>>),
}

/// Makes a condition ready; nothing where the platform would leave it out.
pub(crate) fn ready<'a>(session: Session<'a>, table: &str, condition: &Condition) -> Option<Test<'a>> {
    let route = session.route(table, &condition.field)?;
    let check = check(session, table, &route, condition)?;
    Some(Test { route, check })
}

fn check<'a>(
    session: Session<'a>,
    table: &str,
    route: &Route<'a>,
    condition: &Condition,
) -> Option<Check<'a>> {
    let value = condition.value.as_str();
    let other = |path: &str| session.route(table, path);
    match condition.op {
        Op::Ignored | Op::Text => None,
        Op::Anything => Some(Check::Always),
        Op::IsEmpty => Some(Check::Empty),
        Op::IsNotEmpty => Some(not(Check::Empty)),
        Op::NotSameAs => same_as(session, value, other).map(not),
        Op::SameAs => same_as(session, value, other),
        Op::GreaterField => Some(Check::OrderedField(Op::Greater, other(value)?)),
        Op::LessField => Some(Check::OrderedField(Op::Less, other(value)?)),
        Op::GreaterOrEqualField => Some(Check::OrderedField(Op::GreaterOrEqual, other(value)?)),
        Op::LessOrEqualField => Some(Check::OrderedField(Op::LessOrEqual, other(value)?)),
        Op::MoreThan | Op::LessThan => {
            let (field, rest) = value.split_once('@')?;
            Some(Check::Apart(Apart::read(condition.op == Op::MoreThan, rest)?, other(field)?))
        }
        Op::Between => range(session, value.split_once('@')?),
        Op::On => range_of_label(session, value),
        Op::NotOn => range_of_label(session, value).map(outside),
        Op::DatePart => Some(Check::Part(DatePart::read(session.actor, value)?)),
        Op::RelativeGreater => Some(Check::Moment(Op::Greater, moment(session, value)?)),
        Op::RelativeGreaterOrEqual => Some(Check::Moment(Op::GreaterOrEqual, moment(session, value)?)),
        Op::RelativeLess => Some(Check::Moment(Op::Less, moment(session, value)?)),
        Op::RelativeLessOrEqual => Some(Check::Moment(Op::LessOrEqual, moment(session, value)?)),
        Op::RelativeEquals => {
            let unit = Unit::read(session.actor, value.trim_start_matches('@').split('@').next()?)?;
            let (start, end) = unit.around(&moment(session, value)?)?;
            Some(Check::Range(start, end))
        }
        Op::Dynamic => Some(among(people::dynamic(session, value))),
        Op::InHierarchy => Some(among(people::below(session, route, value.split_once('@')?.1))),
        Op::InHierarchyDynamic => {
            let start = people::dynamic(session, value.split_once('@')?.1);
            let below = start.iter().flat_map(|id| people::below(session, route, id));
            Some(among(below.collect()))
        }
        _ => Some(with_value(session, route, condition)),
    }
}

/// The operators that take one value, which may be a call.
fn with_value<'a>(session: Session<'a>, route: &Route<'a>, condition: &Condition) -> Check<'a> {
    let Some(value) = script::resolve(session, &condition.value) else { return Check::Never };
    let listed = script::is_call(&condition.value) && value.contains(',');
    match condition.op {
        // A call that gives several ids is asked for any of them.
        Op::Equals if listed => among_values(route.kind(), &value),
        Op::Equals => Check::Equal(value),
        Op::NotEquals if listed => not(among_values(route.kind(), &value)),
        Op::NotEquals => not(Check::Equal(value)),
        Op::In => among_values(route.kind(), &value),
        Op::NotIn => not(among_values(route.kind(), &value)),
        Op::Contains => Check::Contains(fold(&value).into_owned()),
        Op::ContainsNot => not(Check::Contains(fold(&value).into_owned())),
        Op::StartsWith => Check::StartsWith(fold(&value).into_owned()),
        Op::EndsWith => Check::EndsWith(fold(&value).into_owned()),
        Op::InstanceOf => Check::InstanceOf(value),
        // A day that is none stands before and after nothing.
        _ if is_date(route.kind()) && stamp::civil(&value).is_none() => Check::Never,
        op => Check::Ordered(op, value),
    }
}

fn is_date(kind: Kind) -> bool {
    matches!(kind, Kind::GlideDateTime | Kind::GlideDate | Kind::GlideDuration)
}

fn not(check: Check<'_>) -> Check<'_> {
    match check {
        // What cannot be computed is not met by its opposite either.
        Check::Never => Check::Never,
        check => Check::Not(Box::new(check)),
    }
}

fn outside(range: Check<'_>) -> Check<'_> {
    match range {
        Check::Range(low, high) => Check::Outside(low, high),
        other => other,
    }
}

/// The values of a list; empty ones and those that are none of the field's kind find nothing.
fn among_values<'a>(kind: Kind, list: &str) -> Check<'a> {
    let values = list.split(',').filter(|value| !value.is_empty());
    Check::In(values.filter_map(|value| spelling(kind, value)).map(|value| value.into_owned()).collect())
}

fn among<'a>(ids: BTreeSet<String>) -> Check<'a> {
    Check::In(ids.iter().map(|id| fold(id).into_owned()).collect())
}

fn same_as<'a>(
    session: Session<'_>,
    value: &str,
    other: impl Fn(&str) -> Option<Route<'a>>,
) -> Option<Check<'a>> {
    let (field, unit) = match value.split_once('@') {
        Some((field, unit)) => (field, Some(Unit::read(session.actor, unit)?)),
        None => (value, None),
    };
    Some(Check::SameAs(other(field)?, unit))
}

/// Both ends may be calls.
fn range<'a>(session: Session<'_>, (low, high): (&str, &str)) -> Option<Check<'a>> {
    Some(match (script::resolve(session, low), script::resolve(session, high)) {
        (Some(low), Some(high)) => Check::Range(low, high),
        _ => Check::Never,
    })
}

/// `Today@start@end`. A label alone is read as a day or as one of the named periods.
fn range_of_label<'a>(session: Session<'_>, value: &str) -> Option<Check<'a>> {
    if let Some((_, ends)) = value.split_once('@') {
        return range(session, ends.split_once('@')?);
    }
    let zone = &session.actor.zone;
    let (start, end) = match stamp::civil(value) {
        Some(at) => dates::bounds("day", at)?,
        None => dates::period_of(&value.replace(' ', ""), dates::local(session.now, zone))?,
    };
    Some(Check::Range(dates::utc(start, zone)?, dates::utc(end, zone)?))
}

impl<'a> Test<'a> {
    pub(crate) fn accepts(&self, session: Session<'a>, record: &'a Record) -> bool {
        self.holds(&self.check, session, record)
    }

    fn holds(&self, check: &Check<'a>, session: Session<'a>, record: &'a Record) -> bool {
        let value = || self.route.value(session.base, record);
        let text = || self.route.text(session.base, record);
        let kind = self.route.kind();
        match check {
            Check::Never => false,
            Check::Always => true,
            Check::Not(check) => !self.holds(check, session, record),
            Check::Equal(wanted) => equal(kind, value(), wanted),
            Check::Ordered(op, wanted) => holds(*op, compare(kind, value(), wanted)),
            Check::Contains(part) => contains(text(), part),
            Check::StartsWith(part) => starts_with(text(), part),
            Check::EndsWith(part) => ends_with(text(), part),
            Check::Empty => value().is_empty(),
            // Of a list of ids any may be among them.
            Check::In(values) if kind == Kind::GlideList => {
                value().split(',').any(|id| values.contains(fold(id).as_ref()))
            }
            Check::In(values) => {
                let value = value();
                !value.is_empty()
                    && spelling(kind, value).is_some_and(|value| values.contains(value.as_ref()))
            }
            Check::Range(low, high) => within(kind, value(), low, high),
            Check::Outside(low, high) => {
                let value = value();
                !value.is_empty() && !within(kind, value, low, high)
            }
            Check::SameAs(other, None) => equal(kind, value(), other.value(session.base, record)),
            Check::SameAs(other, Some(unit)) => unit.shared(value(), other.value(session.base, record)),
            Check::OrderedField(op, other) => {
                holds(*op, compare(kind, value(), other.value(session.base, record)))
            }
            Check::Apart(apart, other) => {
                apart.accepts(value(), other.value(session.base, record)).unwrap_or(false)
            }
            Check::Moment(op, at) => holds(*op, compare(Kind::GlideDateTime, value(), at)),
            Check::Part(part) => part.accepts(value()).unwrap_or(false),
            Check::InstanceOf(table) => session.base.dictionary.is_a(value(), table),
        }
    }
}

fn within(kind: Kind, value: &str, low: &str, high: &str) -> bool {
    holds(Op::GreaterOrEqual, compare(kind, value, low)) && holds(Op::LessOrEqual, compare(kind, value, high))
}

/// Whether an order of two values is the one an operator asks for.
pub(crate) fn holds(op: Op, order: Option<Ordering>) -> bool {
    order.is_some_and(|order| match op {
        Op::Less => order.is_lt(),
        Op::LessOrEqual => order.is_le(),
        Op::Greater => order.is_gt(),
        Op::GreaterOrEqual => order.is_ge(),
        Op::NotEquals => order.is_ne(),
        _ => order.is_eq(),
    })
}
