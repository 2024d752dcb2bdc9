//! The sandbox that a rehearsal uses: its own, or one that runs already.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use drawbridge_sandbox::{Endpoints, Options, Remote, Sandbox, Seed};
use serde_json::{Map, Value};

use crate::clock::SandboxClock;
use crate::problem::Problem;
use crate::rehearsal::cases::WorldChange;

/// A sandbox to rehearse in.
pub(crate) struct World {
    /// Its admin interface.
    pub(crate) remote: Remote,
    /// Where it listens.
    pub(crate) endpoints: Endpoints,
    /// Its time.
    pub(crate) clock: Arc<SandboxClock>,
    /// The servers, where they are ours.
    own: Option<Sandbox>,
}

impl World {
    /// Starts a sandbox, or finds the one at a URL; an empty URL means one of our own.
    ///
    /// # Errors
    /// A [`Problem`] when it cannot be started or reached.
    pub(crate) async fn open(url: &str, seed: Option<&Path>) -> Result<Self> {
        let own = if url.is_empty() { Some(start(seed).await?) } else { None };
        let url = own.as_ref().map_or(url, |sandbox| &sandbox.endpoints().admin).to_owned();
        let reach = async {
            let remote = Remote::new(&url)?;
            let endpoints = remote.endpoints().await?;
            let clock = Arc::new(SandboxClock::follow(&remote).await?);
            Ok::<_, drawbridge_sandbox::RemoteError>((remote, endpoints, clock))
        };
        let (remote, endpoints, clock) = reach.await.map_err(|error| {
            Problem::new("ST026", error.to_string())
                .help("start `drawbridge sandbox` and give its `admin` URL, or leave the URL out")
        })?;
        Ok(Self { remote, endpoints, clock, own })
    }

    /// Makes a change to the world.
    ///
    /// # Errors
    /// What the sandbox said.
    pub(crate) async fn change(&self, change: &WorldChange) -> Result<()> {
        let WorldChange::CreateUser(properties) = change;
        self.remote.post(&["azure_ad", "users"], &Value::Object(renamed(properties))).await?;
        Ok(())
    }

    /// Stops a sandbox of our own.
    pub(crate) async fn close(self) {
        if let Some(sandbox) = self.own {
            sandbox.stop().await;
        }
    }
}

/// The properties as the directory spells them: a case says `upn`.
fn renamed(properties: &Map<String, Value>) -> Map<String, Value> {
    let name = |key: &String| if key == "upn" { "userPrincipalName".to_owned() } else { key.clone() };
    properties.iter().map(|(key, value)| (name(key), value.clone())).collect()
}

async fn start(seed: Option<&Path>) -> Result<Sandbox> {
    let started = async {
        let mut options = Options::default();
        if let Some(seed) = seed {
            options.seed = Seed::named(&seed.to_string_lossy())?;
        }
        Sandbox::start(options).await
    };
    started.await.map_err(|error| {
        Problem::new("ST026", format!("the sandbox did not start: {error}"))
            .help("correct the seed file, or choose other ports with `--listen`")
            .into()
    })
}
