//! The JSON Schema of a workflow, for editors: the written form composed with the catalogue.

mod compose;
mod expression;
mod written;
mod written_calendar;
mod written_declared;
mod written_gate;
mod written_step;

pub use compose::workflow;
