//! `drawbridge sandbox`: both pretend tenants for whoever wants to talk to them.

use anyhow::Result;
use drawbridge_sandbox::{ClockMode, Options, Sandbox, Seed};

use crate::args::SandboxArgs;
use crate::exit::Exit;
use crate::output::print;

/// Serves until it is interrupted. The first line on standard output is one JSON document with the URLs
/// and credentials; it is written when both servers listen.
///
/// # Errors
/// What kept the sandbox from starting.
pub(crate) async fn sandbox(args: &SandboxArgs) -> Result<Exit> {
    let clock = if args.frozen_clock { ClockMode::frozen() } else { ClockMode::running() };
    let seed = args.seed.clone().map_or(Seed::SmallCompany, Seed::File);
    let options = Options { listen: args.listen, clock, seed };
    let sandbox = Sandbox::start(options).await?;
    let endpoints = sandbox.endpoints();
    print::json(endpoints);
    print::note(&format!("Azure AD tenant     {}", endpoints.azure_ad.graph));
    print::note(&format!("ServiceNow instance {}", endpoints.servicenow.instance));
    print::note(&format!("calls received      {}/calls", endpoints.admin));
    print::note("nothing here is real; Ctrl-C stops it");
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(Exit::Good)
}
