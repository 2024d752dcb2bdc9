//! Giving, reading and withdrawing fault rules.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::get;
use serde_json::{Value, json};

use crate::admin::answer::{Answer, bad, body, missing, ok};
use crate::faults::rule::Rule;
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/faults", get(list).post(add).delete(clear))
        .route("/_sandbox/faults/{id}", get(read).delete(remove))
}

async fn list(State(world): State<Arc<World>>) -> Answer {
    ok(all(&world))
}

/// Puts a rule behind the others; the answer lists all and names the new one's number.
async fn add(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let rule: Rule = body(&bytes)?;
    let id = world.faults.add(rule).map_err(bad)?;
    let mut answer = all(&world);
    answer["id"] = json!(id);
    ok(answer)
}

async fn clear(State(world): State<Arc<World>>) -> Answer {
    world.faults.clear();
    ok(all(&world))
}

async fn read(State(world): State<Arc<World>>, Path(id): Path<u64>) -> Answer {
    let rule = world.faults.get(id).ok_or_else(|| missing(format!("there is no fault rule {id}")))?;
    ok(json!(rule))
}

async fn remove(State(world): State<Arc<World>>, Path(id): Path<u64>) -> Answer {
    if !world.faults.remove(id) {
        return Err(missing(format!("there is no fault rule {id}")));
    }
    ok(all(&world))
}

fn all(world: &World) -> Value {
    json!({ "faults": world.faults.list() })
}
