//! Routes of the admin interface that concern the whole world: clock, calls, faults, state, reset.
//!
//! Acting on one platform is in the file of that name. Nothing here needs a token: whoever
//! reaches the sandbox owns it.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::admin::answer::{Answer, bad, body, missing, ok};
use crate::admin::{azure_ad, azure_ad_apps, azure_ad_directory, azure_ad_notices, servicenow};
use crate::faults::Rule;
use crate::world::World;

/// All routes under `/_sandbox`, the same on both servers.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/_sandbox/endpoints", get(read_endpoints))
        .route("/_sandbox/clock", get(read_clock).post(move_clock))
        .route("/_sandbox/calls", get(read_calls))
        .route("/_sandbox/faults", get(read_faults).post(add_fault).delete(clear_faults))
        .route("/_sandbox/state", get(read_state))
        .route("/_sandbox/reset", post(reset))
        .merge(azure_ad::routes())
        .merge(azure_ad_directory::routes())
        .merge(azure_ad_apps::routes())
        .merge(azure_ad_notices::routes())
        .merge(servicenow::routes())
        .fallback(|| async { missing("no such admin route") })
        .with_state(world)
}

/// A move of the clock: exactly one of the two members.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum ClockMove {
    /// A span such as `4h`, `90m`, `2d` or `PT4H`.
    Advance(String),
    /// An instant ahead, UTC.
    Set(Timestamp),
}

async fn read_endpoints(State(world): State<Arc<World>>) -> Answer {
    ok(json!(world.endpoints))
}

async fn read_clock(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "now": world.clock.now() }))
}

async fn move_clock(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let now = match body(&bytes)? {
        ClockMove::Advance(by) => world.clock.advance(span(&by).map_err(bad)?),
        ClockMove::Set(to) => world
            .clock
            .set_forward(to)
            .map_err(|now| bad(format!("the clock stands at {now} and cannot go back")))?,
    };
    ok(json!({ "now": now }))
}

/// Reads a span; days count 24 hours.
fn span(text: &str) -> Result<SignedDuration, jiff::Error> {
    let span: jiff::Span = text.parse()?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours())?;
    if duration.is_negative() {
        return Err(jiff::Error::from_args(format_args!("the clock cannot go back by `{text}`")));
    }
    Ok(duration)
}

#[derive(Debug, Deserialize)]
struct Since {
    #[serde(default)]
    since: u64,
}

async fn read_calls(State(world): State<Arc<World>>, Query(query): Query<Since>) -> Answer {
    ok(json!(world.calls.since(query.since)))
}

async fn read_faults(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "faults": world.faults.list() }))
}

async fn add_fault(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let rule: Rule = body(&bytes)?;
    world.faults.add(rule).map_err(bad)?;
    ok(json!({ "faults": world.faults.list() }))
}

async fn clear_faults(State(world): State<Arc<World>>) -> Answer {
    world.faults.clear();
    ok(json!({ "faults": [] }))
}

async fn read_state(State(world): State<Arc<World>>) -> Answer {
    let azure_ad = world.tenant().state();
    let servicenow = {
        let mut instance = world.instance();
        instance.settle(world.clock.now());
        instance.state()
    };
    ok(json!({ "azure_ad": azure_ad, "servicenow": servicenow }))
}

async fn reset(State(world): State<Arc<World>>) -> Answer {
    world.reset();
    ok(json!({ "now": world.clock.now() }))
}
