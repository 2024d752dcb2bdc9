//! The JSON Schemas of workflows and mappings, for editors and for `check`: the written form composed with
//! the catalogue.

mod alternatives;
mod compose;
mod examples;
mod expression;
mod forms;
mod mapping;
mod nodes;
mod plain;
mod rules;
mod written;
mod written_calendar;
mod written_declared;
mod written_gate;
mod written_mapping;
mod written_step;

pub(crate) use compose::demands;
pub use compose::workflow;
pub use mapping::mapping;
pub use plain::{named, of_type};
