//! Handing in a script, and reading what lies ahead and what happened.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use crate::admin::answer::{Answer, bad, body, ok};
use crate::script::Script;
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new().route("/_sandbox/script", get(list).post(add))
}

async fn list(State(world): State<Arc<World>>) -> Answer {
    ok(all(&world))
}

/// Puts the entries on the agenda; their spans count from now.
async fn add(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let script: Script = body(&bytes)?;
    world.agenda.add_script(&script, world.clock.now()).map_err(bad)?;
    ok(all(&world))
}

fn all(world: &World) -> Value {
    let kept = world.agenda.keep();
    json!({ "ahead": kept.ahead, "done": kept.done })
}
