//! Power cuts: the engine is killed with SIGKILL at random moments and started again; both platforms must
//! end as if nothing had happened, with every effect there once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../harness/drive.rs"]
mod harness;

mod world;

mod killed_runs;
