//! Whether records meet a query, and which of them a page shows.
//!
//! Owns how conditions, alternatives, related lists and joins come together. A condition that cannot
//! be made ready is dropped, so the query finds more than it says, exactly as the platform does.
//! Source: reference sections 3.6, 4.1 and 4.2.

use std::collections::{BTreeMap, BTreeSet};

use crate::servicenow::dictionary::Kind;
use crate::servicenow::query::compare::{contains, fold};
use crate::servicenow::query::condition::{Test, holds, ready};
use crate::servicenow::query::order;
use crate::servicenow::query::parse::{Condition, Group, Join, Op, Query, Related};
use crate::servicenow::store::Record;
use crate::servicenow::walk::{self, Base, Route};

pub(crate) use crate::servicenow::query::compare::truth;
pub(crate) use crate::servicenow::query::script::Session;

/// The property that makes a query with an unknown part find nothing.
const STRICT_PROPERTY: &str = "glide.invalid_query.returns_no_rows";

/// How deep related lists and joins are followed.
const DEPTH_MAX: usize = 3;

/// The rows of one page, and how many there are on all of them.
pub(crate) struct Page<'a> {
    pub(crate) total: usize,
    pub(crate) rows: Vec<&'a Record>,
}

/// The records of a table, and of those that extend it, that meet the query, in its order.
pub(crate) fn select<'a>(session: Session<'a>, table: &'a str, query: &Query) -> Vec<&'a Record> {
    page(session, table, query, (0, usize::MAX)).rows
}

/// The same from an offset on, at most as many as the limit. Only what is shown is sorted.
pub(crate) fn page<'a>(
    session: Session<'a>,
    table: &'a str,
    query: &Query,
    span: (usize, usize),
) -> Page<'a> {
    let mut found = matching(session, table, query, 0);
    let total = found.len();
    if query.orders.is_empty() && session.base.store.is_shuffled() {
        found.sort_by_cached_key(|record| session.base.store.lot(record));
        let rows = found.into_iter().skip(span.0).take(span.1).collect();
        return Page { total, rows };
    }
    Page { total, rows: order::page(session, table, &query.orders, found, span) }
}

/// Whether one record, stored or not, meets the query; one without conditions does.
pub(crate) fn meets(session: Session<'_>, table: &str, record: &Record, query: &Query) -> bool {
    let mut plans = query.groups.iter().map(|group| plan(session, table, group, 0));
    query.groups.is_empty() || plans.any(|plan| plan.accepts(session, table, record))
}

fn matching<'a>(session: Session<'a>, table: &'a str, query: &Query, depth: usize) -> Vec<&'a Record> {
    if depth > DEPTH_MAX {
        return Vec::new();
    }
    let plans: Vec<Plan<'a>> = query.groups.iter().map(|group| plan(session, table, group, depth)).collect();
    let complete = !query.malformed
        && plans.iter().all(|plan| plan.complete)
        && query.orders.iter().all(|order| walk::exists(session.base, table, &order.field));
    if !complete && strict(session.base) {
        return Vec::new();
    }
    let all = session.base.store.all(session.base.dictionary, table);
    all.filter(|record| plans.is_empty() || plans.iter().any(|plan| plan.accepts(session, table, record)))
        .collect()
}

fn strict(base: Base<'_>) -> bool {
    let row = base.store.find(base.dictionary, "sys_properties", "name", STRICT_PROPERTY);
    row.is_some_and(|row| row.get("value") == "true")
}

/// A group whose conditions are ready and whose unknown parts are gone.
struct Plan<'a> {
    items: Vec<Vec<Part<'a>>>,
    counts: Vec<Count>,
    admitted: Vec<(Route<'a>, BTreeSet<&'a str>)>,
    /// Whether nothing of it was left out.
    complete: bool,
}

enum Part<'a> {
    Test(Test<'a>),
    /// Words that must all stand in some field of the record.
    Words(Vec<String>),
}

/// How often each record is referred to, and how often it has to be.
struct Count {
    of: BTreeMap<String, usize>,
    op: Op,
    wanted: usize,
}

fn plan<'a>(session: Session<'a>, table: &str, group: &Group, depth: usize) -> Plan<'a> {
    let mut plan = Plan { items: Vec::new(), counts: Vec::new(), admitted: Vec::new(), complete: true };
    for item in &group.items {
        let parts: Vec<Part<'a>> = item.iter().filter_map(|one| part(session, table, one)).collect();
        plan.complete &= parts.len() == item.len();
        if !parts.is_empty() {
            plan.items.push(parts);
        }
    }
    for related in &group.related {
        plan.counts.extend(count(session, related, depth));
    }
    for join in &group.joins {
        plan.admitted.extend(joined(session, table, join, depth));
    }
    plan.complete &= plan.counts.len() == group.related.len() && plan.admitted.len() == group.joins.len();
    plan
}

fn part<'a>(session: Session<'a>, table: &str, condition: &Condition) -> Option<Part<'a>> {
    if condition.op == Op::Text {
        let words = condition.value.split_whitespace().map(|word| fold(word).into_owned());
        return Some(Part::Words(words.collect()));
    }
    ready(session, table, condition).map(Part::Test)
}

/// How many rows of the other table refer to each record.
fn count(session: Session<'_>, wanted: &Related, depth: usize) -> Option<Count> {
    let base = session.base;
    let (table, _) = base.dictionary.tables().find(|(name, _)| *name == wanted.table)?;
    let route = session.route(table, &wanted.field)?;
    let mut of = BTreeMap::new();
    for row in matching(session, table, &wanted.only, depth + 1) {
        *of.entry(route.value(base, row).to_owned()).or_default() += 1;
    }
    Some(Count { of, op: wanted.op, wanted: wanted.count })
}

fn joined<'a>(
    session: Session<'a>,
    table: &str,
    join: &Join,
    depth: usize,
) -> Option<(Route<'a>, BTreeSet<&'a str>)> {
    let base = session.base;
    let own = session.route(table, &join.own)?;
    let (other, _) = base.dictionary.tables().find(|(name, _)| *name == join.table)?;
    let route = session.route(other, &join.field)?;
    let rows = matching(session, other, &join.only, depth + 1);
    let values = rows.into_iter().map(|row| route.value(base, row)).filter(|value| !value.is_empty());
    Some((own, values.collect()))
}

impl<'a> Plan<'a> {
    fn accepts(&self, session: Session<'a>, table: &str, record: &'a Record) -> bool {
        let meets = |part: &Part<'a>| match part {
            Part::Test(test) => test.accepts(session, record),
            Part::Words(words) => words.iter().all(|word| mentions(session, table, record, word)),
        };
        self.items.iter().all(|item| item.iter().any(meets))
            && self.counts.iter().all(|count| {
                let have = count.of.get(record.id()).copied().unwrap_or_default();
                holds(count.op, Some(have.cmp(&count.wanted)))
            })
            && self.admitted.iter().all(|(own, values)| values.contains(own.value(session.base, record)))
    }
}

/// Whether a word stands in a field of the record that the caller may see.
fn mentions(session: Session<'_>, table: &str, record: &Record, word: &str) -> bool {
    session.base.dictionary.table(table).is_some_and(|definition| {
        definition.fields.iter().any(|(name, field)| {
            contains(record.get(name), word) && field.kind != Kind::Password && session.actor.may_see(field)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servicenow::actor::Actor;
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
            &[
                ("sys_id", "u1"),
                ("name", "Ann Lee"),
                ("department", "d1"),
                ("active", "true"),
                ("manager", "u0"),
            ],
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
                ("opened_at", "2026-11-23 12:00:00"),
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
                ("assignment_group", "g1"),
                ("priority", "10"),
                ("caller_id", "u2"),
                ("sys_created_on", "2026-11-22 10:00:00"),
                ("opened_at", "2025-12-24 12:00:00"),
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
                ("watch_list", "u2,u1"),
                ("sys_created_on", "2026-11-01 10:00:00"),
                ("opened_at", "2026-11-12 12:00:00"),
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
        found_in(&shelf(), table, query)
    }

    fn found_in(store: &Store, table: &'static str, query: &str) -> String {
        let dictionary = Dictionary::embedded();
        let mut actor = Actor::system();
        actor.sys_id = "u1".to_owned();
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let session = Session { base: Base { dictionary, store }, actor: &actor, now };
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
        check("caller_idNSAMEASopened_by", "2");
        check("stateIN", "");
        check("stateNOT IN", "1 2 3");
        check("caller_id!=", "1 2");
        check("caller_idEMPTYSTRING", "3");
        check("priorityANYTHING", "1 2 3");
        check("priority=1.0", "1");
        check("priority<10^priority>1", "3");
        check("priorityLT_FIELDstate", "");
        check("stateGT_OR_EQUALS_FIELDpriority", "1 3");
        check("numberBETWEENinc2@INC3", "2 3");
        check("state=New", "");
        check("123TEXTQUERY321=down vpn", "3");
        check("123TEXTQUERY321=vpn router", "");
        check("short_description*vpn", "3");
        check("short_description%DOWN", "3");
        check("short_description=*is", "3");
        check("opened_byDYNAMIC90d1921e5f510100a9ad2572f2b477fe", "1 2");
        check("watch_listDYNAMIC90d1921e5f510100a9ad2572f2b477fe", "3");
        check("watch_listLIKEu1", "3");
        check("opened_byDYNAMICffffffffffffffffffffffffffffffff", "");
        check("assignment_groupDYNAMICd6435e965f510100a9ad2572f2b47744", "2");
        check("assignment_group=javascript:gs.getUser().getMyGroups()", "2");
        check("opened_byIN_HIERARCHYh@u0", "1 2");
        check("opened_byIN_HIERARCHY_DYNAMICh@90d1921e5f510100a9ad2572f2b477fe", "1 2");
        // Text operators on a reference look at the name shown.
        check("caller_idSTARTSWITHann", "1");
        check("caller_idENDSWITHek", "2");
        check("caller_idLIKEN", "1");
        check("caller_idNOT LIKEn", "2 3");
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
        check("sys_created_onDATEPARTMonday@javascript:gs.datePart('dayofweek','monday','GE')", "1");
        check("sys_created_onDATEPARTMonday@javascript:gs.datePart('dayofweek','monday','LE')", "1 2 3");
        check("sys_created_onDATEPARTNovember@javascript:gs.datePart('month','november','EE')", "1 2 3");
        check("sys_created_onDATEPART10@javascript:gs.datePart('hour','10','GT')", "");
        check("sys_created_onNOTONToday@javascript:gs.daysAgoStart(0)@javascript:gs.daysAgoEnd(0)", "2 3");
        check(
            "sys_created_onONLast 7 days@javascript:gs.beginningOfLast7Days()@javascript:gs.endOfLast7Days()",
            "1 2",
        );
        check("sys_created_onON2026-11-22", "2");
        check("sys_created_onONYesterday", "2");
        check(
            "sys_created_onBETWEENjavascript:gs.dateGenerate(\"2026-11-22 00:00:00\")@javascript:gs.dateGenerate(\"2026-11-22 23:59:59\")",
            "2",
        );
        check("sys_created_onBETWEEN2026-11-22 10:00:00@2026-11-23", "2");
        check("sys_created_onSAMEASopened_at@day", "1");
        check("sys_created_onNSAMEASopened_at@day", "2 3");
        check("sys_created_onSAMEASopened_at@month", "1 3");
        check("sys_created_onSAMEASopened_at", "");
        check("sys_created_onMORETHANopened_at@hour@before@1", "1 3");
        check("sys_created_onLESSTHANopened_at@day@before@1", "1");
        check("sys_created_onMORETHANopened_at@day@before or after@2", "2 3");
        check("sys_created_onGT_FIELDopened_at", "2");
        check("sys_created_onLT_OR_EQUALS_FIELDopened_at", "1 3");
        check("sys_created_on=2026-11-23 10:00:00", "1");
        check("sys_created_on!=2026-11-23 10:00:00", "2 3");
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
    fn malformed_parts_are_left_out_and_a_strict_instance_then_finds_nothing() {
        for query in [
            "stateFOO=1",
            "state",
            "stateBETWEEN1",
            "stateVALCHANGES",
            "sys_created_onONsoon",
            "sys_created_onRELATIVEGT@fortnight@ago@1",
            "caller_idSAMEASno_such",
            "RLQUERYno_such.table,>1^ENDRLQUERY",
            "JOINincident.sys_id=no_such.field!",
            "ORDERBYno_such",
        ] {
            check(query, "1 2 3");
            let mut store = shelf();
            row(
                &mut store,
                "sys_properties",
                &[("sys_id", "p1"), ("name", STRICT_PROPERTY), ("value", "true")],
            );
            assert_eq!(found_in(&store, "incident", query), "", "{query}");
            assert_eq!(found_in(&store, "incident", "^^state=1^EQ"), "1");
        }
    }

    #[test]
    fn a_page_is_the_same_as_the_rows_of_the_whole_list() {
        let (dictionary, store, actor) = (Dictionary::embedded(), shelf(), Actor::system());
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let session = Session { base: Base { dictionary, store: &store }, actor: &actor, now };
        for text in ["", "ORDERBYDESCpriority", "ORDERBYopened_by^ORDERBYDESCstate", "state!=1^ORDERBYnumber"]
        {
            let query = parse(text);
            let all: Vec<&str> = select(session, "task", &query).iter().map(|row| row.id()).collect();
            for offset in 0..6 {
                for limit in 0..6 {
                    let page = page(session, "task", &query, (offset, limit));
                    let rows: Vec<&str> = page.rows.iter().map(|row| row.id()).collect();
                    let expected: Vec<&str> = all.iter().copied().skip(offset).take(limit).collect();
                    assert_eq!((page.total, rows), (all.len(), expected), "{text} {offset} {limit}");
                }
            }
        }
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
