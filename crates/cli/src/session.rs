//! One engine over one data directory, and driving one run of it with progress.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use drawbridge_journal::{Condition, Outcome, RunId, RunView};
use drawbridge_runtime::{Backend, Clock, Connections, Engine, Limits, Setup, Shutdown, SystemEntropy};
use drawbridge_sdk::{BoxFuture, PersonKey};
use drawbridge_store::Store;
use futures::FutureExt as _;
use jiff::Timestamp;

use crate::exit::Exit;
use crate::output::print;
use crate::output::progress::Progress;
use crate::problem::Problem;
use crate::wire;

/// How often a live tree is drawn again while nothing happens, so that its times go on.
const REDRAW: Duration = Duration::from_millis(200);

/// What a session is opened with.
pub(crate) struct Opening {
    pub(crate) data: PathBuf,
    pub(crate) connections: Connections,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) person_key: PersonKey,
}

/// One engine over one data directory, which it alone uses.
pub(crate) struct Session {
    pub(crate) engine: Engine,
    pub(crate) backend: Arc<dyn Backend>,
    clock: Arc<dyn Clock>,
}

impl Session {
    /// Opens the data directory and takes its lock.
    ///
    /// # Errors
    /// What the store says: a second engine, a newer version, a directory that cannot be used.
    pub(crate) fn open(opening: Opening) -> Result<Self> {
        let Opening { data, connections, clock, person_key } = opening;
        let backend: Arc<dyn Backend> = Arc::new(Store::open(&data)?);
        let engine = Engine::new(Setup {
            backend: Arc::clone(&backend),
            catalog: wire::catalog(),
            connections,
            clock: Arc::clone(&clock),
            entropy: Arc::new(SystemEntropy),
            person_key,
            limits: Limits::default(),
        });
        Ok(Self { engine, backend, clock })
    }

    /// Drives one run until it has ended, rests with a person, only waits, or is interrupted.
    ///
    /// # Errors
    /// What the engine says when it cannot go on.
    pub(crate) async fn drive(&self, run: &RunId, json: bool) -> Result<RunView> {
        let shutdown = Shutdown::default();
        let mut progress = Progress::new(json);
        let mut views = self.engine.subscribe();
        let mut last = self.engine.view(run).await?;
        progress.begin(&last);
        let runs = [run.clone()];
        let driving = self.engine.drive(&runs, &shutdown);
        tokio::pin!(driving);
        let mut redraw = tokio::time::interval(REDRAW);
        let driven = loop {
            tokio::select! {
                biased;
                Some(view) = views.next() => {
                    progress.update(&view, self.clock.now());
                    last = (*view).clone();
                }
                driven = &mut driving => break driven?,
                _ = redraw.tick() => progress.redraw(&last, self.clock.now()),
                _ = tokio::signal::ctrl_c() => shutdown.request(),
            }
        };
        while let Some(Some(view)) = views.next().now_or_never() {
            progress.update(&view, self.clock.now());
        }
        if let Some((run, fault)) = driven.buried.into_iter().next() {
            print::note(&format!("{fault}; run `{run}` is on the list of dead letters"));
            return Ok(last);
        }
        let view = driven.runs.into_iter().next().unwrap_or(last);
        progress.end(&view, self.clock.now());
        Ok(view)
    }
}

/// The exit code of a run as it stands.
pub(crate) fn exit_of(view: &RunView) -> Exit {
    match (view.condition, view.outcome) {
        (Condition::Ended, Some(Outcome::Succeeded | Outcome::Ignored)) => Exit::Good,
        (Condition::Ended, Some(Outcome::Failed)) => Exit::Failed,
        (Condition::Ended, Some(Outcome::Rejected)) => Exit::Rejected,
        (Condition::Ended, Some(Outcome::Cancelled)) => Exit::Cancelled,
        _ => Exit::Waiting,
    }
}

/// The one run that a person means by an id or its beginning.
///
/// # Errors
/// A [`Problem`] when there is none or more than one.
pub(crate) async fn find_run(backend: &dyn Backend, beginning: &str) -> Result<RunId> {
    let runs = backend.runs(false).await?;
    let mut matching = runs.iter().filter(|info| info.run.as_str().starts_with(beginning));
    match (matching.next(), matching.next()) {
        (Some(only), None) => Ok(only.run.clone()),
        (None, _) => Err(Problem::new("ST028", format!("there is no run `{beginning}`"))
            .help("list them with `drawbridge runs list`; `--data DIR` names another data directory")
            .into()),
        (Some(one), Some(other)) => {
            let message = format!("`{beginning}` is the beginning of `{}` and `{}`", one.run, other.run);
            Err(Problem::new("ST028", message).help("write more of the id").into())
        }
    }
}

/// Who acts at this terminal, as recorded: `cli:` and the operating system's name for the user of this
/// process. The environment is not asked, because anybody may set it to another name.
pub(crate) fn actor() -> String {
    format!("cli:{}", whoami::username().unwrap_or_else(|_| "unknown".to_owned()))
}

/// A clock that never waits for what is not in flight: `--no-wait`.
pub(crate) struct NoWait(pub(crate) Arc<dyn Clock>);

impl Clock for NoWait {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()> {
        self.0.sleep_until(at)
    }

    fn idle_until(&self, at: Option<Timestamp>) -> BoxFuture<'_, bool> {
        let due = at.is_some_and(|at| at <= self.0.now());
        Box::pin(std::future::ready(due))
    }
}
