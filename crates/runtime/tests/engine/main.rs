//! The engine over a pretend remote system, a clock that a test moves, and a store in memory.

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
