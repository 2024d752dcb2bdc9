//! The binary `drawbridge`: reads the command line and hands over to one command.

mod args;

mod problem;

mod yaml;

mod exit;

mod definition;

mod workflow_files;

mod checked;

mod mending;

mod config;

mod clock;

mod output;

mod wire;

mod findings;

mod pages;

mod session;

mod look;

mod start;

mod rehearsal;

mod opening;

mod commands;

use std::process::ExitCode;

use anyhow::Result;
use args::{Cli, Command};
use clap::Parser as _;
use drawbridge_runtime::BackendError;
use drawbridge_sdk::Fault;
use exit::Exit;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => {
            log();
            let ended = runtime.block_on(dispatch(&cli.command));
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(error.into()),
    };
    let exit = ended.unwrap_or_else(|error| {
        output::print::note(&format!("error: {}", chain(&error)));
        Exit::CouldNotRun
    });
    ExitCode::from(exit.code())
}

async fn dispatch(command: &Command) -> Result<Exit> {
    match command {
        Command::Check(args) => commands::check::check(args),
        Command::Explain(args) => commands::explain::explain(args),
        Command::Graph(args) => commands::graph::graph(args),
        Command::Schema(args) => commands::schema::schema(args),
        Command::Nodes(args) => commands::nodes::nodes(args),
        Command::Run(args) => commands::run::run(args).await,
        Command::Runs(command) => commands::runs::runs(command).await,
        Command::Gates(command) => commands::gates::gates(command).await,
        Command::Sandbox(args) => commands::sandbox::sandbox(args).await,
    }
}

/// An error with what lies behind it and the way out; each cause says only its own part.
fn chain(error: &anyhow::Error) -> String {
    if let Some(fault) = error.chain().find_map(fault) {
        let help = fault.help.as_ref().map(|help| format!("\n  = help: {help}")).unwrap_or_default();
        return format!("{fault}{help}");
    }
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The fault that a cause carries.
fn fault(cause: &(dyn std::error::Error + 'static)) -> Option<Fault> {
    let engine = cause.downcast_ref::<drawbridge_runtime::Error>().map(drawbridge_runtime::Error::fault);
    let store = || cause.downcast_ref::<BackendError>().map(|error| error.fault().clone());
    let call = || cause.downcast_ref::<drawbridge_sdk::Error>().map(|error| error.fault().clone());
    engine.or_else(store).or_else(call)
}

/// Logs go to standard error, warnings and worse unless `DRAWBRIDGE_LOG` says otherwise.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("DRAWBRIDGE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}
