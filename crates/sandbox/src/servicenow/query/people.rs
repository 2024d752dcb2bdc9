//! Ids a condition names without writing them: dynamic filters and hierarchies.
//!
//! Source: reference section 4.1; ServiceNow, "Operators available for filters and queries".

use std::collections::{BTreeSet, VecDeque};

use crate::servicenow::query::script::Session;
use crate::servicenow::walk::Route;

/// The dynamic filter "Me".
const ME: &str = "90d1921e5f510100a9ad2572f2b477fe";
/// The dynamic filter "One of My Groups".
const MY_GROUPS: &str = "d6435e965f510100a9ad2572f2b47744";
/// Fields that lead from a row to the one above it, when the field asked about does not.
const UPWARDS: [&str; 2] = ["parent", "manager"];

/// The ids a dynamic filter stands for; none for one the instance does not have.
pub(crate) fn dynamic(session: Session<'_>, filter: &str) -> BTreeSet<String> {
    let base = session.base;
    match filter {
        ME => BTreeSet::from([session.actor.sys_id.clone()]),
        MY_GROUPS => {
            let rows = base.store.all(base.dictionary, "sys_user_grmember");
            let mine = rows.filter(|row| row.get("user") == session.actor.sys_id);
            mine.map(|row| row.get("group").to_owned()).collect()
        }
        _ => BTreeSet::new(),
    }
}

/// A row and all below it in the table the field leads to. Every hierarchy is taken to be the one
/// of that table: definitions of further ones are no records here.
pub(crate) fn below(session: Session<'_>, route: &Route<'_>, start: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([start.to_owned()]);
    let (Some(table), Route::Field { name, .. }) = (route.target(), route) else { return found };
    let base = session.base;
    let upwards = std::iter::once(*name).chain(UPWARDS).find(|field| {
        base.dictionary.field(table, field).is_some_and(|one| one.to.as_deref() == Some(table))
    });
    let Some(upwards) = upwards else { return found };
    let mut pending = VecDeque::from([start.to_owned()]);
    while let Some(above) = pending.pop_front() {
        for row in base.store.all(base.dictionary, table).filter(|row| row.get(upwards) == above) {
            if found.insert(row.id().to_owned()) {
                pending.push_back(row.id().to_owned());
            }
        }
    }
    found
}
