//! `drawbridge sandbox`: both pretend tenants for whoever wants to talk to them.

use anyhow::Result;
use drawbridge_sandbox::{ClockMode, Endpoints, Error, Options, Sandbox, Script, Seed};
use jiff::Timestamp;
use serde::Serialize;

use crate::args::SandboxArgs;
use crate::exit::Exit;
use crate::output::print;
use crate::problem::Problem;

/// The first line on standard output.
#[derive(Serialize)]
struct Ready<'a> {
    #[serde(flatten)]
    endpoints: &'a Endpoints,
    /// The process to end.
    pid: u32,
}

/// Serves until it is interrupted or told to end. The first line on standard output is one JSON document with
/// the URLs and credentials; it is written when every server listens.
///
/// # Errors
/// A [`Problem`] with what kept the sandbox from starting, or its state from being kept.
pub(crate) async fn sandbox(args: &SandboxArgs) -> Result<Exit> {
    let options = options(args)?;
    let mut signals = Signals::new()?;
    let sandbox = Sandbox::start(options).await.map_err(problem)?;
    print::json(&Ready { endpoints: sandbox.endpoints(), pid: std::process::id() });
    introduce(&sandbox, args);
    signals.next().await;
    print::note("stopping; Ctrl-C again to stop at once");
    tokio::select! {
        closed = sandbox.close() => closed.map_err(problem)?,
        () = signals.next() => {
            print::note("stopped at once; what was under way is cut off");
            return Ok(Exit::CouldNotRun);
        }
    }
    match &args.state {
        Some(file) => print::note(&format!("stopped; the state is kept in {}", file.display())),
        None => print::note("stopped; nothing was kept"),
    }
    Ok(Exit::Good)
}

fn options(args: &SandboxArgs) -> Result<Options> {
    let start = match args.clock.as_str() {
        "now" => ClockMode::today().start(),
        text => text.parse::<Timestamp>().map_err(|_| {
            Problem::new("ST030", format!("`{text}` is no instant to start the clock at"))
                .help("write one in UTC, such as `2026-01-05T08:00:00Z`, or `now`")
        })?,
    };
    let clock = if args.frozen_clock { ClockMode::Frozen(start) } else { ClockMode::Running(start) };
    Ok(Options {
        listen: args.listen,
        clock,
        seed: Seed::named(&args.seed).map_err(problem)?,
        tls: args.tls.then(|| args.tls_dir.clone()),
        script: args.script.as_ref().map(Script::read).transpose().map_err(problem)?,
        state: args.state.clone(),
    })
}

/// What a person wants to know, beside the ready line for programs.
fn introduce(sandbox: &Sandbox, args: &SandboxArgs) {
    let endpoints = sandbox.endpoints();
    let mut lines = vec![
        ("Azure AD tenant", endpoints.azure_ad.graph.clone()),
        ("ServiceNow instance", endpoints.servicenow.instance.clone()),
    ];
    if let Some(https) = &endpoints.https {
        lines.push(("Azure AD tenant", https.azure_ad.clone()));
        lines.push(("ServiceNow instance", https.servicenow.clone()));
        lines.push(("trust", https.ca_file.display().to_string()));
    }
    lines.push(("calls received", format!("{}/calls", endpoints.admin)));
    let origin = if sandbox.is_resumed() { "gone on from" } else { "kept in" };
    if let Some(file) = &args.state {
        lines.push(("state", format!("{origin} {}", file.display())));
    }
    for (name, value) in lines {
        print::note(&format!("{name:<19} {value}"));
    }
    print::note("open a URL in a browser to look inside; nothing here is real; Ctrl-C stops it");
}

/// The reason with its code and the way out.
fn problem(error: Error) -> Problem {
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    let message = format!("{error}{cause}");
    match error {
        Error::Listen { .. } | Error::NoSecondPort { .. } => Problem::new("ST026", message)
            .help("choose another port with `--listen`, or leave it out to take free ones"),
        Error::StateRefused { .. } => Problem::new("ST029", message)
            .help("give the seed the state was made with, or name another file with `--state` to begin anew"),
        Error::StateLocked { .. } => {
            Problem::new("ST029", message).help("stop that one first, or name another file with `--state`")
        }
        Error::StateUnreadable { .. } | Error::StateUnwritable { .. } => {
            Problem::new("ST029", message).help("name a file that can be read and written with `--state`")
        }
        Error::TlsFolder { .. } | Error::TlsCertificate { .. } => {
            Problem::new("ST026", message).help("name a folder that can be written with `--tls-dir`")
        }
        Error::ScriptUnreadable { .. } | Error::ScriptMalformed { .. } => Problem::new("ST030", message)
            .help("the format is in `docs/guides/sandbox.md`; `drawbridge schema` writes its schema"),
        Error::SeedUnknown { .. } => Problem::new("ST030", message)
            .help("write `small-company`, `generated:10000x1000` or the path of a file"),
        _ => Problem::new("ST030", message)
            .help("the format is in `docs/guides/sandbox.md`; `drawbridge schema` writes its schema"),
    }
}

/// What tells the process to end: Ctrl-C, and SIGTERM where there is one.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "the same as on other systems")]
    fn new() -> Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
