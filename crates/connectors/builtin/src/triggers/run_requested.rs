//! `builtin.run.requested`: somebody starts a run by hand.
//!
//! The event comes from the command itself, never from a poll.

use drawbridge_sdk::{Ctx, Error, Known, Permission, Polled, Reader, Trigger};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Builtin;

pub(crate) struct RunRequested;

/// Takes nothing: what the run needs are the workflow's own `inputs`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

/// Holds nothing: what was given with the command is in `$.inputs`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Event {}

impl Trigger<Builtin> for RunRequested {
    const NAME: &'static str = "builtin.run.requested";
    const SUMMARY: &'static str = "Started by hand with `drawbridge run`";
    const EXAMPLE: &'static str = "{}";
    const PERMISSIONS: &'static [Permission] = &[];
    const EVERY: SignedDuration = SignedDuration::from_hours(24);
    type Input = Input;
    type Event = Event;

    /// Never sees anything: the command delivers its event itself.
    async fn poll(_: &Reader<'_, Builtin>, _: &Ctx, _: &Input, _: &Known) -> Result<Polled<Event>, Error> {
        Ok(Polled { events: Vec::new(), cursor: Value::Null, known: Vec::new(), more: false })
    }
}
