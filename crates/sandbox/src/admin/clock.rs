//! Reading and moving the clock.
//!
//! Owns what a move means. Walking to the new time is the front's, which can act on the way.

use axum::body::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::admin::answer::{Answer, Refusal, bad, body, ok};
use crate::span::Span;
use crate::world::World;

/// A move of the clock: exactly one of the two members.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum ClockMove {
    /// A span such as `4h`, `90m`, `2d` or `PT4H`.
    Advance(Span),
    /// An instant ahead, UTC.
    Set(Timestamp),
}

/// Where a move leads.
///
/// # Errors
/// A refusal of a move that leads back.
pub(crate) fn target(world: &World, bytes: &Bytes) -> Result<Timestamp, Refusal> {
    let now = world.clock.now();
    match body(bytes)? {
        ClockMove::Advance(by) => Ok(now.checked_add(by.0).unwrap_or(Timestamp::MAX)),
        ClockMove::Set(to) if to < now => Err(bad(format!("the clock stands at {now} and cannot go back"))),
        ClockMove::Set(to) => Ok(to),
    }
}

/// Puts the clock to the target and says where it stands then.
pub(crate) fn arrive(world: &World, to: Timestamp) -> Answer {
    let now = world.clock.set_forward(to).unwrap_or_else(|now| now);
    ok(json!({ "now": now }))
}
