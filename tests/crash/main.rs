//! Power cuts: the engine is killed at random moments and started again.

#[path = "../harness/drive.rs"]
mod harness;
