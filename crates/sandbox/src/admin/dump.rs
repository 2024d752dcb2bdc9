//! The whole state as a document, and back.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::json;

use crate::admin::answer::{Answer, Refusal, bad, ok};
use crate::dump::{self, DumpRefused};
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new().route("/_sandbox/dump", get(read).put(restore)).route("/_sandbox/restore", post(restore))
}

async fn read(State(world): State<Arc<World>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], dump::write(&world))
}

async fn restore(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    dump::restore(&world, &bytes).map_err(refused)?;
    ok(json!({ "now": world.clock.now() }))
}

fn refused(why: DumpRefused) -> Refusal {
    let error = format!("the state was not taken: {why}");
    match why {
        DumpRefused::Foreign(_) | DumpRefused::Shape(_) => bad(error),
        _ => Refusal { status: StatusCode::CONFLICT, error },
    }
}
