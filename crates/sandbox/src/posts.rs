//! What the platforms have to send out, handed to the courier.
//!
//! Owns the task that does so while the sandbox runs. State is locked for the moment a parcel is made
//! and for the moment its outcome is noted, never while it is under way.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::delivery::{Outcome, Parcel, Sender};
use crate::world::World;

/// How often the platforms are asked whether something is due.
const TICK: Duration = Duration::from_millis(100);

/// The outbox of the instance.
struct InstanceOutbox<'a>(&'a World);

impl Sender for InstanceOutbox<'_> {
    fn begin(&self) -> Option<(u64, Parcel)> {
        let now = self.0.clock.now();
        self.0.instance().begin_delivery(now)
    }

    fn end(&self, number: u64, parcel: Parcel, outcome: Outcome) {
        let now = self.0.clock.now();
        self.0.instance().end_delivery(now, (number, parcel, outcome));
    }
}

/// Sends everything that is due now, and says how many parcels that were.
pub(crate) async fn round(world: &World) -> usize {
    world.courier.round(&InstanceOutbox(world)).await
}

/// Sends what is due until `stop` changes or its sender goes away.
pub(crate) async fn run(world: Arc<World>, mut stop: watch::Receiver<()>) {
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(TICK) => {}
        }
        tokio::select! {
            _ = stop.changed() => return,
            _ = round(&world) => {}
        }
    }
}
