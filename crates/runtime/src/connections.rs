//! The configured tenants and instances by name. Opens none.

use std::collections::BTreeMap;
use std::sync::Arc;

use drawbridge_sdk::{Answer, BoxFuture, Entry, Error, Fault, Request, Transport};
use jiff::{SignedDuration, Timestamp};

/// Connections by name.
#[derive(Clone, Default)]
pub struct Connections {
    by_name: BTreeMap<String, Arc<dyn Transport>>,
}

impl std::fmt::Debug for Connections {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.by_name.keys()).finish()
    }
}

impl Connections {
    /// Adds one; a later one of the same name replaces it.
    pub fn insert(&mut self, name: impl Into<String>, transport: Arc<dyn Transport>) {
        self.by_name.insert(name.into(), transport);
    }

    /// The connection that a node uses: the named one, or the only one of its system.
    ///
    /// # Errors
    /// RN009 where it is missing, of another system, or not the only one.
    pub fn find(&self, entry: &Entry, name: Option<&str>) -> Result<Arc<dyn Transport>, Fault> {
        if !entry.connected {
            return Ok(Arc::new(Unconnected));
        }
        let system = entry.system;
        if let Some(name) = name {
            return match self.by_name.get(name) {
                Some(found) if found.system() == system => Ok(Arc::clone(found)),
                Some(found) => Err(missing(format!(
                    "`{}` needs a connection of `{system}`, and `{name}` is one of `{}`",
                    entry.name,
                    found.system()
                ))),
                None => Err(missing(format!("`{}` uses connection `{name}`, which is missing", entry.name))),
            };
        }
        let mut of_system = self.by_name.iter().filter(|(_, transport)| transport.system() == system);
        match (of_system.next(), of_system.next()) {
            (Some((_, only)), None) => Ok(Arc::clone(only)),
            (None, _) => {
                Err(missing(format!("`{}` needs a connection of `{system}`, and there is none", entry.name)))
            }
            (Some((one, _)), Some((other, _))) => Err(missing(format!(
                "`{}` names no connection, and there are several of `{system}`: `{one}`, `{other}`",
                entry.name
            ))),
        }
    }
}

/// RN009: no connection to use.
fn missing(summary: String) -> Fault {
    Fault::new("RN009", summary)
        .help("add it under `connections` in `drawbridge.yaml`, or name another with `connection`")
}

/// What nodes without a remote system get.
struct Unconnected;

impl Unconnected {
    fn refused<'a>() -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(std::future::ready(Err(Error::refused(
            "RN009",
            "this node has no connection to send through",
        ))))
    }
}

impl Transport for Unconnected {
    fn system(&self) -> &'static str {
        "builtin"
    }

    fn landing(&self) -> SignedDuration {
        SignedDuration::ZERO
    }

    fn read<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Answer, Error>> {
        Self::refused()
    }

    fn send<'a>(&'a self, _: &'a Request, _: Timestamp) -> BoxFuture<'a, Result<Answer, Error>> {
        Self::refused()
    }
}
