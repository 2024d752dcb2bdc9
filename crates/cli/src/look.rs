//! Looking into a data directory beside the engine that uses it: runs, views, and requests left for it.

use std::sync::Arc;

use anyhow::Result;
use drawbridge_journal::{RunId, RunView};
use drawbridge_runtime::{
    Backend, Connections, Engine, Limits, Request, Setup, StoredRun, SystemClock, SystemEntropy,
};
use drawbridge_store::Store;

use crate::args::PlaceArgs;
use crate::opening::data_directory;
use crate::problem::Problem;
use crate::session::actor;
use crate::{config, wire};

/// A data directory that is looked into; nothing is driven.
pub(crate) struct Look {
    pub(crate) backend: Arc<dyn Backend>,
    engine: Engine,
}

impl Look {
    /// Opens the data directory without its lock.
    ///
    /// # Errors
    /// A problem with the configuration, or what the store says.
    pub(crate) fn at(place: &PlaceArgs) -> Result<Self> {
        let config = config::read(&place.config)?;
        let backend: Arc<dyn Backend> = Arc::new(Store::beside(&data_directory(place, &config))?);
        let engine = Engine::new(Setup {
            backend: Arc::clone(&backend),
            catalog: wire::catalog(),
            connections: Connections::default(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            person_key: config.person_key,
            limits: Limits::default(),
        });
        Ok(Self { backend, engine })
    }

    /// One run as it stands.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn view(&self, run: &RunId) -> Result<RunView> {
        Ok(self.engine.view(run).await?)
    }

    /// Leaves a request for whoever drives the run, under the name of who acts here; gives that name.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn request(&self, run: &RunId, request: Request) -> Result<String> {
        let by = actor();
        self.engine.request(run, &by, request).await?;
        Ok(by)
    }

    /// One run as it is stored.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn stored(&self, run: &RunId) -> Result<StoredRun> {
        let stored = self.backend.load(run).await?;
        stored.ok_or_else(|| Problem::new("ST028", format!("there is no run `{run}`")).into())
    }
}
