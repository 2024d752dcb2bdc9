//! Work on changes that the platform does in the background: associations, slots, conflicts.
//!
//! Owns the workers, what they do and when they are done. Answers no request.
//! Source: reference section 10.4; ServiceNow documentation, Change Management API. There are no
//! maintenance windows here, so every slot is free that no other change of the item takes.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::servicenow::actor::Actor;
use crate::servicenow::assign::Input;
use crate::servicenow::desk::{Desk, Fields, Hand};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// How long a worker takes, in seconds. The service documents no figure.
const WORK_SECS: i64 = 2;
/// How far ahead slots are looked for, in days: the default of
/// `change.conflict.next_available.schedule_window`.
const WINDOW_DAYS: i64 = 90;
/// Most slots that are named. The service documents no figure.
const SLOTS_MAX: usize = 10;

const WAITING: &str = "1";
const COMPLETE: &str = "3";
const ERROR: &str = "4";
/// How a cancelled worker is told from one that waits. The service documents no state for it.
const GONE: &str = "";

/// What a worker is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Work {
    /// Connects items with a change: `affected`, `impacted` or `offering`.
    Associate { change: String, kind: String, items: Vec<String> },
    /// Lists free slots for an item, of so many seconds, from that moment on.
    Slots { item: String, change: String, from: Timestamp, seconds: i64 },
    /// Plans a change into the first free slot.
    Plan { change: String, from: Timestamp, seconds: i64 },
    /// Looks for other changes in the way.
    Conflicts { change: String },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pending {
    due: Timestamp,
    worker: String,
    work: Work,
    /// Account that asked for it.
    by: String,
}

/// The workers that are not done yet.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Workers {
    pending: Vec<Pending>,
}

/// What a worker tells.
#[derive(Default)]
struct Report {
    errors: Vec<String>,
    warnings: Vec<String>,
    infos: Vec<String>,
    payload: Option<Value>,
}

impl Workers {
    /// Puts a worker to work and gives the id of its row.
    pub(crate) fn start(
        &mut self,
        desk: &mut Desk,
        by: &Hand<'_>,
        request: &Value,
        work: Work,
    ) -> Result<String, Refusal> {
        let kind = match &work {
            Work::Associate { kind, .. } => kind.as_str(),
            Work::Slots { .. } | Work::Plan { .. } => "schedule",
            Work::Conflicts { .. } => "conflict",
        };
        let due = by.now.checked_add(SignedDuration::from_secs(WORK_SECS)).unwrap_or(Timestamp::MAX);
        let request = if request.is_null() { String::new() } else { request.to_string() };
        let fields = [("type", kind), ("request", &request), ("state", WAITING), ("due", &stamp::raw(due))];
        let fields = fields.map(|(field, value)| (field.to_owned(), value.to_owned())).to_vec();
        let trusted = by.actor.clone().trusted();
        let hand = Hand { actor: &trusted, now: by.now, input: Input::raw() };
        let worker = desk.insert(&hand, "chg_mgt_worker", &fields)?;
        let by = by.actor.sys_id.clone();
        self.pending.push(Pending { due, worker: worker.clone(), work, by });
        Ok(worker)
    }

    /// Stops the look for conflicts of a change; says whether there was one under way.
    pub(crate) fn cancel_conflicts(&mut self, change: &str) -> bool {
        let before = self.pending.len();
        let wanted = Work::Conflicts { change: change.to_owned() };
        self.pending.retain(|one| one.work != wanted);
        self.pending.len() < before
    }

    /// Whether conflicts of a change are being looked for.
    pub(crate) fn looks_for_conflicts(&self, change: &str) -> bool {
        let wanted = Work::Conflicts { change: change.to_owned() };
        self.pending.iter().any(|one| one.work == wanted)
    }

    /// When the next worker is done.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.pending.iter().map(|one| one.due).min()
    }

    /// Does the work that is done by now.
    pub(crate) fn pass(&mut self, desk: &mut Desk, now: Timestamp) {
        let (due, waiting) = std::mem::take(&mut self.pending).into_iter().partition(|one| one.due <= now);
        self.pending = waiting;
        let due: Vec<Pending> = due;
        for one in due {
            let user = desk.store.get(&desk.dictionary, "sys_user", &one.by);
            let actor =
                user.map_or_else(Actor::system, |user| Actor::of(&desk.dictionary, &desk.store, user));
            let trusted = actor.trusted();
            let hand = Hand { actor: &trusted, now: one.due, input: Input::raw() };
            let mut report = Report::default();
            let done = one.work.carry_out(desk, &hand, &mut report);
            if let Err(refusal) = &done {
                report.errors.push(refusal.detail().unwrap_or_else(|| refusal.message()));
            }
            let state = if report.errors.is_empty() { COMPLETE } else { ERROR };
            let messages = json!({
                "errorMessages": report.errors,
                "warningMessages": report.warnings,
                "infoMessages": report.infos,
            });
            let payload = report.payload.map_or(GONE.to_owned(), |payload| payload.to_string());
            let fields = [("state", state), ("messages", &messages.to_string()), ("payload", &payload)];
            let fields = fields.map(|(field, value)| (field.to_owned(), value.to_owned())).to_vec();
            if let Err(refusal) = desk.update(&hand, "chg_mgt_worker", &one.worker, &fields) {
                tracing::debug!(?refusal, "a worker could not report");
            }
        }
    }
}

impl Work {
    fn carry_out(&self, desk: &mut Desk, hand: &Hand<'_>, report: &mut Report) -> Result<(), Refusal> {
        match self {
            Self::Associate { change, kind, items } => associate(desk, hand, (change, kind), items, report),
            Self::Slots { item, change, from, seconds } => {
                let slots = slots(desk.base(), (item, change), *from, *seconds);
                if slots.is_empty() {
                    report.infos.push(format!("No slots found for {WINDOW_DAYS} days from now"));
                } else {
                    let zone = &hand.actor.zone;
                    let moment = |at: Timestamp| json!({ "value": stamp::raw(at), "display_value": stamp::local(at, zone) });
                    let spans = slots
                        .iter()
                        .map(|(start, end)| json!({ "start": moment(*start), "end": moment(*end) }));
                    report.payload = Some(json!({ "spans": spans.collect::<Value>() }));
                }
                Ok(())
            }
            Self::Plan { change, from, seconds } => plan(desk, hand, (change, *from, *seconds), report),
            Self::Conflicts { change } => conflicts(desk, hand, change),
        }
    }
}

fn associate(
    desk: &mut Desk,
    hand: &Hand<'_>,
    (change, kind): (&str, &str),
    items: &[String],
    report: &mut Report,
) -> Result<(), Refusal> {
    let (table, field) = association(kind);
    for item in items {
        let base = desk.base();
        if base.store.get(base.dictionary, "cmdb_ci", item).is_none() {
            report.warnings.push("Invalid CMDB_CI sys_id provided".to_owned());
            continue;
        }
        let mut rows = base.store.all(base.dictionary, table);
        if rows.any(|row| row.get("task") == change && row.get(field) == item) {
            report.infos.push("CMDB_CI sys_id already associated to provided".to_owned());
            continue;
        }
        drop(rows);
        let fields = vec![("task".to_owned(), change.to_owned()), (field.to_owned(), item.clone())];
        desk.insert(hand, table, &fields)?;
    }
    Ok(())
}

/// The table that connects items with changes, and its field for the item.
pub(crate) fn association(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "impacted" => ("task_cmdb_ci_service", "cmdb_ci_service"),
        "offering" => ("task_service_offering", "service_offering"),
        _ => ("task_ci", "ci_item"),
    }
}

fn plan(
    desk: &mut Desk,
    hand: &Hand<'_>,
    (change, from, seconds): (&str, Timestamp, i64),
    report: &mut Report,
) -> Result<(), Refusal> {
    let base = desk.base();
    let record = base.store.get(base.dictionary, "change_request", change).ok_or(Refusal::NoRecord)?;
    let Some((start, end)) = slots(base, (record.get("cmdb_ci"), change), from, seconds).first().copied()
    else {
        report.infos.push(format!("No slots found for {WINDOW_DAYS} days from now"));
        return Ok(());
    };
    let fields: Fields =
        vec![("start_date".to_owned(), stamp::raw(start)), ("end_date".to_owned(), stamp::raw(end))];
    desk.update(hand, "change_request", change, &fields)?;
    report.infos.push("Change has been updated".to_owned());
    Ok(())
}

/// The planned times of a change.
fn times(change: &Record) -> Option<(Timestamp, Timestamp)> {
    let (start, end) = (stamp::instant(change.get("start_date"))?, stamp::instant(change.get("end_date"))?);
    (start < end).then_some((start, end))
}

fn slots(
    base: Base<'_>,
    (item, change): (&str, &str),
    from: Timestamp,
    seconds: i64,
) -> Vec<(Timestamp, Timestamp)> {
    let taken: Vec<(Timestamp, Timestamp)> = base
        .store
        .all(base.dictionary, "change_request")
        .filter(|other| other.id() != change && other.get("active") == "true" && other.get("cmdb_ci") == item)
        .filter_map(times)
        .collect();
    let day = |days: i64| from.checked_add(SignedDuration::from_hours(24 * days)).ok();
    (0..WINDOW_DAYS)
        .filter_map(day)
        .filter_map(|start| Some((start, start.checked_add(SignedDuration::from_secs(seconds)).ok()?)))
        .filter(|(start, end)| !taken.iter().any(|(from, to)| start < to && from < end))
        .take(SLOTS_MAX)
        .collect()
}

fn conflicts(desk: &mut Desk, hand: &Hand<'_>, id: &str) -> Result<(), Refusal> {
    desk.store.remove_where("conflict", |row| row.get("change") == id);
    let base = desk.base();
    let change = base.store.get(base.dictionary, "change_request", id).ok_or(Refusal::NoRecord)?;
    let now = stamp::raw(hand.now);
    let mut found: Vec<Fields> = Vec::new();
    for other in base.store.all(base.dictionary, "change_request") {
        let overlap =
            times(change).zip(times(other)).is_some_and(|(one, two)| one.0 < two.1 && two.0 < one.1);
        if other.id() == id || other.get("active") != "true" || !overlap {
            continue;
        }
        for (field, kind) in
            [("cmdb_ci", "ci_already_scheduled"), ("assigned_to", "assigned_to_already_scheduled")]
        {
            if !change.get(field).is_empty() && change.get(field) == other.get(field) {
                let row = [
                    ("change", id),
                    ("conflicting_change", other.id()),
                    ("configuration_item", change.get("cmdb_ci")),
                    ("type", kind),
                    ("last_checked", &now),
                ];
                found.push(row.map(|(field, value)| (field.to_owned(), value.to_owned())).to_vec());
            }
        }
    }
    let status = if found.is_empty() { "No Conflict" } else { "Conflict" };
    for row in &found {
        desk.insert(hand, "conflict", row)?;
    }
    let set: Fields =
        vec![("conflict_status".to_owned(), status.to_owned()), ("conflict_last_run".to_owned(), now)];
    desk.update(hand, "change_request", id, &set)
}
