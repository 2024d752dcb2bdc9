//! `drawbridge gates`: what waits for people, and decisions at the console.

use anyhow::Result;
use drawbridge_journal::{RunView, StepPath, StepView};
use drawbridge_runtime::Request;
use drawbridge_sdk::Choice;
use serde_json::json;

use crate::args::{DecideArgs, GatesCommand, PlaceArgs};
use crate::exit::Exit;
use crate::look::Look;
use crate::output::{print, words};
use crate::session::find_run;

/// Channel that is decided here.
const CONSOLE: &str = "console";

/// Carries one of the commands out.
///
/// # Errors
/// A problem with the configuration or the data directory, or a run that is not there.
pub(crate) async fn gates(command: &GatesCommand) -> Result<Exit> {
    match command {
        GatesCommand::List { place, json } => list(place, *json).await,
        GatesCommand::Approve(args) => decide(args, Choice::Approved).await,
        GatesCommand::Reject(args) => decide(args, Choice::Rejected).await,
    }
}

async fn list(place: &PlaceArgs, json: bool) -> Result<Exit> {
    let look = Look::at(place)?;
    let mut documents = Vec::new();
    for info in look.backend.runs(true).await? {
        let view = look.view(&info.run).await?;
        for step in open_gates(&view) {
            if json {
                documents.push(json!({ "run": view.run, "workflow": view.workflow, "step": step }));
            } else {
                print::line(&line(&view, step));
            }
        }
    }
    if json {
        print::json_pretty(&documents);
    }
    Ok(Exit::Good)
}

fn open_gates(view: &RunView) -> impl Iterator<Item = &StepView> {
    view.steps.iter().filter(|step| {
        step.gate.as_ref().is_some_and(|gate| gate.outcome.is_none() && gate.asks.iter().any(|ask| ask.open))
    })
}

fn line(view: &RunView, step: &StepView) -> String {
    let Some(gate) = &step.gate else { return String::new() };
    let asked: Vec<&str> = gate
        .asks
        .iter()
        .filter(|ask| ask.open)
        .flat_map(|ask| ask.approvers.iter().map(String::as_str))
        .collect();
    let whom = if asked.is_empty() { String::new() } else { format!("  asks {}", asked.join(", ")) };
    let expires = gate.expires_at.map(|at| format!("  until {}", words::clock(at))).unwrap_or_default();
    format!("{}  {}  {}  in {}{whom}{expires}", view.run, step.path, gate.subject, gate.via)
}

async fn decide(args: &DecideArgs, choice: Choice) -> Result<Exit> {
    let look = Look::at(&args.place)?;
    let run = find_run(look.backend.as_ref(), &args.run).await?;
    let view = look.view(&run).await?;
    let Some(gate) = open_gates(&view).find(|step| step.path.as_str() == args.gate) else {
        print::note(&format!(
            "run `{run}` has no open gate `{}`; `drawbridge gates list` shows what waits",
            args.gate
        ));
        return Ok(Exit::Findings);
    };
    let via = gate.gate.as_ref().map_or(CONSOLE, |gate| gate.via.as_str());
    if via != CONSOLE {
        print::note(&format!(
            "`{}` is decided in {via} by the people who are asked there, not here",
            args.gate
        ));
        return Ok(Exit::Findings);
    }
    let path = StepPath::new(args.gate.clone());
    let request = Request::Decide { path, choice, comment: args.comment.clone() };
    let by = look.request(&run, request).await?;
    print::line(&format!("recorded as {by}; whoever drives run {run} goes on with it"));
    print::note(&format!("if no engine drives it now, `drawbridge runs resume {run}` does"));
    Ok(Exit::Good)
}
