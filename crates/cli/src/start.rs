//! How a run begins: by inputs typed at the command line, by an event in a file, or by what a trigger sees.

use std::path::Path;

use anyhow::Result;
use drawbridge_core::Definition;
use drawbridge_core::graph::Blueprint;
use drawbridge_journal::RunId;
use drawbridge_runtime::{Backend, Engine, Origin, RunInfo, Start, Verdict, offer, poll_once};
use serde_json::{Map, Value};

use crate::output::print;
use crate::problem::Problem;

/// A checked workflow with what the installation sets for it.
pub(crate) struct Workflow {
    pub(crate) definition: Definition,
    pub(crate) blueprint: Blueprint,
    pub(crate) settings: Value,
}

impl Workflow {
    fn origin(&self) -> Origin<'_> {
        Origin { definition: &self.definition, settings: &self.settings }
    }
}

/// What became of a start.
pub(crate) enum Started {
    /// This run exists now, or was there already.
    Run(RunId),
    /// No run was started, for this reason.
    Nothing(String),
}

/// Reads `name=value` inputs by the types of the workflow.
///
/// # Errors
/// A [`Problem`] that names every input that does not fit.
pub(crate) fn typed_inputs(blueprint: &Blueprint, given: &[String]) -> Result<Map<String, Value>> {
    let mut inputs = Map::new();
    let mut misfits = Vec::new();
    for text in given {
        let Some((name, value)) = text.split_once('=') else {
            misfits.push(format!("`{text}` is not `name=value`"));
            continue;
        };
        match blueprint.inputs.get(name).map(|spec| spec.kind.from_text(value)) {
            Some(Ok(value)) => {
                inputs.insert(name.to_owned(), value);
            }
            Some(Err(error)) => misfits.push(format!("input `{name}`: {error}")),
            None => misfits.push(format!("there is no input `{name}`")),
        }
    }
    if misfits.is_empty() {
        let given = Value::Object(inputs.clone());
        match drawbridge_runtime::typed("input", &blueprint.inputs, &given) {
            Ok(_) => return Ok(inputs),
            Err(fault) => misfits.push(fault.summary),
        }
    }
    let names: Vec<String> = blueprint.inputs.keys().map(|name| format!("`{name}`")).collect();
    let help = format!("the inputs of `{}` are {}", blueprint.workflow, names.join(", "));
    Err(Problem::new("ST027", misfits.join("; ")).help(help).into())
}

/// Starts a run with these inputs.
///
/// # Errors
/// What the engine says; inputs that are missing or do not fit among it.
pub(crate) async fn by_inputs(
    engine: &Engine,
    workflow: &Workflow,
    inputs: Map<String, Value>,
) -> Result<Started> {
    let start = Start {
        trigger: "manual".to_owned(),
        inputs: Value::Object(inputs),
        settings: workflow.settings.clone(),
        dedupe: None,
    };
    let submitted = engine.submit(&workflow.definition, start).await?;
    Ok(Started::Run(submitted.run().clone()))
}

/// Starts a run by an event in a file, as if the trigger had seen it.
///
/// # Errors
/// A [`Problem`] for the file, and what the engine says.
pub(crate) async fn by_event_file(
    engine: &Engine,
    workflow: &Workflow,
    trigger: &str,
    file: &Path,
) -> Result<Started> {
    let problem =
        |message: String| Problem::new("ST027", message).help("`--event` takes a file with one JSON object");
    let text = std::fs::read_to_string(file)
        .map_err(|error| problem(format!("`{}` cannot be read: {error}", file.display())))?;
    let event: Value = serde_json::from_str(&text)
        .map_err(|error| problem(format!("`{}` is not JSON: {error}", file.display())))?;
    by_event(engine, workflow, trigger, event).await
}

/// Starts a run by an event, as if the trigger had seen it.
///
/// # Errors
/// What the engine says.
pub(crate) async fn by_event(
    engine: &Engine,
    workflow: &Workflow,
    trigger: &str,
    event: Value,
) -> Result<Started> {
    let verdict = offer(engine, &workflow.origin(), trigger, event).await?;
    Ok(judged(&verdict))
}

/// Polls every trigger that sees something by itself; gives the first run that it starts, or the first
/// reason for not starting one.
///
/// # Errors
/// What the engine says.
pub(crate) async fn by_triggers(engine: &Engine, workflow: &Workflow) -> Result<Option<Started>> {
    let mut first = None;
    for trigger in &workflow.blueprint.triggers {
        loop {
            let report = poll_once(engine, &workflow.origin(), trigger.id.as_str()).await?;
            for started in report.verdicts.iter().map(judged) {
                first = match first {
                    Some(run @ Started::Run(_)) => Some(run),
                    Some(reason) if matches!(started, Started::Nothing(_)) => Some(reason),
                    _ => Some(started),
                };
            }
            if !report.more {
                break;
            }
        }
    }
    Ok(first)
}

/// A run of this workflow that is in the data directory already: an open one first.
///
/// # Errors
/// What the store says.
pub(crate) async fn earlier_run(backend: &dyn Backend, workflow: &Workflow) -> Result<Option<RunInfo>> {
    let name = workflow.blueprint.workflow.as_str();
    let mut runs: Vec<RunInfo> = backend.runs(false).await?;
    runs.retain(|info| info.workflow == name);
    let open = runs.iter().position(|info| info.outcome.is_none() || info.ended_at.is_none());
    Ok(if runs.is_empty() { None } else { Some(runs.swap_remove(open.unwrap_or(0))) })
}

fn judged(verdict: &Verdict) -> Started {
    match verdict {
        Verdict::Started { run } => Started::Run(run.clone()),
        Verdict::Duplicate { run } => {
            print::note(&format!("the same event has started run `{run}` before; going on with it"));
            Started::Run(run.clone())
        }
        Verdict::Filtered { condition, values } => {
            let values: Vec<String> = values
                .iter()
                .map(|(path, value)| match value {
                    Some(value) => format!("{path} is {value}"),
                    None => format!("{path} is absent"),
                })
                .collect();
            Started::Nothing(format!(
                "the trigger's condition `{condition}` does not hold: {}",
                values.join(", ")
            ))
        }
        Verdict::Refused { fault } => Started::Nothing(fault.to_string()),
    }
}
