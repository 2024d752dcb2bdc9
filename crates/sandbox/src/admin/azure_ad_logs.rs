//! Injecting into the tenant's logs: sign-ins, audits, risk detections, risky users, alerts.
//!
//! A body is one record or a list of them, each with as much as matters; properties have their names in Graph.
//! The answer holds the records as Graph shows them, under `value`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::admin::answer::{Answer, Refusal, body, ok};
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::logs::{alerts, audit_input, risk_detections, risky_users, sign_ins};
use crate::azure_ad::state::tenant::Tenant;
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/azure_ad/sign_ins", post(add_sign_ins))
        .route("/_sandbox/azure_ad/audits", post(add_audits))
        .route("/_sandbox/azure_ad/risk_detections", post(add_risk_detections))
        .route("/_sandbox/azure_ad/risky_users", post(add_risky_users))
        .route("/_sandbox/azure_ad/alerts", post(add_alerts))
        .route("/_sandbox/azure_ad/log_delays", get(read_delays).put(set_delays))
}

/// One record or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Given {
    One(Map<String, Value>),
    Several(Vec<Map<String, Value>>),
}

/// Adds records one after the other; those before one that is refused stay.
fn add(
    world: &World,
    bytes: &Bytes,
    inject: impl Fn(&mut Tenant, Timestamp, Map<String, Value>) -> Result<Vec<Value>, GraphError>,
) -> Answer {
    let given = match body(bytes)? {
        Given::One(one) => vec![one],
        Given::Several(several) => several,
    };
    let now = world.clock.now();
    let mut tenant = world.tenant();
    let mut added = Vec::new();
    for record in given {
        added.extend(inject(&mut tenant, now, record).map_err(refused)?);
    }
    Ok((StatusCode::CREATED, Json(json!({ "value": added }))))
}

async fn add_sign_ins(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    add(&world, &bytes, sign_ins::inject)
}

async fn add_audits(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    add(&world, &bytes, |tenant, now, body| Ok(vec![audit_input::inject(tenant, now, body)?]))
}

async fn add_risk_detections(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    add(&world, &bytes, |tenant, now, body| Ok(vec![risk_detections::inject(tenant, now, body)?]))
}

async fn add_risky_users(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    add(&world, &bytes, |tenant, now, body| Ok(vec![risky_users::inject(tenant, now, body)?]))
}

async fn add_alerts(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    add(&world, &bytes, |tenant, now, body| Ok(vec![alerts::inject(tenant, now, body)?]))
}

async fn read_delays(State(world): State<Arc<World>>) -> Answer {
    ok(json!(world.tenant().records.delays))
}

/// Sets how late records arrive, in minutes of virtual time.
async fn set_delays(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let delays = body(&bytes)?;
    world.tenant().records.delays = delays;
    ok(json!(delays))
}

fn refused(error: GraphError) -> Refusal {
    Refusal { status: error.status, error: error.message }
}
