//! The instance's routes.

use std::sync::Arc;

use axum::Router;

use crate::world::World;

/// The instance's routes.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new().with_state(world)
}
