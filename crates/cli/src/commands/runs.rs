//! `drawbridge runs`: what runs and ran. Listing, showing and exporting work beside a running engine.

use std::sync::Arc;

use anyhow::Result;
use drawbridge_journal::{Resolution, RunId, StepPath};
use drawbridge_runtime::{Clock as _, Request, RunInfo, SystemClock};
use serde_json::json;

use crate::args::{PlaceArgs, ResumeArgs, RunsCommand};
use crate::config;
use crate::exit::Exit;
use crate::look::Look;
use crate::opening::{data_directory, real_session, rehearsal_session};
use crate::output::{print, words};
use crate::rehearsal::player::Player;
use crate::rehearsal::world::World;
use crate::session::{Session, actor, exit_of, find_run};

/// Carries one of the commands out.
///
/// # Errors
/// A problem with the configuration or the data directory, or a run that is not there.
pub(crate) async fn runs(command: &RunsCommand) -> Result<Exit> {
    match command {
        RunsCommand::List { place, json } => list(place, *json).await,
        RunsCommand::Show { run, place, json } => show(run, place, *json).await,
        RunsCommand::Resume(args) => resume(args).await,
        RunsCommand::Cancel { run, place } => cancel(run, place).await,
        RunsCommand::Export { run, place } => export(run, place).await,
    }
}

async fn list(place: &PlaceArgs, json: bool) -> Result<Exit> {
    let look = Look::at(place)?;
    let runs = look.backend.runs(false).await?;
    if json {
        print::json_pretty(&runs);
    } else if runs.is_empty() {
        print::line("no runs");
    }
    if !json {
        runs.iter().for_each(|info| print::line(&line(info)));
    }
    Ok(Exit::Good)
}

fn line(info: &RunInfo) -> String {
    let word = info.outcome.map_or(info.condition.as_str(), |outcome| outcome.as_str());
    let style = words::style(word);
    let next = info.next_at.map(|at| format!("  next {}", words::clock(at))).unwrap_or_default();
    let (run, workflow, trigger) = (&info.run, &info.workflow, &info.trigger);
    let started = words::clock(info.started_at);
    format!("{run}  {style}{word:9}{style:#}  {workflow} v{}  by {trigger}  {started}{next}", info.version)
}

async fn show(run: &str, place: &PlaceArgs, json: bool) -> Result<Exit> {
    let look = Look::at(place)?;
    let view = look.view(&find_run(look.backend.as_ref(), run).await?).await?;
    if json {
        print::json_pretty(&view);
        return Ok(Exit::Good);
    }
    let now = view.ended_at.unwrap_or_else(|| SystemClock.now());
    print::line(&format!("{} · version {} · run {}", view.title, view.version, view.run));
    let width = words::width(&view);
    for step in view.steps.iter().filter(|step| words::shown(step)) {
        print::line(&words::step(step, width, now));
    }
    print::line(&words::closing(&view, now));
    Ok(Exit::Good)
}

async fn export(run: &str, place: &PlaceArgs) -> Result<Exit> {
    let look = Look::at(place)?;
    let run = find_run(look.backend.as_ref(), run).await?;
    for recorded in look.stored(&run).await?.events {
        print::json(&json!({ "run": run, "seq": recorded.seq, "at": recorded.at, "event": recorded.event }));
    }
    Ok(Exit::Good)
}

/// Leaves the request durably; whoever drives the run takes it, this process if nobody does.
async fn cancel(run: &str, place: &PlaceArgs) -> Result<Exit> {
    let look = Look::at(place)?;
    let run = find_run(look.backend.as_ref(), run).await?;
    look.request(&run, Request::Cancel).await?;
    print::line(&format!("run {run} is asked to end; steps in flight settle first"));
    print::note(&format!("if no engine drives it now, `drawbridge runs resume {run}` carries that out"));
    Ok(Exit::Good)
}

async fn resume(args: &ResumeArgs) -> Result<Exit> {
    let config = config::read(&args.place.config)?;
    let data = data_directory(&args.place, &config);
    let Some(url) = &args.sandbox else {
        return go_on(args, &real_session(&args.place, &config, args.no_wait, None)?).await;
    };
    let world = World::open(url, None).await?;
    let player = Arc::new(Player::new(world.remote.clone(), Arc::clone(&world.clock), &[], true));
    let (session, _) = rehearsal_session(&world, &player, data, args.no_wait)?;
    go_on(args, &session).await
}

async fn go_on(args: &ResumeArgs, session: &Session) -> Result<Exit> {
    let run: RunId = find_run(session.backend.as_ref(), &args.run).await?;
    session.engine.request(&run, &actor(), request(args)).await?;
    Ok(exit_of(&session.drive(&run, args.json).await?))
}

/// What the flags ask for: a decision about a parked step, or simply to go on.
fn request(args: &ResumeArgs) -> Request {
    let resolution = if args.happened { Resolution::Happened } else { Resolution::Again };
    match &args.step {
        Some(step) => Request::Resolve { path: StepPath::new(step.clone()), resolution },
        None => Request::Resume,
    }
}
