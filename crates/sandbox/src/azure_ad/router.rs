//! One door for every request to the tenant.

use std::sync::Arc;

use axum::Router;

use crate::world::World;

/// The tenant's routes.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new().with_state(world)
}
