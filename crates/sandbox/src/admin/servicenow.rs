//! Acting on the instance from outside: what a named person in its portal would do, and the switches
//! of its processes.
//!
//! Thin calls into `servicenow::acting` and `servicenow::process`. No role is checked here.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;

use crate::admin::answer::{Answer, bad, body, ok};
use crate::servicenow::acting;
use crate::servicenow::acts::Act;
use crate::servicenow::process;
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/servicenow/approve", post(approve))
        .route("/_sandbox/servicenow/update", post(update))
        .route("/_sandbox/servicenow/comment", post(comment))
        .route("/_sandbox/servicenow/order", post(order))
        .route("/_sandbox/servicenow/approvals", post(approvals))
        .route("/_sandbox/servicenow/shape", post(shape))
        .route("/_sandbox/servicenow/business_rules", post(business_rules))
        .route("/_sandbox/servicenow/ordering", post(ordering))
}

async fn approve(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    act(&world, Act::Approve(body(&bytes)?))
}

async fn update(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    act(&world, Act::Update(body(&bytes)?))
}

async fn comment(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    act(&world, Act::Comment(body(&bytes)?))
}

async fn order(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    act(&world, Act::Order(body(&bytes)?))
}

fn act(world: &World, act: Act) -> Answer {
    let now = world.clock.now();
    ok(acting::act(&mut world.instance(), now, act).map_err(bad)?)
}

async fn approvals(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let wanted = body(&bytes)?;
    let now = world.clock.now();
    ok(process::approvals(&mut world.instance(), now, wanted).map_err(bad)?)
}

async fn shape(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let wanted = body(&bytes)?;
    ok(process::shape(&mut world.instance(), wanted))
}

async fn business_rules(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let wanted = body(&bytes)?;
    let now = world.clock.now();
    ok(process::rule(&mut world.instance(), now, &wanted).map_err(bad)?)
}

async fn ordering(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let wanted = body(&bytes)?;
    ok(process::orders(&mut world.instance(), wanted))
}
