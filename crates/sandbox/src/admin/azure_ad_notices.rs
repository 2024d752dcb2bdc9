//! Change notifications from outside: switches, lifecycle events, what was sent.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use crate::admin::answer::{Answer, Refusal, body, ok};
use crate::azure_ad::state::notices::Switches;
use crate::azure_ad::{postman, subscriptions};
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/azure_ad/notifications", get(read).put(switch))
        .route("/_sandbox/azure_ad/notifications/deliver", post(deliver))
        .route("/_sandbox/azure_ad/subscriptions/{subscription}/lifecycle", post(tell_lifecycle))
        .route("/_sandbox/azure_ad/expire_subscriptions", post(expire))
}

/// What waits to be sent and what was tried.
async fn read(State(world): State<Arc<World>>) -> Answer {
    let tenant = world.tenant();
    let notices = &tenant.notices;
    let attempts: Vec<_> = notices.queue.log().collect();
    ok(json!({ "switches": notices.switches, "waiting": notices.queue.waiting(), "attempts": attempts }))
}

/// Sets how delivery goes wrong.
async fn switch(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let switches: Switches = body(&bytes)?;
    world.tenant().notices.switches = switches.clone();
    ok(json!(switches))
}

/// Sends everything that is due and answers when that is done.
async fn deliver(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "sent": postman::post(&world).await }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lifecycle {
    /// `reauthorizationRequired`, `subscriptionRemoved` or `missed`.
    event: String,
}

/// Tells a subscriber of something about the subscription itself.
async fn tell_lifecycle(
    State(world): State<Arc<World>>,
    Path(subscription): Path<String>,
    bytes: Bytes,
) -> Answer {
    let lifecycle: Lifecycle = body(&bytes)?;
    let now = world.clock.now();
    let told = subscriptions::tell_lifecycle(&mut world.tenant(), now, &subscription, &lifecycle.event);
    told.map_err(|error| Refusal { status: error.status, error: error.message })?;
    ok(json!({ "event": lifecycle.event }))
}

/// Ends every subscription at once, as if its time were over.
async fn expire(State(world): State<Arc<World>>) -> Answer {
    let ended = subscriptions::forget_all(&mut world.tenant());
    ok(json!({ "ended": ended }))
}
