//! Triggers: what they remember, and every event they saw with its verdict.

use std::collections::BTreeMap;

use drawbridge_runtime::{Cursor, Judged, Occurrence, PollCommit, Source, Submitted, TriggerEvent, Verdict};
use drawbridge_sdk::Known;
use rusqlite::{Connection, OptionalExtension, params};

use crate::runs;
use crate::words::{from_json, json, readable, time, to_time};
use crate::writer::Site;

/// What a trigger remembers.
pub(crate) fn known(connection: &Connection, source: &Source) -> rusqlite::Result<Known> {
    let key = params![source.workflow, source.trigger];
    let cursor = connection
        .prepare_cached("SELECT cursor FROM trigger_cursors WHERE workflow = ?1 AND trigger = ?2")?
        .query_row(key, |row| row.get::<_, String>(0))
        .optional()?;
    let mut select = connection
        .prepare_cached("SELECT object, seen FROM trigger_objects WHERE workflow = ?1 AND trigger = ?2")?;
    let mut objects = BTreeMap::new();
    let mut rows = select.query(key)?;
    while let Some(row) = rows.next()? {
        objects.insert(row.get(0)?, from_json(&row.get::<_, String>(1)?)?);
    }
    Ok(Known { cursor: cursor.as_deref().map(from_json).transpose()?, objects })
}

/// Stores what a poll brought, with the runs it starts.
pub(crate) fn commit(site: &mut Site<'_>, commit: &PollCommit) -> rusqlite::Result<Vec<Verdict>> {
    if let Some(cursor) = &commit.cursor {
        move_on(site.connection, &commit.source, cursor)?;
    }
    let mut verdicts = Vec::with_capacity(commit.occurrences.len());
    for occurrence in &commit.occurrences {
        let verdict = carry_out(site, &occurrence.judged)?;
        keep(site.connection, &commit.source, occurrence, &verdict)?;
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

fn move_on(connection: &Connection, source: &Source, cursor: &Cursor) -> rusqlite::Result<()> {
    let (workflow, trigger) = (&source.workflow, &source.trigger);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO trigger_cursors (workflow, trigger, cursor) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![workflow, trigger, json(&cursor.cursor)?])?;
    let mut see = connection.prepare_cached(
        "INSERT OR REPLACE INTO trigger_objects (workflow, trigger, object, seen) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let mut forget = connection
        .prepare_cached("DELETE FROM trigger_objects WHERE workflow = ?1 AND trigger = ?2 AND object = ?3")?;
    for change in &cursor.known {
        match &change.seen {
            Some(seen) => see.execute(params![workflow, trigger, change.id, json(seen)?])?,
            None => forget.execute(params![workflow, trigger, change.id])?,
        };
    }
    Ok(())
}

fn carry_out(site: &mut Site<'_>, judged: &Judged) -> rusqlite::Result<Verdict> {
    Ok(match judged {
        Judged::Start(submission) => match runs::submit(site, submission)? {
            Submitted::New(run) => Verdict::Started { run },
            Submitted::Duplicate(run) => Verdict::Duplicate { run },
        },
        Judged::Filtered { condition, values } => {
            Verdict::Filtered { condition: condition.clone(), values: values.clone() }
        }
        Judged::Refused(fault) => Verdict::Refused { fault: fault.clone() },
    })
}

fn keep(
    connection: &Connection,
    source: &Source,
    occurrence: &Occurrence,
    verdict: &Verdict,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO trigger_events (workflow, trigger, event, at, json, verdict)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            source.workflow,
            source.trigger,
            occurrence.id,
            time(occurrence.at),
            json(&occurrence.event)?,
            json(verdict)?,
        ])?;
    Ok(())
}

/// Kept events, newest first.
pub(crate) fn events(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<TriggerEvent>> {
    let mut select = connection.prepare_cached(
        "SELECT workflow, trigger, event, at, json, verdict FROM trigger_events ORDER BY id DESC LIMIT ?1",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let events = select.query_map([limit], |row| {
        Ok(TriggerEvent {
            source: Source { workflow: row.get(0)?, trigger: row.get(1)? },
            id: row.get(2)?,
            at: to_time(&row.get::<_, String>(3)?)?,
            event: from_json(&row.get::<_, String>(4)?)?,
            verdict: from_json(&row.get::<_, String>(5)?)?,
        })
    })?;
    readable("trigger_events", events)
}
