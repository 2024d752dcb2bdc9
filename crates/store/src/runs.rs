//! Runs: stored with their first event, moved along with the following ones, listed, read.

use drawbridge_core::Definition;
use drawbridge_journal::{Event, Recorded, RunId};
use drawbridge_runtime::{DedupeKey, Delivery, RunInfo, RunRow, StoredRun, Submission, Submitted};
use drawbridge_sdk::{Digest, Fault};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::words::{from_json, is_misfit, json, readable, time, to_condition, to_outcome, to_time};
use crate::writer::Site;
use crate::{events, inbox};

const COLUMNS: &str =
    "run, workflow, version, trigger, definition, condition, outcome, started_at, ended_at, next_at";

/// Stores a new run, or finds the one that was started for the same before.
pub(crate) fn submit(site: &mut Site<'_>, submission: &Submission) -> rusqlite::Result<Submitted> {
    if let Some(key) = &submission.dedupe
        && let Some(earlier) = remembered(site.connection, key, submission.at)?
    {
        return Ok(Submitted::Duplicate(earlier));
    }
    let started = &submission.started;
    site.connection
        .prepare_cached("INSERT OR IGNORE INTO definitions (digest, json) VALUES (?1, ?2)")?
        .execute(params![started.definition.as_str(), json(&submission.definition)?])?;
    site.connection
        .prepare_cached(
            "INSERT INTO runs (run, workflow, version, trigger, definition, condition, started_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 'running', ?6)",
        )?
        .execute(params![
            submission.run.as_str(),
            started.workflow.as_str(),
            started.version,
            started.trigger,
            started.definition.as_str(),
            time(submission.at),
        ])?;
    let event = Event::RunStarted(started.clone());
    events::append(site, submission.run.as_str(), &Recorded { seq: 1, at: submission.at, event })?;
    if let Some(key) = &submission.dedupe {
        forget(site.connection, submission.at)?;
        remember(site.connection, key, &submission.run)?;
    }
    Ok(Submitted::New(submission.run.clone()))
}

fn remembered(connection: &Connection, key: &DedupeKey, now: Timestamp) -> rusqlite::Result<Option<RunId>> {
    connection
        .prepare_cached("SELECT run FROM dedupe WHERE scope = ?1 AND key = ?2 AND keep_until > ?3")?
        .query_row(params![key.scope, key.key, now.as_second()], |row| row.get::<_, String>(0))
        .optional()
        .map(|run| run.map(RunId::new))
}

fn remember(connection: &Connection, key: &DedupeKey, run: &RunId) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO dedupe (scope, key, run, keep_until) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![key.scope, key.key, run.as_str(), key.keep_until.as_second()])?;
    Ok(())
}

/// Drops keys whose time is over, so that they do not pile up.
fn forget(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM dedupe WHERE keep_until <= ?1")?.execute([now.as_second()])?;
    Ok(())
}

/// Appends events to a run, moves its row, takes answered requests off the inbox.
pub(crate) fn deliver(site: &mut Site<'_>, delivery: &Delivery) -> rusqlite::Result<()> {
    for recorded in &delivery.events {
        events::append(site, delivery.run.as_str(), recorded)?;
    }
    move_row(site.connection, &delivery.run, &delivery.row)?;
    inbox::dismiss(site.connection, &delivery.answered)
}

fn move_row(connection: &Connection, run: &RunId, row: &RunRow) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE runs SET condition = ?2, outcome = ?3, ended_at = ?4, next_at = ?5 WHERE run = ?1",
        )?
        .execute(params![
            run.as_str(),
            row.condition.as_str(),
            row.outcome.map(|outcome| outcome.as_str()),
            row.ended_at.map(time),
            row.next_at.map(time),
        ])?;
    Ok(())
}

/// Runs, newest first.
pub(crate) fn list(connection: &Connection, open: bool) -> rusqlite::Result<Vec<RunInfo>> {
    let wanted = if open { "WHERE condition <> 'ended'" } else { "" };
    let mut select =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM runs {wanted} ORDER BY id DESC"))?;
    readable("runs", select.query_map([], info)?)
}

/// One run, its definition and all its events; none where there is no such run. The inner error says why
/// the run cannot be read.
pub(crate) fn load(
    connection: &Connection,
    run: &RunId,
) -> rusqlite::Result<Result<Option<StoredRun>, String>> {
    let found = match find(connection, run) {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(Ok(None)),
        Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(Err("its definition is missing".to_owned())),
        Err(error) if is_misfit(&error) => return Ok(Err(error.to_string())),
        Err(error) => return Err(error),
    };
    let (info, definition) = found;
    let events = events::of_run(connection, run.as_str())?;
    Ok(events.map(|events| Some(StoredRun { info, definition, events })))
}

fn find(connection: &Connection, run: &RunId) -> rusqlite::Result<Option<(RunInfo, Definition)>> {
    let found = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM runs WHERE run = ?1"))?
        .query_row([run.as_str()], info)
        .optional()?;
    let Some(info) = found else { return Ok(None) };
    let definition: String = connection
        .prepare_cached("SELECT json FROM definitions WHERE digest = ?1")?
        .query_row([info.definition.as_str()], |row| row.get(0))?;
    Ok(Some((info, from_json(&definition)?)))
}

/// Puts a run on the list of dead letters.
pub(crate) fn bury(connection: &Connection, run: &RunId, fault: &Fault) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO dead_letters (run, fault) VALUES (?1, ?2)")?
        .execute(params![run.as_str(), json(fault)?])?;
    Ok(())
}

fn info(row: &Row<'_>) -> rusqlite::Result<RunInfo> {
    let time_at = |column: usize| -> rusqlite::Result<Option<Timestamp>> {
        row.get::<_, Option<String>>(column)?.as_deref().map(to_time).transpose()
    };
    let definition: Digest = from_json(&json(&row.get::<_, String>(4)?)?)?;
    Ok(RunInfo {
        run: RunId::new(row.get::<_, String>(0)?),
        workflow: row.get(1)?,
        version: row.get(2)?,
        trigger: row.get(3)?,
        definition,
        condition: to_condition(&row.get::<_, String>(5)?)?,
        outcome: row.get::<_, Option<String>>(6)?.as_deref().map(to_outcome).transpose()?,
        started_at: to_time(&row.get::<_, String>(7)?)?,
        ended_at: time_at(8)?,
        next_at: time_at(9)?,
    })
}
