//! Rules of approvals: what a row refers to, and what its decision means for the record.
//!
//! Who computes the outcome stands in the record's policy. A flow that has its answer asks no
//! further: what is still open is no longer required. The classic engine leaves open rows alone.
//! Source: reference sections 12.1 and 12.2.

use crate::servicenow::rules::ask::Question;
use crate::servicenow::rules::draft::{Consequence, Draft, Stored};
use crate::servicenow::rules::policy::{Engine, Policy};
use crate::servicenow::rules::vote::{Answer, Rule, Vote, classic, outcome};
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

const ROWS: &str = "sysapproval_approver";
const GROUPS: &str = "sysapproval_group";

pub(crate) fn before(draft: &mut Draft<'_>) {
    let task = draft.get("sysapproval").to_owned();
    if let Some(record) = draft.base.store.get(draft.base.dictionary, "task", &task) {
        draft.fill("document_id", &task);
        draft.fill("source_table", &record.class);
    }
}

/// What follows from a row that was asked, answered or taken back.
pub(crate) fn after(stored: Stored<'_>) -> Vec<Consequence> {
    let (base, row) = (stored.base, stored.after);
    let Some(subject) = subject(base, row) else { return Vec::new() };
    let journal = row.get("approval_journal_column");
    let comments = stored.notes.iter().filter(|(name, _)| name == "comments" && !journal.is_empty());
    let mut found: Vec<Consequence> =
        comments.map(|(_, text)| Consequence::note(subject, journal, text)).collect();
    let policy = Policy::of(base, subject);
    if !stored.changed("state") || policy.engine == Engine::None {
        return found;
    }
    found.extend(history(base, subject, row));
    let group = base.store.get(base.dictionary, GROUPS, row.get("group"));
    if group.is_some_and(|group| group.get("active") == "false") {
        // The row belongs to a round of questions that is over.
        return found;
    }
    let is_decided = matches!(subject.get("approval"), "approved" | "rejected");
    let again = !is_open(row) && stored.before.is_some_and(|before| !is_open(before));
    if policy.is_flow() && is_decided && again {
        // The question was answered or not needed any more; a flow has gone on and hears no second answer.
        return found;
    }
    if policy.is_flow() {
        found.extend(other_questions(base, subject, row));
    }
    found.extend(settle(base, subject, &policy, row));
    found
}

/// What follows from a row that is gone.
pub(crate) fn gone(base: Base<'_>, row: &Record) -> Vec<Consequence> {
    let Some(subject) = subject(base, row) else { return Vec::new() };
    let policy = Policy::of(base, subject);
    if policy.engine == Engine::None { Vec::new() } else { settle(base, subject, &policy, row) }
}

/// What follows for approvals from a write to the record they are about.
pub(crate) fn of_record(stored: Stored<'_>) -> Vec<Consequence> {
    let (base, record) = (stored.base, stored.after);
    // An item that was only written to the table, not ordered, has no flow and asks nobody.
    let ordered =
        record.class == "sc_req_item" && stored.before.is_none() && !record.get("flow_context").is_empty();
    let wanted = (stored.changed("approval") && record.get("approval") == "requested") || ordered;
    if !wanted && !stored.closed_now() {
        return Vec::new();
    }
    let policy = Policy::of(base, record);
    if !policy.is_flow() {
        return Vec::new();
    }
    let open = open_rows(base, record);
    if stored.closed_now() {
        // The flow ends with the record, and nobody needs to answer any more.
        return open.into_iter().map(|row| Consequence::change(row, &[("state", "cancelled")])).collect();
    }
    if !policy.asks() || !open.is_empty() {
        return Vec::new();
    }
    Question { base, subject: record, policy: &policy, at: record.get("sys_updated_on") }.put()
}

/// The record a row is about: the task, or where there is none what `document_id` names.
fn subject<'a>(base: Base<'a>, row: &Record) -> Option<&'a Record> {
    let task = base.store.get(base.dictionary, "task", row.get("sysapproval"));
    task.or_else(|| base.store.get(base.dictionary, row.get("source_table"), row.get("document_id")))
}

/// The rows about a record that belong to its present round of questions.
fn rows<'a>(base: Base<'a>, subject: &'a Record) -> impl Iterator<Item = &'a Record> {
    let id = subject.id();
    base.store
        .all(base.dictionary, ROWS)
        .filter(move |row| row.get("sysapproval") == id || row.get("document_id") == id)
        .filter(move |row| {
            let group = base.store.get(base.dictionary, GROUPS, row.get("group"));
            group.is_none_or(|group| group.get("active") != "false")
        })
}

fn is_open(row: &Record) -> bool {
    matches!(row.get("state"), "requested" | "not requested")
}

/// The rows that still wait for somebody.
pub(crate) fn open_rows<'a>(base: Base<'a>, subject: &'a Record) -> Vec<&'a Record> {
    rows(base, subject).filter(|row| is_open(row)).collect()
}

fn history(base: Base<'_>, subject: &Record, row: &Record) -> Option<Consequence> {
    let verb = match row.get("state") {
        "approved" => "approved",
        "rejected" => "rejected",
        _ => return None,
    };
    let approver = base.store.get(base.dictionary, "sys_user", row.get("approver"));
    let name = approver.map_or("", |user| user.get("name"));
    base.dictionary.field(&subject.class, "approval_history")?;
    Some(Consequence::note(subject, "approval_history", &format!("{name} {verb} the task.")))
}

/// Who was asked in the name of several groups answers once; the other questions are duplicates.
fn other_questions(base: Base<'_>, subject: &Record, row: &Record) -> Vec<Consequence> {
    if !matches!(row.get("state"), "approved" | "rejected") {
        return Vec::new();
    }
    let same = |other: &&Record| other.get("approver") == row.get("approver") && other.id() != row.id();
    let others = rows(base, subject).filter(same).filter(|other| is_open(other));
    others.map(|other| Consequence::change(other, &[("state", "duplicate")])).collect()
}

/// The outcome of the group, of the record, and what nobody needs to answer any more.
fn settle(base: Base<'_>, subject: &Record, policy: &Policy, row: &Record) -> Vec<Consequence> {
    let mut found = Vec::new();
    let by_group = policy.engine == Engine::Classic || policy.approve == Rule::EachGroup;
    if let Some(group) = base.store.get(base.dictionary, GROUPS, row.get("group")) {
        let decision = of_group(base, subject, group);
        if group.get("approval") != decision && group.get("active") != "false" {
            found.push(Consequence::change(group, &[("approval", decision)]));
        }
        if by_group && matches!(decision, "approved" | "rejected") {
            found.extend(dismiss(
                open_rows(base, subject).into_iter().filter(|other| other.get("group") == group.id()),
            ));
        }
    }
    let decision = tally(base, subject, policy);
    let known = base.dictionary.field(&subject.class, "approval").is_some();
    if known && subject.get("approval") != decision {
        found.push(Consequence::change(subject, &[("approval", decision)]));
    }
    if policy.is_flow() && matches!(decision, "approved" | "rejected" | "cancelled") {
        found.extend(dismiss(open_rows(base, subject).into_iter()));
    }
    found
}

fn dismiss<'a>(rows: impl Iterator<Item = &'a Record>) -> Vec<Consequence> {
    rows.map(|row| Consequence::change(row, &[("state", "not_required")])).collect()
}

/// What all the rows come to.
fn tally(base: Base<'_>, subject: &Record, policy: &Policy) -> &'static str {
    let rows: Vec<&Record> = rows(base, subject).collect();
    if policy.engine == Engine::Classic {
        return classic(votes_of_groups(base, subject, &rows).into_iter());
    }
    let votes: Vec<Vote<'_>> = rows.iter().filter_map(|row| vote(&rows, row)).collect();
    if votes.is_empty() && rows.iter().any(|row| row.get("state") == "cancelled") {
        return "cancelled";
    }
    if votes.iter().all(|vote| vote.answer == Answer::Open)
        && rows.iter().all(|row| row.get("state") != "requested")
    {
        return "not requested";
    }
    outcome(policy.approve, policy.reject, &votes)
}

/// The answer of a row; a duplicate counts as what its approver said elsewhere.
fn vote<'a>(rows: &[&'a Record], row: &&'a Record) -> Option<Vote<'a>> {
    let of = |state: &str| match state {
        "approved" => Some(Answer::Approved),
        "rejected" => Some(Answer::Rejected),
        "requested" | "not requested" => Some(Answer::Open),
        _ => None,
    };
    let answer = match row.get("state") {
        "duplicate" => rows
            .iter()
            .filter(|other| other.get("approver") == row.get("approver"))
            .find_map(|other| of(other.get("state"))),
        state => of(state),
    };
    Some(Vote { answer: answer?, group: row.get("group") })
}

/// States for the classic engine: one of each group, and one of each person asked alone.
fn votes_of_groups<'a>(base: Base<'a>, subject: &'a Record, rows: &[&'a Record]) -> Vec<&'a str> {
    let mut states = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for row in rows {
        match base.store.get(base.dictionary, GROUPS, row.get("group")) {
            None => states.push(row.get("state")),
            Some(group) if seen.contains(&group.id()) => {}
            Some(group) => {
                seen.push(group.id());
                states.push(of_group(base, subject, group));
            }
        }
    }
    states
}

/// The outcome of one group by what it waits for.
fn of_group(base: Base<'_>, subject: &Record, group: &Record) -> &'static str {
    let states: Vec<&str> = rows(base, subject)
        .filter(|row| row.get("group") == group.id())
        .map(|row| row.get("state"))
        .filter(|state| !matches!(*state, "cancelled" | "not_required" | "skipped"))
        .collect();
    let has = |wanted: &str| states.contains(&wanted);
    match group.get("wait_for") {
        "all" => classic(states.iter().copied()),
        _ if has("approved") => "approved",
        _ if has("rejected") => "rejected",
        _ if has("requested") => "requested",
        _ => "not requested",
    }
}
