//! The order records come in, and the part of it one page shows.
//!
//! Owns sorting. A page is cut out without sorting what stands behind it.

use std::cmp::Ordering;

use crate::servicenow::dictionary::Kind;
use crate::servicenow::query::compare::fold_order;
use crate::servicenow::query::parse::Order;
use crate::servicenow::query::script::Session;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Route;

/// What a record is sorted by. Empty comes first, then numbers, then texts.
enum Key<'a> {
    Number(f64),
    Text(&'a str),
}

/// The records of one page, in order: by the fields named, references by what is shown for them, then by `sys_id`.
pub(crate) fn page<'a>(
    session: Session<'a>,
    table: &str,
    orders: &[Order],
    records: Vec<&'a Record>,
    (offset, limit): (usize, usize),
) -> Vec<&'a Record> {
    let end = offset.saturating_add(limit).min(records.len());
    if offset >= end {
        return Vec::new();
    }
    let fields: Vec<(Route<'a>, bool)> = orders
        .iter()
        .filter_map(|order| Some((session.route(table, &order.field)?, order.descending)))
        .collect();
    let width = fields.len();
    let mut keys: Vec<Key<'a>> = Vec::with_capacity(width * records.len());
    for record in &records {
        keys.extend(fields.iter().map(|(route, _)| key(session, route, record)));
    }
    let order = |left: &usize, right: &usize| {
        let pairs = keys[left * width..][..width].iter().zip(&keys[right * width..][..width]);
        let mut by_field = fields.iter().zip(pairs).map(|((_, descending), (left, right))| {
            let order = compare(left, right);
            if *descending { order.reverse() } else { order }
        });
        let by_field = by_field.find(|order| order.is_ne()).unwrap_or(Ordering::Equal);
        by_field.then_with(|| records[*left].id().cmp(records[*right].id()))
    };
    let mut places: Vec<usize> = (0..records.len()).collect();
    if end < places.len() {
        places.select_nth_unstable_by(end, order);
        places.truncate(end);
    }
    if offset > 0 && offset < places.len() {
        places.select_nth_unstable_by(offset, order);
        places.drain(..offset);
    }
    places.sort_unstable_by(order);
    places.into_iter().map(|place| records[place]).collect()
}

fn key<'a>(session: Session<'a>, route: &Route<'a>, record: &'a Record) -> Key<'a> {
    match route.kind() {
        Kind::Integer | Kind::Decimal => {
            let text = route.value(session.base, record);
            text.parse().map_or(Key::Text(text), Key::Number)
        }
        _ => Key::Text(route.text(session.base, record)),
    }
}

fn compare(left: &Key<'_>, right: &Key<'_>) -> Ordering {
    match (left, right) {
        (Key::Number(left), Key::Number(right)) => left.total_cmp(right),
        (Key::Text(left), Key::Text(right)) => fold_order(left, right),
        (Key::Text(""), Key::Number(_)) => Ordering::Less,
        (Key::Number(_), Key::Text("")) => Ordering::Greater,
        (Key::Number(_), Key::Text(_)) => Ordering::Less,
        (Key::Text(_), Key::Number(_)) => Ordering::Greater,
    }
}
