//! From the text of a workflow to its blueprint, with every finding on the way.

mod assemble;
mod compile;
mod compile_gate;
mod compile_step;
mod compile_trigger;
mod links;
mod run;
mod step;
mod tables;
mod uses;

pub use run::{check, files_named};
