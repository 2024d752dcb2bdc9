//! Import sets: rows that wait in a staging table until a transform map carries them on.
//!
//! Owns the transform: which record a row means, what is written into it, and what the row learns of
//! it. Maps are rows themselves (`sys_transform_map`, `sys_transform_entry`), so that customers can
//! add their own. Transforms run as the platform, not as whoever sent the row.
//! Source: reference section 9.4.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::servicenow::actor::Actor;
use crate::servicenow::assign::Input;
use crate::servicenow::desk::{Desk, Fields, Hand};
use crate::servicenow::dictionary::Kind;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;

/// The table all staging tables extend.
pub(crate) const STAGING: &str = "sys_import_set_row";

/// How long rows wait for an asynchronous transform. The platform documents no figure.
const TRANSFORM_DELAY: SignedDuration = SignedDuration::from_secs(5);

/// Most import sets that wait at one time.
const WAITING_MAX: usize = 1_000;

/// What has become of a row under one map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) map: String,
    pub(crate) table: String,
    /// `inserted`, `updated`, `ignored`, `skipped` or `error`.
    pub(crate) status: &'static str,
    /// `sys_id` of the record; empty where there is none.
    pub(crate) id: String,
    pub(crate) message: String,
}

/// Import sets whose transform is still to come.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Imports {
    waiting: Vec<Waiting>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Waiting {
    due: Timestamp,
    set: String,
    actor: Actor,
}

impl Imports {
    /// Lets the rows of an import set be transformed later.
    pub(crate) fn later(&mut self, now: Timestamp, set: &str, actor: &Actor) -> Result<(), Refusal> {
        if self.waiting.len() >= WAITING_MAX {
            return Err(Refusal::BadRequest("Too many import sets are being processed".to_owned()));
        }
        let due = now.checked_add(TRANSFORM_DELAY).unwrap_or(Timestamp::MAX);
        self.waiting.push(Waiting { due, set: set.to_owned(), actor: actor.clone() });
        Ok(())
    }

    /// When the next import set is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|one| one.due).min()
    }

    /// Transforms what is due, stamped with the time it was due at.
    pub(crate) fn settle(&mut self, desk: &mut Desk, now: Timestamp) {
        let (due, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|one| one.due <= now);
        self.waiting = waiting;
        let due: Vec<Waiting> = due;
        for one in due {
            let hand = Hand { actor: &one.actor, now: one.due, input: Input::raw() };
            transform_set(desk, &hand, &one.set);
        }
    }
}

/// A new import set for a staging table: its id and number.
pub(crate) fn open(
    desk: &mut Desk,
    hand: &Hand<'_>,
    table: &str,
    mode: &str,
) -> Result<(String, String), Refusal> {
    let trusted = hand.actor.clone().trusted();
    let fields =
        [("table_name", table), ("mode", mode), ("state", "loading"), ("short_description", "REST import")];
    let fields = fields.map(|(field, value)| (field.to_owned(), value.to_owned())).to_vec();
    let hand = Hand { actor: &trusted, now: hand.now, input: Input::raw() };
    let id = desk.insert(&hand, "sys_import_set", &fields)?;
    let number = desk.store.get(&desk.dictionary, "sys_import_set", &id).map_or("", |row| row.get("number"));
    Ok((id.clone(), number.to_owned()))
}

/// Puts a row into a staging table, as whoever sent it, and gives its id.
pub(crate) fn stage(
    desk: &mut Desk,
    hand: &Hand<'_>,
    (table, set, place): (&str, &str, usize),
    fields: &Fields,
) -> Result<String, Refusal> {
    let own = |name: &str| !name.starts_with("sys_");
    let mut staged: Fields = fields.iter().filter(|(name, _)| own(name)).cloned().collect();
    staged.push(("sys_import_set".to_owned(), set.to_owned()));
    staged.push(("sys_import_row".to_owned(), place.to_string()));
    desk.insert(hand, table, &staged)
}

/// Transforms every row of an import set that waits.
pub(crate) fn transform_set(desk: &mut Desk, hand: &Hand<'_>, set: &str) {
    let rows = desk.store.having(&desk.dictionary, STAGING, "sys_import_set", set);
    let mut rows: Vec<(usize, String)> = rows
        .filter(|row| row.get("sys_import_state") == "pending")
        .map(|row| (row.get("sys_import_row").parse().unwrap_or(0), row.id().to_owned()))
        .collect();
    rows.sort();
    for (_, row) in rows {
        transform(desk, hand, &row);
    }
    close(desk, hand, set);
}

/// Says of an import set that it is done.
pub(crate) fn close(desk: &mut Desk, hand: &Hand<'_>, set: &str) {
    let trusted = hand.actor.clone().trusted();
    let hand = Hand { actor: &trusted, now: hand.now, input: Input::raw() };
    let fields = [("state", "processed".to_owned()), ("load_completed", stamp::raw(hand.now))];
    let fields = fields.map(|(field, value)| (field.to_owned(), value)).to_vec();
    // A set somebody removed in the meantime needs no state.
    let _ = desk.update(&hand, "sys_import_set", set, &fields);
}

/// Carries a row on under every active map of its table, in their order.
pub(crate) fn transform(desk: &mut Desk, hand: &Hand<'_>, row: &str) -> Vec<Carried> {
    let Some(staged) = desk.store.get(&desk.dictionary, STAGING, row).cloned() else { return Vec::new() };
    let trusted = hand.actor.clone().trusted();
    let hand = Hand { actor: &trusted, now: hand.now, input: Input::raw() };
    let maps = desk.store.having(&desk.dictionary, "sys_transform_map", "source_table", &staged.class);
    let mut maps: Vec<Record> = maps.filter(|map| map.get("active") == "true").cloned().collect();
    maps.sort_by_key(|map| map.get("order").parse::<i64>().unwrap_or(0));
    let mut all = Vec::new();
    for map in &maps {
        let carried = carry(desk, &hand, map, &staged);
        note(desk, &hand, (map.id(), &staged), &carried);
        all.push(carried);
    }
    all
}

/// Writes into the row what has become of it.
fn note(desk: &mut Desk, hand: &Hand<'_>, (map, staged): (&str, &Record), carried: &Carried) {
    let error = if carried.status == "error" { carried.message.as_str() } else { "" };
    let fields = [
        ("sys_import_state", carried.status),
        ("sys_import_state_comment", &carried.message),
        ("sys_row_error", error),
        ("sys_target_table", &carried.table),
        ("sys_target_sys_id", &carried.id),
        ("sys_transform_map", map),
    ];
    let fields = fields.map(|(field, value)| (field.to_owned(), value.to_owned())).to_vec();
    if let Err(refusal) = desk.update(hand, &staged.class, staged.id(), &fields) {
        tracing::error!(?refusal, "a staging row did not learn what has become of it");
    }
}

fn carry(desk: &mut Desk, hand: &Hand<'_>, map: &Record, staged: &Record) -> Carried {
    let carried = |status, id: &str, message: &str| Carried {
        map: map.get("name").to_owned(),
        table: map.get("target_table").to_owned(),
        status,
        id: id.to_owned(),
        message: message.to_owned(),
    };
    let refused = |refusal: &Refusal| refusal.detail().unwrap_or_else(|| refusal.message());
    let table = map.get("target_table");
    if desk.dictionary.table(table).is_none() {
        return carried("error", "", &format!("Invalid table {table}"));
    }
    let (fields, keys) = match mapped(desk, hand, map, staged) {
        Ok(mapped) => mapped,
        Err(reason) => return carried("ignored", "", &reason),
    };
    match meant(desk, map, table, &keys) {
        Meant::Nothing => carried("ignored", "", "Coalesce fields are empty"),
        Meant::New => match desk.insert(hand, table, &fields) {
            Ok(id) => carried("inserted", &id, ""),
            Err(refusal) => carried("error", "", &refused(&refusal)),
        },
        Meant::Known(id) => {
            let before = desk.store.get(&desk.dictionary, table, &id).cloned();
            if let Err(refusal) = desk.update(hand, table, &id, &fields) {
                return carried("error", &id, &refused(&refusal));
            }
            if desk.store.get(&desk.dictionary, table, &id).cloned() == before {
                return carried("ignored", &id, "No field values changed");
            }
            carried("updated", &id, "")
        }
    }
}

enum Meant {
    New,
    Known(String),
    /// The map makes no record of a row without a key.
    Nothing,
}

/// The record a row means: the first whose coalesce fields all have the row's values.
fn meant(desk: &Desk, map: &Record, table: &str, keys: &Fields) -> Meant {
    if keys.is_empty() {
        return Meant::New;
    }
    if keys.iter().any(|(_, value)| value.is_empty()) {
        let makes = map.get("create_new_record_on_empty_coalesce_fields") == "true";
        return if makes { Meant::New } else { Meant::Nothing };
    }
    let (first, value) = &keys[0];
    let mut same = desk.store.having_any_case(&desk.dictionary, table, first, value);
    let found =
        same.find(|record| keys.iter().all(|(field, value)| record.get(field).eq_ignore_ascii_case(value)));
    found.map_or(Meant::New, |record| Meant::Known(record.id().to_owned()))
}

/// The fields to write and, of these, the coalesce fields with their values.
fn mapped(
    desk: &mut Desk,
    hand: &Hand<'_>,
    map: &Record,
    staged: &Record,
) -> Result<(Fields, Fields), String> {
    let entries = desk.store.having(&desk.dictionary, "sys_transform_entry", "map", map.id());
    let entries: Vec<Record> = entries.cloned().collect();
    let (mut fields, mut keys) = (Fields::new(), Fields::new());
    for entry in &entries {
        let field = entry.get("target_field").to_owned();
        let sent = staged.get(entry.get("source_field")).trim().to_owned();
        let value = fitting(desk, hand, (map.get("target_table"), entry), &sent)?;
        if entry.get("coalesce") == "true" {
            keys.push((field.clone(), value.clone().unwrap_or_default()));
        }
        let Some(value) = value else { continue };
        if !value.is_empty() || map.get("copy_empty_fields") == "true" {
            fields.push((field, value));
        }
    }
    Ok((fields, keys))
}

/// The value as the target field takes it; nothing where it is left out, a reason where the row is.
fn fitting(
    desk: &mut Desk,
    hand: &Hand<'_>,
    (table, entry): (&str, &Record),
    sent: &str,
) -> Result<Option<String>, String> {
    let name = entry.get("target_field");
    let Some(field) = desk.dictionary.field(table, name).cloned() else { return Ok(None) };
    if sent.is_empty() {
        return Ok(Some(String::new()));
    }
    let missing = |what: &str| match entry.get("choice_action") {
        "reject" => Err(format!("{what} '{sent}' for field '{name}' was rejected")),
        _ => Ok(None),
    };
    if field.kind == Kind::Reference
        && let Some(to) = field.to.as_deref()
    {
        if desk.store.get(&desk.dictionary, to, sent).is_some() {
            return Ok(Some(sent.to_owned()));
        }
        let by = Some(entry.get("reference_value_field")).filter(|by| !by.is_empty());
        let by = by.or_else(|| desk.dictionary.display_field(to)).unwrap_or("name").to_owned();
        let found =
            desk.store.having_any_case(&desk.dictionary, to, &by, sent).next().map(|row| row.id().to_owned());
        return match found {
            Some(id) => Ok(Some(id)),
            None if entry.get("choice_action") == "create" => {
                Ok(desk.insert(hand, to, &vec![(by, sent.to_owned())]).ok())
            }
            None => missing("Reference"),
        };
    }
    if field.choices.is_empty() || field.choices.contains_key(sent) {
        return Ok(Some(sent.to_owned()));
    }
    let labelled = field.choices.iter().find(|(_, label)| label.eq_ignore_ascii_case(sent));
    // A map may also make a choice on the way; here the list of choices is what it is.
    labelled.map_or_else(|| missing("Choice"), |(value, _)| Ok(Some(value.clone())))
}
