//! The engine over a pretend remote system, a clock that a test moves, and a store in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod world;

mod crash;
mod gates;
mod requests;
mod retries;
mod settle;
mod stopping;
mod timers;
mod triggers;
mod write_path;
