//! Routes of the admin interface that concern the whole world: addresses, calls, state, reset.
//!
//! Acting on one platform is in the file of that name. Nothing here needs a token: whoever
//! reaches the sandbox owns it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use crate::admin::answer::{Answer, Refusal, bad, missing, not_allowed, ok};
use crate::admin::{
    azure_ad, azure_ad_apps, azure_ad_directory, azure_ad_governance, azure_ad_logs, azure_ad_notices, dump,
    faults, script, servicenow, servicenow_access, servicenow_data,
};
use crate::servicenow::acting;
use crate::world::World;

/// All routes under `/_sandbox`, the same on every server. The front moves the clock itself.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/_sandbox/endpoints", get(read_endpoints))
        .route("/_sandbox/clock", get(read_clock).post(stay))
        .route("/_sandbox/calls", get(read_calls))
        .route("/_sandbox/summary", get(read_summary))
        .route("/_sandbox/state", get(read_state))
        .route("/_sandbox/reset", post(reset))
        .merge(faults::routes())
        .merge(script::routes())
        .merge(dump::routes())
        .merge(azure_ad::routes())
        .merge(azure_ad_directory::routes())
        .merge(azure_ad_apps::routes())
        .merge(azure_ad_governance::routes())
        .merge(azure_ad_logs::routes())
        .merge(azure_ad_notices::routes())
        .merge(servicenow::routes())
        .merge(servicenow_access::routes())
        .merge(servicenow_data::routes())
        .method_not_allowed_fallback(|| async { not_allowed() })
        .fallback(|| async { missing("no such admin route") })
        // The door has limited the body already.
        .layer(DefaultBodyLimit::disable())
        .with_state(world)
}

async fn read_endpoints(State(world): State<Arc<World>>) -> Answer {
    ok(json!(world.endpoints))
}

async fn read_clock(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "now": world.clock.now() }))
}

/// The front moves the clock; what comes here instead is a script's.
async fn stay() -> Refusal {
    bad("a script cannot use `clock`")
}

#[derive(Debug, Deserialize)]
struct Part {
    /// Number of the last call that is known already.
    #[serde(default)]
    since: u64,
    /// How many of the newest calls are wanted.
    #[serde(default = "all")]
    last: usize,
}

fn all() -> usize {
    usize::MAX
}

async fn read_calls(State(world): State<Arc<World>>, Query(part): Query<Part>) -> Answer {
    ok(json!(world.calls.since(part.since, part.last)))
}

/// How much there is of everything, for people.
async fn read_summary(State(world): State<Arc<World>>) -> Answer {
    let azure_ad = world.tenant().directory.live_counts();
    let servicenow = world.instance().counts();
    ok(json!({
        "now": world.clock.now(),
        "clock": if world.clock.is_running() { "running" } else { "frozen" },
        "seed": world.seed.name,
        "calls": world.calls.last_seq(),
        "azure_ad": azure_ad,
        "servicenow": servicenow,
    }))
}

async fn read_state(State(world): State<Arc<World>>) -> Answer {
    let azure_ad = world.tenant().state();
    let servicenow = {
        let mut instance = world.instance();
        acting::catch_up(&mut instance, world.clock.now());
        instance.state()
    };
    ok(json!({ "azure_ad": azure_ad, "servicenow": servicenow }))
}

async fn reset(State(world): State<Arc<World>>) -> Answer {
    world.reset();
    ok(json!({ "now": world.clock.now() }))
}
