//! Every field a query looks at, so that somebody can ask whether the caller may.
//!
//! Source: reference section 3.6, query ACLs.

use crate::servicenow::query::parse::{Op, Query};

/// Tables and paths of the conditions, orders and groupings, those on related tables included.
pub(crate) fn named<'q>(table: &'q str, query: &'q Query) -> Vec<(&'q str, &'q str)> {
    let mut found = Vec::new();
    collect(table, query, &mut found);
    found
}

fn collect<'q>(table: &'q str, query: &'q Query, found: &mut Vec<(&'q str, &'q str)>) {
    found.extend(query.orders.iter().map(|order| (table, order.field.as_str())));
    found.extend(query.groupings.iter().map(|field| (table, field.as_str())));
    for group in &query.groups {
        for condition in group.items.iter().flatten() {
            found.push((table, condition.field.as_str()));
            if compares_fields(condition.op) {
                found.push((table, condition.value.split('@').next().unwrap_or_default()));
            }
        }
        for related in &group.related {
            found.push((related.table.as_str(), related.field.as_str()));
            collect(&related.table, &related.only, found);
        }
        for join in &group.joins {
            found.push((table, join.own.as_str()));
            found.push((join.table.as_str(), join.field.as_str()));
            collect(&join.table, &join.only, found);
        }
    }
}

/// Whether the value names a field of the same record.
fn compares_fields(op: Op) -> bool {
    matches!(
        op,
        Op::SameAs
            | Op::NotSameAs
            | Op::GreaterField
            | Op::LessField
            | Op::GreaterOrEqualField
            | Op::LessOrEqualField
            | Op::MoreThan
            | Op::LessThan
    )
}
