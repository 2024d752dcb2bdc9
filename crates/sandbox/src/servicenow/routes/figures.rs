//! Figures over the records of a group, and what may be asked of them: a bound, an order.
//!
//! Owns how they are computed and spelled: always as text, averages with four decimals.
//! Source: reference section 9.2; ServiceNow, "Aggregate API".

use std::cmp::Ordering;

use crate::servicenow::dictionary::Kind;
use crate::servicenow::query::evaluate::Session;
use crate::servicenow::store::Record;
use crate::servicenow::walk::{Base, Route};

/// Something computed from one field of several records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    Count,
    Sum,
    Avg,
    Min,
    Max,
}

impl Figure {
    fn read(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "count" => Self::Count,
            "sum" => Self::Sum,
            "avg" => Self::Avg,
            "min" => Self::Min,
            "max" => Self::Max,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// The figure over the filled values of a field; empty where none is filled.
    pub(crate) fn of<'a>(self, base: Base<'a>, route: &Route<'a>, records: &[&'a Record]) -> String {
        let values = records.iter().map(|record| route.value(base, record)).filter(|value| !value.is_empty());
        let is_number = matches!(route.kind(), Kind::Integer | Kind::Decimal);
        let order = |left: &&str, right: &&str| match (left.parse::<f64>(), right.parse::<f64>()) {
            (Ok(left), Ok(right)) if is_number => left.total_cmp(&right),
            _ => left.cmp(right),
        };
        match self {
            Self::Count => values.count().to_string(),
            Self::Min => values.min_by(order).unwrap_or_default().to_owned(),
            Self::Max => values.max_by(order).unwrap_or_default().to_owned(),
            Self::Sum | Self::Avg => {
                let numbers: Vec<f64> = values.filter_map(|value| value.parse().ok()).collect();
                let sum: f64 = numbers.iter().sum();
                match (numbers.len(), self) {
                    (0, _) => String::new(),
                    (_, Self::Sum) => sum.to_string(),
                    (count, _) => format!("{:.4}", sum / f64::from(u32::try_from(count).unwrap_or(u32::MAX))),
                }
            }
        }
    }
}

/// `aggregate^field^operator^value`. What cannot be read restricts nothing.
pub(crate) struct Having<'a> {
    pub(crate) path: &'a str,
    figure: Figure,
    route: Route<'a>,
    admits: fn(Ordering) -> bool,
    bound: f64,
}

impl<'a> Having<'a> {
    pub(crate) fn read(session: Session<'a>, table: &str, text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.split('^').collect();
        let [figure, path, operator, bound] = parts.as_slice() else { return None };
        let admits = match *operator {
            ">" => Ordering::is_gt,
            ">=" => Ordering::is_ge,
            "<" => Ordering::is_lt,
            "<=" => Ordering::is_le,
            "!=" => Ordering::is_ne,
            "=" => Ordering::is_eq,
            _ => return None,
        };
        let (figure, route) = (Figure::read(figure)?, session.route(table, path)?);
        Some(Self { path, figure, route, admits, bound: bound.trim().parse().ok()? })
    }

    pub(crate) fn admits(&self, base: Base<'a>, records: &[&'a Record]) -> bool {
        let have = self.figure.of(base, &self.route, records).parse::<f64>();
        have.is_ok_and(|have| (self.admits)(have.total_cmp(&self.bound)))
    }
}

/// `field`, `COUNT` or `AVG^field`, each with `^DESC` behind it or not.
pub(crate) struct Sorting<'a> {
    /// Nothing: the records themselves are counted.
    pub(crate) path: Option<&'a str>,
    route: Option<Route<'a>>,
    /// Nothing: by the value the group has in common.
    figure: Option<Figure>,
    descending: bool,
}

impl<'a> Sorting<'a> {
    pub(crate) fn read(session: Session<'a>, table: &str, text: &'a str) -> Option<Self> {
        let (text, descending) = match text.strip_suffix("^DESC") {
            Some(text) => (text, true),
            None => (text.strip_suffix("^ASC").unwrap_or(text), false),
        };
        let (path, figure) = match text.split_once('^') {
            Some((figure, path)) => (Some(path), Some(Figure::read(figure)?)),
            None if text.eq_ignore_ascii_case("count") => (None, Some(Figure::Count)),
            None => (Some(text), None),
        };
        let route = match path {
            Some(path) => Some(session.route(table, path)?),
            None => None,
        };
        Some(Self { path, route, figure, descending })
    }

    pub(crate) fn compare(&self, base: Base<'a>, left: &[&'a Record], right: &[&'a Record]) -> Ordering {
        let of = |records: &[&'a Record]| match (&self.route, self.figure) {
            (Some(route), Some(figure)) => figure.of(base, route, records),
            (Some(route), None) => {
                records.first().map_or_else(String::new, |one| route.text(base, one).to_lowercase())
            }
            (None, _) => records.len().to_string(),
        };
        let (left, right) = (of(left), of(right));
        // Numbers stand before texts, so that the order holds whatever is compared.
        let order = match (left.parse::<f64>(), right.parse::<f64>()) {
            (Ok(left), Ok(right)) => left.total_cmp(&right),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => left.cmp(&right),
        };
        if self.descending { order.reverse() } else { order }
    }
}
