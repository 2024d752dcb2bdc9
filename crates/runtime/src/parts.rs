//! What every worker needs: the catalogue, the connections, the clock and the random source.

use std::sync::Arc;

use drawbridge_sdk::{Catalog, Ctx, Entry, Fault, IdempotencyKey, PersonKey, Transport};
use jiff::{SignedDuration, Timestamp};

use crate::clock::{Clock, Entropy};
use crate::connections::Connections;

/// Bounds of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Calls at once over all runs; further ones wait their turn.
    pub calls_at_once: usize,
    /// Time between two looks for decisions.
    pub watch_every: SignedDuration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { calls_at_once: 64, watch_every: SignedDuration::from_secs(30) }
    }
}

pub(crate) struct Parts {
    pub(crate) catalog: Catalog,
    pub(crate) connections: Connections,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) person_key: PersonKey,
    pub(crate) limits: Limits,
}

impl Parts {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn after(&self, span: SignedDuration) -> Timestamp {
        later(self.now(), span)
    }

    pub(crate) fn ctx(&self, key: &IdempotencyKey) -> Ctx {
        Ctx { key: key.clone(), now: self.now(), person_key: self.person_key.clone() }
    }

    /// A node with the connection it uses.
    ///
    /// # Errors
    /// RN016 where the catalogue has no such node, RN009 where the connection is missing.
    pub(crate) fn node(
        &self,
        name: &str,
        connection: Option<&str>,
    ) -> Result<(&'static Entry, Arc<dyn Transport>), Fault> {
        let entry = self.catalog.get(name).ok_or_else(|| unknown_node(name))?;
        Ok((entry, self.connections.find(entry, connection)?))
    }
}

/// RN016: a node that the catalogue does not have, or not as what the workflow uses it for.
pub(crate) fn unknown_node(name: &str) -> Fault {
    Fault::new("RN016", format!("this build of Drawbridge has no node `{name}` for this use"))
        .help("run the version that the run was started with, or list what there is with `drawbridge nodes`")
}

/// A time that stays within what can be written.
pub(crate) fn later(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}
