//! The JSON Schemas of workflows and mappings, for editors: the written form composed with the catalogue.

mod compose;
mod expression;
mod mapping;
mod nulls;
mod written;
mod written_calendar;
mod written_declared;
mod written_gate;
mod written_mapping;
mod written_step;

pub use compose::workflow;
pub use mapping::mapping;
