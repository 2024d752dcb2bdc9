//! Triggers: what starts a run.

use std::collections::BTreeMap;
use std::future::Future;

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Ctx, Error, Permission, Reader, System};

/// What a trigger remembers between two polls. Committed together with the runs that a poll starts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Where the last poll ended; absent before the first one.
    pub cursor: Option<Value>,
    /// What was last seen of each object, by its id.
    pub objects: BTreeMap<String, Value>,
}

/// One change to what is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownChange {
    /// Id of the object.
    pub id: String,
    /// What was seen now; absent to forget it.
    pub seen: Option<Value>,
}

/// One occurrence that a trigger saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen<E> {
    /// What makes it the same occurrence when it is seen again.
    pub id: String,
    /// What an author reads under `$.trigger`.
    pub event: E,
}

/// What one poll brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Polled<E> {
    /// Occurrences in order.
    pub events: Vec<Seen<E>>,
    /// Where the next poll starts.
    pub cursor: Value,
    /// Changes to what is known.
    pub known: Vec<KnownChange>,
    /// Whether more is waiting right now.
    pub more: bool,
}

/// A node that sees what should start runs.
pub trait Trigger<S: System>: Send + Sync + 'static {
    /// Full name, in the past: `azure_ad.user.created`.
    const NAME: &'static str;
    /// What it sees, one line without a period.
    const SUMMARY: &'static str;
    /// An example of `with`, in YAML.
    const EXAMPLE: &'static str;
    /// What it needs from the platform.
    const PERMISSIONS: &'static [Permission];
    /// How long to wait between two polls.
    const EVERY: SignedDuration;
    /// What `with` takes.
    type Input: DeserializeOwned + JsonSchema + Send + Sync;
    /// What an author reads under `$.trigger`.
    type Event: Serialize + JsonSchema + Send;

    /// Looks what happened since `known.cursor`. Reads only.
    ///
    /// # Errors
    /// What the connection said; then nothing is committed and the same poll is made again.
    fn poll(
        reader: &Reader<'_, S>,
        ctx: &Ctx,
        input: &Self::Input,
        known: &Known,
    ) -> impl Future<Output = Result<Polled<Self::Event>, Error>> + Send;
}
