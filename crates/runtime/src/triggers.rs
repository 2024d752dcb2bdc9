//! Triggers: one poll, and what becomes of each event: filtered, refused, a duplicate or a run. Keeps no
//! schedule; whoever serves calls again.

use drawbridge_core::Definition;
use drawbridge_core::graph::{Blueprint, TriggerSpec};
use drawbridge_sdk::{Digest, Fault, IdempotencyKey, Kind};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::backend::{Cursor, DedupeKey, Judged, Occurrence, PollCommit, Source, Verdict};
use crate::engine::{Engine, Start};
use crate::error::Error;
use crate::inputs::typed;
use crate::parts::{later, unknown_node};

/// How long an event is remembered where the author names no time.
const KEEP: SignedDuration = SignedDuration::from_hours(24 * 90);

/// A workflow as installed.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// Its definition.
    pub definition: &'a Definition,
    /// What the installation sets; a map.
    pub settings: &'a Value,
}

/// What one poll brought.
#[derive(Debug, Clone, PartialEq)]
pub struct PollReport {
    /// Whether this was the first poll: what exists already starts nothing.
    pub baseline: bool,
    /// Whether more is waiting right now.
    pub more: bool,
    /// What became of each event, in order.
    pub verdicts: Vec<Verdict>,
}

/// Polls one trigger once and stores what it brought together with the runs it starts.
///
/// # Errors
/// RN018 for an unknown trigger; what the connection says, then nothing is stored and the same poll is
/// made again; what the backend says.
pub async fn poll_once(engine: &Engine, origin: &Origin<'_>, trigger: &str) -> Result<PollReport, Error> {
    let blueprint = engine.blueprint(origin.definition)?;
    let spec = find(&blueprint, trigger).map_err(Error::Refused)?;
    let settings = typed("setting", &blueprint.settings, origin.settings).map_err(Error::Refused)?;
    let node = engine.parts.node(&spec.trigger, spec.connection.as_deref());
    let (entry, transport) = node.map_err(Error::Refused)?;
    let Kind::Trigger(poller) = &entry.kind else { return Err(Error::Refused(unknown_node(entry.name))) };
    let with = spec.with.resolve(&json!({ "settings": settings })).map_err(|error| {
        Error::Refused(Fault::new(
            "RN001",
            format!("`with` of trigger `{trigger}` cannot be evaluated: {error}"),
        ))
    })?;
    let source = source(&blueprint, trigger);
    let known = engine.backend.known(&source).await.map_err(Error::Backend)?;
    let key = IdempotencyKey::new(&source.workflow, trigger);
    let with = with.unwrap_or_else(|| json!({}));
    let polled = (poller.poll)(transport.as_ref(), &engine.parts.ctx(&key), &with, &known).await;
    let polled = polled.map_err(|error| Error::Refused(error.fault().clone()))?;
    let judge = Judge { engine, blueprint: &blueprint, spec, origin, settings: &settings };
    let occurrences = polled.events.into_iter().map(|seen| judge.occurrence(seen.id, seen.event)).collect();
    let cursor = Some(Cursor { cursor: polled.cursor, known: polled.known });
    let commit = PollCommit { source, cursor, occurrences };
    let verdicts = engine.backend.commit_poll(commit).await.map_err(Error::Backend)?;
    Ok(PollReport { baseline: known.cursor.is_none(), more: polled.more, verdicts })
}

/// Judges one event that was handed in, as if the trigger had seen it.
///
/// Repeat: the same event gives the run of the first time.
///
/// # Errors
/// RN018 for an unknown trigger, and what the backend says.
pub async fn offer(
    engine: &Engine,
    origin: &Origin<'_>,
    trigger: &str,
    event: Value,
) -> Result<Verdict, Error> {
    let blueprint = engine.blueprint(origin.definition)?;
    let spec = find(&blueprint, trigger).map_err(Error::Refused)?;
    let settings = typed("setting", &blueprint.settings, origin.settings).map_err(Error::Refused)?;
    let judge = Judge { engine, blueprint: &blueprint, spec, origin, settings: &settings };
    let id = Digest::of(&event).as_str().to_owned();
    let occurrences = vec![judge.occurrence(id, event)];
    let commit = PollCommit { source: source(&blueprint, trigger), cursor: None, occurrences };
    let verdicts = engine.backend.commit_poll(commit).await.map_err(Error::Backend)?;
    verdicts.into_iter().next().ok_or_else(|| {
        Error::Refused(Fault::new("RN018", format!("trigger `{trigger}` gave no verdict on the event")))
    })
}

/// RN018: a trigger that the workflow does not have.
fn find<'b>(blueprint: &'b Blueprint, trigger: &str) -> Result<&'b TriggerSpec, Fault> {
    blueprint.triggers.iter().find(|spec| spec.id.as_str() == trigger).ok_or_else(|| {
        let known: Vec<String> = blueprint.triggers.iter().map(|spec| format!("`{}`", spec.id)).collect();
        let fault = Fault::new("RN018", format!("`{}` has no trigger `{trigger}`", blueprint.workflow));
        if known.is_empty() { fault } else { fault.help(format!("it has {}", known.join(", "))) }
    })
}

fn source(blueprint: &Blueprint, trigger: &str) -> Source {
    Source { workflow: blueprint.workflow.to_string(), trigger: trigger.to_owned() }
}

/// Decides what becomes of the events of one trigger.
struct Judge<'a> {
    engine: &'a Engine,
    blueprint: &'a Blueprint,
    spec: &'a TriggerSpec,
    origin: &'a Origin<'a>,
    settings: &'a Value,
}

impl Judge<'_> {
    fn occurrence(&self, id: String, event: Value) -> Occurrence {
        let at = self.engine.parts.now();
        let judged = self.judged(&id, &event, at).unwrap_or_else(Judged::Refused);
        Occurrence { id, at, event, judged }
    }

    fn judged(&self, id: &str, event: &Value, at: Timestamp) -> Result<Judged, Fault> {
        let roots = json!({ "trigger": event, "settings": self.settings });
        let trigger = &self.spec.id;
        let unresolved = |what: &str, error: drawbridge_core::expression::EvalError| {
            Fault::new("RN001", format!("{what} of trigger `{trigger}` cannot be evaluated: {error}"))
        };
        if let Some(condition) = &self.spec.condition {
            let holds = condition.holds(&roots).map_err(|error| unresolved("`if`", error))?;
            if !holds {
                let values = condition.values(&roots);
                return Ok(Judged::Filtered { condition: condition.source().to_owned(), values });
            }
        }
        let inputs = self.spec.inputs.resolve(&roots).map_err(|error| unresolved("`inputs`", error))?;
        let (key, keep) = match &self.spec.dedupe {
            Some(dedupe) => {
                let key = dedupe.key.resolve(&roots).map_err(|error| unresolved("`dedupe.key`", error))?;
                let absent = || Fault::new("RN001", format!("`dedupe.key` of trigger `{trigger}` is absent"));
                (key.ok_or_else(absent)?.to_string(), dedupe.keep)
            }
            None => (format!("id:{id}"), KEEP),
        };
        let scope = format!("{}/{trigger}", self.blueprint.workflow);
        let start = Start {
            trigger: trigger.to_string(),
            inputs: inputs.unwrap_or(Value::Null),
            settings: self.origin.settings.clone(),
            dedupe: Some(DedupeKey { scope, key, keep_until: later(at, keep) }),
        };
        let submission = self.engine.submission(self.blueprint, self.origin.definition, start)?;
        Ok(Judged::Start(Box::new(submission)))
    }
}
