//! Where a session comes from: the configured connections and the real clock, or a sandbox and its script.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use drawbridge_core::graph::Blueprint;
use drawbridge_runtime::{Clock, SystemClock, SystemEntropy};
use drawbridge_sdk::{PersonKey, Transport};

use crate::args::PlaceArgs;
use crate::config::Config;
use crate::problem::Problem;
use crate::rehearsal::clock::RehearsalClock;
use crate::rehearsal::player::Player;
use crate::rehearsal::world::World;
use crate::session::{NoWait, Opening, Session};
use crate::wire::{self, Surroundings};

/// Data directory where nothing else is said.
const DATA: &str = ".drawbridge";

/// A session with the configured connections and the real clock; `needs` is a workflow whose connections must
/// all be there.
///
/// # Errors
/// A problem with a connection or the data directory.
pub(crate) fn real_session(
    place: &PlaceArgs,
    config: &Config,
    no_wait: bool,
    needs: Option<&Blueprint>,
) -> Result<Session> {
    let clock = patient(Arc::new(SystemClock), no_wait);
    let surroundings = Surroundings { clock: Arc::clone(&clock), entropy: Arc::new(SystemEntropy) };
    let connections = wire::connect(&config.connections, &surroundings)?;
    if let Some(blueprint) = needs {
        wire::complete(blueprint, &connections)?;
    }
    let person_key = config.person_key.clone();
    Session::open(Opening { data: data_directory(place, config), connections, clock, person_key })
}

/// The data directory: the flag, the configuration, or the usual one beside the configuration.
pub(crate) fn data_directory(place: &PlaceArgs, config: &Config) -> PathBuf {
    let beside = |path: &PathBuf| place.config.parent().map_or(path.clone(), |folder| folder.join(path));
    match (&place.data, &config.data) {
        (Some(data), _) => data.clone(),
        (None, Some(data)) => beside(data),
        (None, None) => beside(&PathBuf::from(DATA)),
    }
}

fn patient(clock: Arc<dyn Clock>, no_wait: bool) -> Arc<dyn Clock> {
    if no_wait { Arc::new(NoWait(clock)) } else { clock }
}

/// A session in a sandbox whose script is played at rest.
///
/// # Errors
/// A problem with the data directory.
pub(crate) fn rehearsal_session(
    world: &World,
    player: &Arc<Player>,
    data: PathBuf,
    no_wait: bool,
) -> Result<(Session, Arc<dyn Transport>)> {
    let clock = RehearsalClock { clock: Arc::clone(&world.clock), player: Arc::clone(player) };
    let clock = patient(Arc::new(clock), no_wait);
    let surroundings = Surroundings { clock: Arc::clone(&clock), entropy: Arc::new(SystemEntropy) };
    let connections = wire::connect(&wire::sandbox_connections(&world.endpoints), &surroundings)?;
    let reader = wire::catalog().get("servicenow.record.get").expect("the catalogue has the node");
    let servicenow = connections.find(reader, None).map_err(|fault| Problem::new("ST025", fault.summary))?;
    let opening = Opening { data, connections, clock, person_key: PersonKey::default() };
    Ok((Session::open(opening)?, servicenow))
}
