//! `drawbridge run`: one run in this terminal, against real tenants or a sandbox.

use anyhow::Result;
use drawbridge_core::Definition;
use drawbridge_core::diagnostic::{Code, Diagnostic, Severity};
use serde_json::Value;

use crate::args::RunArgs;
use crate::exit::Exit;
use crate::opening::real_session;
use crate::output::print;
use crate::session::exit_of;
use crate::start::{self, Started, Workflow};
use crate::{config, definition, findings, rehearsal, wire};

/// Runs one workflow.
///
/// # Errors
/// A problem when it could not run: set-up, connections, inputs, the store.
pub(crate) async fn run(args: &RunArgs) -> Result<Exit> {
    let definition = definition::read(&args.workflow)?;
    let Some(workflow) = checked(definition) else { return Ok(Exit::Findings) };
    match &args.sandbox {
        Some(url) => rehearsal::stage::rehearse(args, workflow, url).await,
        None => for_real(args, workflow).await,
    }
}

/// The checked workflow; findings are printed.
fn checked(definition: Definition) -> Option<Workflow> {
    let (blueprint, found) = drawbridge_core::check(&definition, &wire::catalog());
    // A part of the language that cannot be run yet only warns in `check`; running without it would do harm.
    let stops = |finding: &Diagnostic| finding.severity == Severity::Error || finding.code == Code::WF060;
    let stopping: Vec<_> = found.into_iter().filter(stops).collect();
    findings::print(&definition, &stopping);
    let blueprint = blueprint.filter(|_| stopping.is_empty())?;
    Some(Workflow { definition, blueprint, settings: Value::Null })
}

async fn for_real(args: &RunArgs, mut workflow: Workflow) -> Result<Exit> {
    let config = config::read(&args.place.config)?;
    workflow.settings = Value::Object(config.settings(workflow.blueprint.workflow.as_str()));
    let session = real_session(&args.place, &config, args.no_wait, Some(&workflow.blueprint))?;
    let started = match (&args.trigger, &args.event) {
        (Some(trigger), Some(file)) => {
            start::by_event_file(&session.engine, &workflow, trigger, file).await?
        }
        _ => {
            let inputs = start::typed_inputs(&workflow.blueprint, &args.inputs)?;
            start::by_inputs(&session.engine, &workflow, inputs).await?
        }
    };
    match started {
        Started::Run(run) => Ok(exit_of(&session.drive(&run, args.json).await?)),
        Started::Nothing(reason) => {
            print::note(&format!("no run: {reason}"));
            Ok(Exit::Good)
        }
    }
}
