//! One rehearsal from start to verdict: the sandbox, the case, the run, what is as expected.

use std::sync::Arc;

use anyhow::Result;
use serde_json::Value;

use crate::args::RunArgs;
use crate::definition;
use crate::exit::Exit;
use crate::opening::rehearsal_session;
use crate::output::print;
use crate::problem::Problem;
use crate::rehearsal::cases::{self, Case, Start};
use crate::rehearsal::player::Player;
use crate::rehearsal::world::World;
use crate::rehearsal::{expect, report};
use crate::session::{Session, exit_of};
use crate::start::{self, Started, Workflow};

/// Runs one workflow in a sandbox; an empty URL means one of its own.
///
/// # Errors
/// A problem with the cases, the sandbox or the data directory, and what the engine says.
pub(crate) async fn rehearse(args: &RunArgs, mut workflow: Workflow, url: &str) -> Result<Exit> {
    let case = case_of(args, &workflow)?;
    if let Some(case) = &case {
        workflow.settings = Value::Object(case.settings.clone());
    }
    let world = World::open(url, args.seed.as_deref()).await?;
    let fresh = tempfile::tempdir()?;
    let data = args.place.data.clone().unwrap_or_else(|| fresh.path().to_owned());
    let resumed = data.join(drawbridge_store::FILE_NAME).exists();
    let script = case.as_ref().map(|case| case.script.clone()).unwrap_or_default();
    let player = Arc::new(Player::new(world.remote.clone(), Arc::clone(&world.clock), &script, resumed));
    let (session, servicenow) = rehearsal_session(&world, &player, data, args.no_wait)?;
    player.prepare().await;
    let started = begin(args, &workflow, &session, &world, case.as_ref()).await?;
    let exit = match started {
        Started::Nothing(reason) => {
            print::note(&format!("no run: {reason}"));
            let unmet = case.as_ref().and_then(|case| expect::unmet_without_run(&case.expect));
            match (&case, unmet) {
                (Some(case), Some(unmet)) => verdict(case, &[unmet], None).unwrap_or(Exit::Good),
                _ => Exit::Good,
            }
        }
        Started::Run(run) => {
            let view = session.drive(&run, args.json).await?;
            let stored = session.backend.load(&run).await?.map(|stored| stored.events).unwrap_or_default();
            if !args.json {
                report::report(&world.remote, servicenow.as_ref()).await?;
            }
            match &case {
                Some(case) => {
                    let sent = expect::sent(&view, &stored);
                    let unmet = expect::unmet(&case.expect, &view, &sent, servicenow.as_ref()).await?;
                    verdict(case, &unmet, player.trouble()).unwrap_or_else(|| exit_of(&view))
                }
                None => exit_of(&view),
            }
        }
    };
    world.close().await;
    Ok(exit)
}

/// The case to play; none when inputs or an event were typed.
fn case_of(args: &RunArgs, workflow: &Workflow) -> Result<Option<Case>> {
    if args.event.is_some() || !args.inputs.is_empty() {
        return Ok(None);
    }
    let mut cases = cases::read(&definition::file_of(&args.workflow)?, &workflow.blueprint)?;
    let Some(name) = &args.case else { return Ok(Some(cases.remove(0))) };
    let position = cases.iter().position(|case| case.name == *name);
    let Some(position) = position else {
        let names: Vec<String> = cases.iter().map(|case| format!("`{}`", case.name)).collect();
        return Err(Problem::new("ST021", format!("there is no case `{name}`"))
            .help(format!("the cases are {}", names.join(", ")))
            .into());
    };
    Ok(Some(cases.swap_remove(position)))
}

async fn begin(
    args: &RunArgs,
    workflow: &Workflow,
    session: &Session,
    world: &World,
    case: Option<&Case>,
) -> Result<Started> {
    let engine = &session.engine;
    if let (Some(trigger), Some(file)) = (&args.trigger, &args.event) {
        return start::by_event_file(engine, workflow, trigger, file).await;
    }
    match case.map(|case| &case.start) {
        None => {
            let inputs = start::typed_inputs(&workflow.blueprint, &args.inputs)?;
            start::by_inputs(engine, workflow, inputs).await
        }
        Some(Start::Input(inputs)) => start::by_inputs(engine, workflow, inputs.clone()).await,
        Some(Start::Event(event)) => {
            start::by_event(engine, workflow, &event.trigger, event.data.clone()).await
        }
        Some(Start::World(change)) => {
            // The first poll is the baseline; after an interruption it may bring the event itself.
            if let Some(started) = start::by_triggers(engine, workflow).await? {
                return Ok(started);
            }
            if let Some(earlier) = start::earlier_run(session.backend.as_ref(), workflow).await? {
                return Ok(Started::Run(earlier.run));
            }
            world.change(change).await?;
            let seen = start::by_triggers(engine, workflow).await?;
            Ok(seen.unwrap_or_else(|| Started::Nothing("no trigger saw the change to the world".to_owned())))
        }
    }
}

/// Says what a case expected in vain; none when all is as expected.
fn verdict(case: &Case, unmet: &[String], trouble: Option<String>) -> Option<Exit> {
    let trouble = trouble.into_iter().map(|trouble| format!("the script could not be played: {trouble}"));
    let complaints: Vec<String> = unmet.iter().cloned().chain(trouble).collect();
    if complaints.is_empty() {
        print::note(&format!("case `{}`: everything is as expected", case.name));
        return None;
    }
    print::note(&format!("case `{}` is not as expected:", case.name));
    complaints.iter().for_each(|complaint| print::note(&format!("  {complaint}")));
    Some(Exit::Findings)
}
