//! The engine as the command line and the server use it: submit, drive, look, ask.

use std::collections::BTreeMap;
use std::sync::Arc;

use drawbridge_core::Definition;
use drawbridge_core::graph::Blueprint;
use drawbridge_journal::{RunId, RunStarted, RunView};
use drawbridge_sdk::{Catalog, Fault, PersonKey};
use serde_json::Value;

use crate::active::Active;
use crate::backend::{Backend, BackendError, DedupeKey, Request, Submission, Submitted};
use crate::clock::{Clock, Entropy};
use crate::connections::Connections;
use crate::drive::Drive;
use crate::error::Error;
use crate::inputs::typed;
use crate::library::Library;
use crate::observe::{Publisher, Views};
use crate::parts::{Limits, Parts};
use crate::shutdown::Shutdown;

/// Everything an engine is made of.
pub struct Setup {
    /// Where runs are kept.
    pub backend: Arc<dyn Backend>,
    /// Every node of this build.
    pub catalog: Catalog,
    /// The configured connections.
    pub connections: Connections,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub entropy: Arc<dyn Entropy>,
    /// Which attributes name the same person.
    pub person_key: PersonKey,
    /// Bounds.
    pub limits: Limits,
}

/// How a run is to begin.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Id of the trigger, or `manual`.
    pub trigger: String,
    /// What was given for `inputs`; a map.
    pub inputs: Value,
    /// What the installation sets; a map.
    pub settings: Value,
    /// When it counts as one that was started before.
    pub dedupe: Option<DedupeKey>,
}

/// What driving came to.
#[derive(Debug)]
pub struct Driven {
    /// Every run that could be read, as it stands.
    pub runs: Vec<RunView>,
    /// Runs that could not be read; they are on the list of dead letters.
    pub buried: Vec<(RunId, Fault)>,
}

/// The engine.
pub struct Engine {
    pub(crate) parts: Arc<Parts>,
    pub(crate) backend: Arc<dyn Backend>,
    library: Library,
    publisher: Publisher,
}

impl Engine {
    /// An engine over these parts. Starts nothing.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let Setup { backend, catalog, connections, clock, entropy, person_key, limits } = setup;
        let parts = Arc::new(Parts { catalog, connections, clock, entropy, person_key, limits });
        Self { parts, backend, library: Library::default(), publisher: Publisher::default() }
    }

    /// The checked form of a definition; checked once per digest.
    ///
    /// # Errors
    /// RN011 where it does not pass the check.
    pub fn blueprint(&self, definition: &Definition) -> Result<Arc<Blueprint>, Error> {
        self.library.blueprint(&self.parts.catalog, definition).map_err(Error::Refused)
    }

    /// Stores a new run. It is driven by [`Engine::drive`].
    ///
    /// Repeat: with the same dedupe key gives the run of the first time.
    ///
    /// # Errors
    /// RN011, RN012 for inputs that do not fit, and what the backend says.
    pub async fn submit(&self, definition: &Definition, start: Start) -> Result<Submitted, Error> {
        let blueprint = self.blueprint(definition)?;
        let submission = self.submission(&blueprint, definition, start).map_err(Error::Refused)?;
        self.backend.submit(submission).await.map_err(Error::Backend)
    }

    /// # Errors
    /// RN012 for inputs or settings that do not fit.
    pub(crate) fn submission(
        &self,
        blueprint: &Blueprint,
        definition: &Definition,
        start: Start,
    ) -> Result<Submission, Fault> {
        let inputs = typed("input", &blueprint.inputs, &start.inputs)?;
        let settings = typed("setting", &blueprint.settings, &start.settings)?;
        let started = RunStarted {
            definition: blueprint.digest.clone(),
            workflow: blueprint.workflow.clone(),
            version: blueprint.version,
            trigger: start.trigger,
            inputs,
            settings,
        };
        Ok(Submission {
            run: RunId::new(format!("{:016x}", self.parts.entropy.next_u64())),
            at: self.parts.now(),
            started,
            definition: definition.clone(),
            dedupe: start.dedupe,
        })
    }

    /// Drives runs until each has ended, rests with a person, or waits for what will not happen here.
    ///
    /// # Errors
    /// What the backend says when it cannot store any more: then the process ends and starts again.
    pub async fn drive(&self, runs: &[RunId], shutdown: &Shutdown) -> Result<Driven, Error> {
        let mut drive =
            Drive::new(Arc::clone(&self.parts), Arc::clone(&self.backend), self.publisher.clone());
        let mut buried = Vec::new();
        for run in runs {
            match self.load(run).await {
                Ok((active, open)) => drive.add(active, open),
                Err(BackendError::Poisoned { run, fault }) => {
                    tracing::error!(%run, code = fault.code, "a stored run cannot be read");
                    self.backend.bury(&run, &fault).await.map_err(Error::Backend)?;
                    buried.push((run, fault));
                }
                Err(error) => return Err(Error::Backend(error)),
            }
        }
        drive.run(shutdown).await?;
        let actives: BTreeMap<RunId, Active> = drive.into_runs();
        Ok(Driven { runs: actives.values().map(Active::view).collect(), buried })
    }

    /// One run as it stands in the store.
    ///
    /// # Errors
    /// RN018 where there is none, RN010 where it cannot be read.
    pub async fn view(&self, run: &RunId) -> Result<RunView, Error> {
        Ok(self.load(run).await.map_err(Error::Backend)?.0.view())
    }

    /// Leaves a request of a person for whoever drives the run, durably.
    ///
    /// # Errors
    /// What the backend says.
    pub async fn request(&self, run: &RunId, by: &str, request: Request) -> Result<(), Error> {
        let posted = self.backend.post(run, by, self.parts.now(), request).await;
        posted.map(|_| ()).map_err(Error::Backend)
    }

    /// Views of the runs that are driven, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Views {
        self.publisher.subscribe()
    }

    async fn load(&self, run: &RunId) -> Result<(Active, Vec<drawbridge_journal::Command>), BackendError> {
        let poisoned = |fault| BackendError::Poisoned { run: run.clone(), fault };
        let stored = self.backend.load(run).await?.ok_or_else(|| {
            let fault = Fault::new("RN018", format!("there is no run `{run}`"));
            BackendError::Unreadable(fault.help("list them with `drawbridge runs list`"))
        })?;
        let blueprint = self.library.blueprint(&self.parts.catalog, &stored.definition).map_err(poisoned)?;
        Active::load(blueprint, &stored).map_err(|illegal| {
            let fault =
                Fault::new("RN010", format!("the events of run `{run}` contradict each other: {illegal}"));
            BackendError::Poisoned { run: run.clone(), fault }
        })
    }
}
