//! Acting on the instance from outside: what a named person in its portal would do.
//!
//! Thin calls into `servicenow::acting`. No role is checked here.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;

use crate::admin::answer::{Answer, bad, body, ok};
use crate::servicenow::acting::{self, Approve, Update};
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/servicenow/approve", post(approve))
        .route("/_sandbox/servicenow/update", post(update))
}

async fn approve(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let request: Approve = body(&bytes)?;
    let now = world.clock.now();
    ok(acting::approve(&mut world.instance(), now, &request).map_err(bad)?)
}

async fn update(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let request: Update = body(&bytes)?;
    let now = world.clock.now();
    ok(acting::update(&mut world.instance(), now, &request).map_err(bad)?)
}
