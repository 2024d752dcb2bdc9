//! The questions of a catalog item: its own and those of its variable sets.
//!
//! Owns which questions belong to an item and in which order. Takes no answers.
//! Source: reference sections 11 and 11.1.

use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// Kinds of questions that hold no answer: labels, breaks, containers and pages.
const SILENT: [&str; 9] = ["11", "12", "14", "15", "17", "19", "20", "24", "32"];
/// The kind whose answer is the person the item is for.
pub(crate) const REQUESTED_FOR: &str = "31";

/// A set of questions that is answered several times over.
pub(crate) struct Rows<'a> {
    pub(crate) set: &'a Record,
    pub(crate) questions: Vec<&'a Record>,
}

/// Every question of an item in its order; a set with one row stands where its own order says.
pub(crate) fn all<'a>(base: Base<'a>, item: &str) -> Vec<&'a Record> {
    let own = sorted(base, |question| question.get("cat_item") == item);
    let mut found: Vec<(i64, &Record)> =
        own.into_iter().map(|question| (number(question, "order"), question)).collect();
    for (set, order) in sets(base, item).into_iter().filter(|(set, _)| set.get("type") != "one_to_many") {
        found.extend(of_set(base, set).into_iter().map(|question| (order, question)));
    }
    found.sort_by_key(|(order, _)| *order);
    found.into_iter().map(|(_, question)| question).collect()
}

/// The questions of an item that hold an answer.
pub(crate) fn answered<'a>(base: Base<'a>, item: &str) -> Vec<&'a Record> {
    let all = all(base, item).into_iter();
    all.filter(|question| !SILENT.contains(&question.get("type"))).collect()
}

/// The sets of an item that are answered with several rows.
pub(crate) fn multi_row<'a>(base: Base<'a>, item: &str) -> Vec<Rows<'a>> {
    sets(base, item)
        .into_iter()
        .filter(|(set, _)| set.get("type") == "one_to_many")
        .map(|(set, _)| Rows { set, questions: of_set(base, set) })
        .collect()
}

fn of_set<'a>(base: Base<'a>, set: &Record) -> Vec<&'a Record> {
    sorted(base, |question| question.get("variable_set") == set.id())
}

fn sets<'a>(base: Base<'a>, item: &str) -> Vec<(&'a Record, i64)> {
    let joins = base.store.all(base.dictionary, "io_set_item");
    let mut sets: Vec<(&Record, i64)> = joins
        .filter(|join| join.get("sc_cat_item") == item)
        .filter_map(|join| {
            let set = base.store.get(base.dictionary, "item_option_new_set", join.get("variable_set"))?;
            Some((set, number(join, "order")))
        })
        .collect();
    sets.sort_by_key(|(_, order)| *order);
    sets
}

fn sorted<'a>(base: Base<'a>, wanted: impl Fn(&Record) -> bool) -> Vec<&'a Record> {
    let all = base.store.all(base.dictionary, "item_option_new");
    let mut found: Vec<&Record> =
        all.filter(|question| question.get("active") == "true" && wanted(question)).collect();
    found.sort_by_key(|question| number(question, "order"));
    found
}

pub(crate) fn number(record: &Record, field: &str) -> i64 {
    record.get(field).parse().unwrap_or(0)
}
