//! The whole state of a world as one JSON document, and back.
//!
//! Owns the format. The same seed and the same calls give the same bytes; a world that was put
//! back goes on as if nothing had been. Not part of it: the texts of past calls, addresses, and
//! whether the clock runs.

use std::path::Path;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::subscriptions;
use crate::error::Error;
use crate::seed::mark::SeedMark;
use crate::servicenow::instance::Instance;
use crate::world::World;
use crate::{agenda, faults};

/// What tells a dump from other JSON.
const FORMAT: &str = "drawbridge-sandbox-state";

/// Rises with every change of what a dump holds.
const VERSION: u32 = 1;

/// Largest state file, in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024 * 1024;

#[derive(Serialize)]
struct Dump<'a> {
    format: &'a str,
    version: u32,
    seed: &'a SeedMark,
    /// Virtual time, UTC.
    clock: Timestamp,
    /// How many calls were received.
    calls: u64,
    faults: faults::book::Kept,
    agenda: agenda::Kept,
    azure_ad: &'a Tenant,
    servicenow: &'a Instance,
}

/// What every version has.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
    seed: SeedMark,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restored {
    #[serde(rename = "format")]
    _format: IgnoredAny,
    #[serde(rename = "version")]
    _version: IgnoredAny,
    #[serde(rename = "seed")]
    _seed: IgnoredAny,
    clock: Timestamp,
    calls: u64,
    faults: faults::book::Kept,
    agenda: agenda::Kept,
    azure_ad: Tenant,
    servicenow: Instance,
}

/// Why a dump was not taken. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DumpRefused {
    #[error("it is no state of a sandbox: {0}")]
    Foreign(String),
    #[error("it is of version {0}, this sandbox reads version {VERSION}")]
    Version(u32),
    #[error("it was made with the seed `{theirs}`, this sandbox has `{ours}`")]
    Seed { theirs: String, ours: String },
    #[error("the seed `{0}` has changed since it was made")]
    SeedChanged(String),
    #[error("it does not fit this version of the sandbox: {0}")]
    Shape(String),
}

/// The state of a world, on one line.
pub(crate) fn write(world: &World) -> Vec<u8> {
    let (mut tenant, instance) = (world.tenant(), world.instance());
    // What a change leads to is written now or a moment later; the dump is the same either way.
    subscriptions::settle(&mut tenant, world.clock.now());
    let dump = Dump {
        format: FORMAT,
        version: VERSION,
        seed: &world.seed,
        clock: world.clock.now(),
        calls: world.calls.last_seq(),
        faults: world.faults.keep(),
        agenda: world.agenda.keep(),
        azure_ad: &tenant,
        servicenow: &instance,
    };
    serde_json::to_vec(&dump).expect("a state has only text for keys")
}

/// Puts a world into the state of a dump.
///
/// # Errors
/// `DumpRefused`; the world is as it was then.
pub(crate) fn restore(world: &World, dump: &[u8]) -> Result<(), DumpRefused> {
    let head: Head = serde_json::from_slice(dump).map_err(|error| DumpRefused::Foreign(error.to_string()))?;
    if head.format != FORMAT {
        return Err(DumpRefused::Foreign(format!("its `format` is not `{FORMAT}`")));
    }
    if head.version != VERSION {
        return Err(DumpRefused::Version(head.version));
    }
    if head.seed.digest != world.seed.digest {
        let (theirs, ours) = (head.seed.name, world.seed.name.clone());
        let changed = theirs == ours;
        return Err(if changed {
            DumpRefused::SeedChanged(ours)
        } else {
            DumpRefused::Seed { theirs, ours }
        });
    }
    let restored: Restored =
        serde_json::from_slice(dump).map_err(|error| DumpRefused::Shape(error.to_string()))?;
    let (mut tenant, mut instance) = (world.tenant(), world.instance());
    world.faults.restore(restored.faults).map_err(|error| DumpRefused::Shape(error.to_string()))?;
    world.agenda.restore(restored.agenda);
    world.calls.restore(restored.calls);
    world.clock.restore(restored.clock);
    *tenant = restored.azure_ad;
    *instance = restored.servicenow;
    Ok(())
}

/// Puts a world into the state of a file, if the file is there. Says whether it was.
///
/// # Errors
/// `Error::StateUnreadable` and `Error::StateRefused`.
pub(crate) fn load(world: &World, path: &Path) -> Result<bool, Error> {
    let unreadable = |source| Error::StateUnreadable { path: path.to_owned(), source };
    let bytes = match std::fs::metadata(path) {
        Ok(file) => file.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(unreadable(error)),
    };
    let refused = |detail: String| Error::StateRefused { path: path.to_owned(), detail };
    if bytes > FILE_BYTES_MAX {
        return Err(refused(format!("{bytes} bytes are more than the most that is read, {FILE_BYTES_MAX}")));
    }
    let dump = std::fs::read(path).map_err(unreadable)?;
    restore(world, &dump).map_err(|error| refused(error.to_string()))?;
    Ok(true)
}

/// Writes the state into a file as a whole: after a crash it holds the old state or the new one.
///
/// # Errors
/// `Error::StateUnwritable`.
pub(crate) fn save(world: &World, path: &Path) -> Result<(), Error> {
    use std::io::Write as _;
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".new-{}", std::process::id()));
    let written = std::fs::File::create(&draft)
        .and_then(|mut file| file.write_all(&write(world)).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&draft, path));
    written.map_err(|source| {
        let _ = std::fs::remove_file(&draft);
        Error::StateUnwritable { path: path.to_owned(), source }
    })
}
