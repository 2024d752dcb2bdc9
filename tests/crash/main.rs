//! Power cuts: the engine is killed with SIGKILL at random moments and started again; both platforms must
//! end as if nothing had happened, with every effect there once.

#[path = "../harness/drive.rs"]
mod harness;

mod world;

mod killed_runs;
