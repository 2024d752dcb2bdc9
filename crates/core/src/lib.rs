//! The workflow language: text to a checked graph. Pure: no file, clock, thread or socket.
//!
//! Floors from the ground up, each uses only those below it: `diagnostic`, `syntax`, `model`,
//! `expression`, `graph`, then `check` and `schema`.

pub mod expression;
pub mod graph;
pub mod model;
