//! What is sent out of the instance, and when and in which order others see its records.
//!
//! Thin calls into the instance's outbox and store.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use crate::admin::answer::{Answer, bad, body, ok};
use crate::posts;
use crate::servicenow::webhook::Webhook;
use crate::world::World;

/// Longest delay of a commit, in milliseconds of virtual time.
const DELAY_MS_MAX: u32 = 3_600_000;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/servicenow/webhook", get(read_webhook).post(set_webhook).delete(remove_webhook))
        .route("/_sandbox/servicenow/webhook/deliver", post(deliver))
        .route("/_sandbox/servicenow/webhook/log", get(read_log))
        .route("/_sandbox/servicenow/commit_delay", get(read_delays).post(set_delay))
        .route("/_sandbox/servicenow/list_order", get(read_order).post(set_order))
}

async fn read_webhook(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "webhook": world.instance().desk.outbox.webhook() }))
}

async fn set_webhook(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let webhook: Webhook = body(&bytes)?;
    let mut instance = world.instance();
    webhook.check(&instance.desk.dictionary).map_err(bad)?;
    instance.desk.outbox.configure(Some(webhook));
    ok(json!({ "webhook": instance.desk.outbox.webhook() }))
}

async fn remove_webhook(State(world): State<Arc<World>>) -> Answer {
    world.instance().desk.outbox.configure(None);
    ok(json!({ "webhook": null }))
}

/// Sends what is due now and answers when that is done.
async fn deliver(State(world): State<Arc<World>>) -> Answer {
    let sent = posts::round(&world).await;
    ok(json!({ "sent": sent }))
}

async fn read_log(State(world): State<Arc<World>>) -> Answer {
    let instance = world.instance();
    ok(instance.desk.outbox.report(&instance.desk.store))
}

/// A table whose writes are seen late.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    table: String,
    /// Milliseconds of virtual time; zero ends it.
    ms: u32,
}

async fn read_delays(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "commit_delay": world.instance().desk.store.delays() }))
}

async fn set_delay(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let delay: Delay = body(&bytes)?;
    let mut instance = world.instance();
    if instance.desk.dictionary.table(&delay.table).is_none() {
        return Err(bad(format!("the instance has no table `{}`", delay.table)));
    }
    if delay.ms > DELAY_MS_MAX {
        return Err(bad(format!("{DELAY_MS_MAX} ms is the longest delay")));
    }
    instance.desk.store.delay(&delay.table, delay.ms);
    ok(json!({ "commit_delay": instance.desk.store.delays() }))
}

/// How lists without an order come.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    order: Ordered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ordered {
    /// By `sys_id`.
    Stable,
    /// In another order for each request.
    Shuffled,
}

async fn read_order(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "order": word(world.instance().desk.store.is_shuffled()) }))
}

async fn set_order(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let order: Order = body(&bytes)?;
    let shuffled = order.order == Ordered::Shuffled;
    world.instance().desk.store.shuffle(shuffled);
    ok(json!({ "order": word(shuffled) }))
}

fn word(shuffled: bool) -> &'static str {
    if shuffled { "shuffled" } else { "stable" }
}
