//! Who gets into the instance and who may do what, switched from outside.
//!
//! Thin calls into `servicenow::access`.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::{delete, get, post};
use serde_json::json;

use crate::admin::answer::{Answer, bad, body, missing, ok};
use crate::servicenow::access::{self, Change, NewJwtKey, NewKey, NewPassword, Revoke};
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/servicenow/access", get(read).post(change))
        .route("/_sandbox/servicenow/revoke", post(revoke))
        .route("/_sandbox/servicenow/api_keys", post(add_key))
        .route("/_sandbox/servicenow/api_keys/{token}", delete(remove_key))
        .route("/_sandbox/servicenow/jwt_keys", post(add_jwt_key))
        .route("/_sandbox/servicenow/passwords", post(set_password))
}

async fn read(State(world): State<Arc<World>>) -> Answer {
    ok(access::state(&world.instance()))
}

async fn change(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let asked: Change = body(&bytes)?;
    let now = world.clock.now();
    ok(access::change(&mut world.instance(), now, asked).map_err(bad)?)
}

async fn revoke(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let asked: Revoke = body(&bytes)?;
    ok(access::revoke(&mut world.instance(), &asked).map_err(bad)?)
}

async fn add_key(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let new: NewKey = body(&bytes)?;
    let now = world.clock.now();
    ok(access::add_key(&mut world.instance(), now, new).map_err(bad)?)
}

async fn remove_key(State(world): State<Arc<World>>, Path(token): Path<String>) -> Answer {
    if world.instance().api_keys.remove(&token) { ok(json!({})) } else { Err(missing("no such key")) }
}

async fn add_jwt_key(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let new: NewJwtKey = body(&bytes)?;
    ok(access::add_jwt_key(&mut world.instance(), new).map_err(bad)?)
}

async fn set_password(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let new: NewPassword = body(&bytes)?;
    ok(access::set_password(&mut world.instance(), &new).map_err(bad)?)
}
