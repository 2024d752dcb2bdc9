//! Puts a pretend world and an engine together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use drawbridge_core::Definition;
use drawbridge_journal::{RunId, RunView};
use drawbridge_runtime::{
    Backend, Connections, Driven, Engine, Entropy, Error, Limits, Setup, Shutdown, Start,
};
use drawbridge_sdk::{Catalog, PersonKey};
use jiff::Timestamp;
use serde_json::Value;

use super::clock::FakeClock;
use super::nodes::NODES;
use super::remote::Remote;

/// A remote system and a clock that outlive every engine.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) remote: Arc<Remote>,
    pub(crate) limits: Limits,
    entropy: Arc<Numbers>,
}

/// Numbers that look random and are the same every time.
struct Numbers(AtomicU64);

impl Entropy for Numbers {
    fn next_u64(&self) -> u64 {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        count
            .wrapping_add(1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(23)
            .wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }
}

/// A time of day on the one day of all tests.
pub(crate) fn at(time: &str) -> Timestamp {
    format!("2026-01-05T{time}Z").parse().unwrap()
}

/// The definition with these steps.
pub(crate) fn steps(steps: &str) -> Definition {
    workflow(&format!("steps:\n{steps}"))
}

/// The definition with these parts.
pub(crate) fn workflow(body: &str) -> Definition {
    let text = format!("workflow: w\nversion: 1\ntitle: W\ndescription: A workflow under test.\n{body}");
    Definition { path: "workflows/w/workflow.yaml".to_owned(), text, files: BTreeMap::new() }
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(FakeClock::at(at("08:00:00")));
        let remote = Arc::new(Remote::new(Arc::clone(&clock)));
        Self { clock, remote, limits: Limits::default(), entropy: Arc::new(Numbers(AtomicU64::new(0))) }
    }

    pub(crate) fn engine(&self, backend: Arc<dyn Backend>) -> Engine {
        let mut connections = Connections::default();
        connections.insert("fake", self.remote.clone());
        Engine::new(Setup {
            backend,
            catalog: Catalog::new(&[NODES]),
            connections,
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            person_key: PersonKey::default(),
            limits: self.limits,
        })
    }

    /// Starts a run and drives it as far as it goes.
    pub(crate) async fn run(&self, backend: &Arc<dyn Backend>, definition: &Definition) -> RunView {
        let run = self.submit(backend, definition).await;
        self.resume(backend, &run).await
    }

    pub(crate) async fn submit(&self, backend: &Arc<dyn Backend>, definition: &Definition) -> RunId {
        let start = Start { trigger: "manual".to_owned(), ..Start::default() };
        self.engine(backend.clone()).submit(definition, start).await.unwrap().run().clone()
    }

    /// Drives a stored run with a fresh engine.
    pub(crate) async fn resume(&self, backend: &Arc<dyn Backend>, run: &RunId) -> RunView {
        let mut driven = self.drive(backend, run).await.unwrap();
        assert_eq!(driven.buried, []);
        driven.runs.pop().unwrap()
    }

    pub(crate) async fn drive(&self, backend: &Arc<dyn Backend>, run: &RunId) -> Result<Driven, Error> {
        self.engine(backend.clone()).drive(std::slice::from_ref(run), &Shutdown::default()).await
    }

    /// A start of a trigger by hand.
    pub(crate) fn start(inputs: Value) -> Start {
        Start { trigger: "manual".to_owned(), inputs, ..Start::default() }
    }
}
