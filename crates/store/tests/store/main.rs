//! The store on a real disk, alone and under an engine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../../../runtime/tests/engine/world/mod.rs"]
mod world;

mod place;

mod dedupe;
mod evidence;
mod inbox;
mod opening;
mod poison;
mod polls;
mod power;
