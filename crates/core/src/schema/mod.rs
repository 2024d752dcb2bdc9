//! The JSON Schema of a workflow, for editors and for `check`: the written form composed with the catalogue.

mod compose;
mod examples;
mod expression;
mod forms;
mod nodes;
mod plain;
mod rules;
mod written;
mod written_declared;
mod written_gate;
mod written_step;

pub use compose::workflow;
pub use plain::of_type;
