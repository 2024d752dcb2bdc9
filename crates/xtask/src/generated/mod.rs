//! `cargo xtask gen`: what is written from the code and checked in.

mod graph;

mod fresh;
mod write;

pub use fresh::stale;
pub use write::generate;
