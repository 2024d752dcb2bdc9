//! The workflow language: text to a checked graph. Pure: no file, clock, thread or socket.
//!
//! Floors from the ground up, each uses only those below it: `diagnostic`, `syntax`, `model`,
//! `expression`, `mapping`, `graph`, `schema`, `check`.

mod definition;

mod check;
pub mod diagnostic;
pub mod expression;
pub mod graph;
pub mod mapping;
pub mod model;
pub mod schema;
pub mod syntax;

pub use check::{Checker, Parsed, check, name_of, same_name};
pub use definition::Definition;
