//! Acting on the tenant from outside: what a colleague in its portal would do.
//!
//! Thin calls into `azure_ad::acting`. No permission is checked here.

use std::sync::{Arc, MutexGuard};

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{patch, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::admin::answer::{Answer, Refusal, body, ok};
use crate::azure_ad::acting::{self, Made};
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::logs::audit_input;
use crate::azure_ad::state::lag::Rule;
use crate::azure_ad::state::tenant::Tenant;
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/azure_ad/users", post(create_user))
        .route("/_sandbox/azure_ad/users/{user}", patch(update_user).delete(delete_user))
        .route("/_sandbox/azure_ad/groups/{group}/members/{user}", put(add_member).delete(remove_member))
        .route("/_sandbox/azure_ad/expire_delta_tokens", post(expire_delta_tokens))
        .route("/_sandbox/azure_ad/replay_changes", post(replay_changes))
        .route("/_sandbox/azure_ad/throttling", put(set_throttling))
        .route("/_sandbox/azure_ad/lag", put(set_lag))
}

/// Who acts: `?by=` with a UPN or an object id. Without it nobody is named, and audits say the service did it.
#[derive(Debug, Deserialize)]
struct By {
    #[serde(default)]
    by: Option<String>,
}

impl By {
    /// The tenant, in the hands of that person.
    fn tenant<'a>(&self, world: &'a World) -> Result<MutexGuard<'a, Tenant>, Refusal> {
        let mut tenant = world.tenant();
        let actor = self.by.as_ref().map(|by| audit_input::named_actor(&tenant, &json!(by))).transpose();
        tenant.actor = actor.map_err(refused)?.unwrap_or_default();
        Ok(tenant)
    }
}

async fn create_user(State(world): State<Arc<World>>, Query(by): Query<By>, bytes: Bytes) -> Answer {
    let properties = body(&bytes)?;
    let now = world.clock.now();
    let (made, user) = acting::create_user(&mut *by.tenant(&world)?, now, properties).map_err(refused)?;
    let status = if made == Made::New { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(user)))
}

async fn update_user(
    State(world): State<Arc<World>>,
    Path(user): Path<String>,
    Query(by): Query<By>,
    bytes: Bytes,
) -> Answer {
    let properties = body(&bytes)?;
    let now = world.clock.now();
    ok(acting::update_user(&mut *by.tenant(&world)?, now, &user, properties).map_err(refused)?)
}

async fn delete_user(
    State(world): State<Arc<World>>,
    Path(user): Path<String>,
    Query(by): Query<By>,
) -> Answer {
    let now = world.clock.now();
    ok(acting::delete_user(&mut *by.tenant(&world)?, now, &user).map_err(refused)?)
}

async fn add_member(
    State(world): State<Arc<World>>,
    Path((group, user)): Path<(String, String)>,
    Query(by): Query<By>,
) -> Answer {
    let now = world.clock.now();
    ok(acting::set_member(&mut *by.tenant(&world)?, now, (&group, &user), true).map_err(refused)?)
}

async fn remove_member(
    State(world): State<Arc<World>>,
    Path((group, user)): Path<(String, String)>,
    Query(by): Query<By>,
) -> Answer {
    let now = world.clock.now();
    ok(acting::set_member(&mut *by.tenant(&world)?, now, (&group, &user), false).map_err(refused)?)
}

/// Makes every delta token answer 410, as if its time were over.
async fn expire_delta_tokens(State(world): State<Arc<World>>) -> Answer {
    world.tenant().delta_generation += 1;
    ok(json!({}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    changes: usize,
}

/// Makes the next delta round begin that many changes earlier, as replays do.
async fn replay_changes(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let replay: Replay = body(&bytes)?;
    world.tenant().delta_replay = replay.changes;
    ok(json!({ "changes": replay.changes }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Throttling {
    on: bool,
    /// Divides the documented limits.
    #[serde(default)]
    divisor: u32,
}

/// Switches the documented limits on or off and empties the buckets.
async fn set_throttling(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let wanted: Throttling = body(&bytes)?;
    let throttle = &mut world.tenant().throttle;
    (throttle.on, throttle.divisor) = (wanted.on, wanted.divisor);
    throttle.empty();
    ok(json!({ "on": wanted.on, "divisor": wanted.divisor.max(1) }))
}

/// Sets how long writes stay unseen.
async fn set_lag(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let rule: Rule = body(&bytes)?;
    world.tenant().lag.rule = rule.clone();
    ok(json!(rule))
}

fn refused(error: GraphError) -> Refusal {
    Refusal { status: error.status, error: error.message }
}
