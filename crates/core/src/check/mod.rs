//! From the text of a workflow to its blueprint, with every finding on the way.

mod assemble;
mod compile;
mod compile_gate;
mod compile_mapping;
mod compile_step;
mod compile_top;
mod compile_trigger;
mod conditions;
mod ctx;
mod declared;
mod files;
mod flow;
mod links;
mod mapping_around;
mod mapping_field;
mod mapping_record;
mod mapping_sides;
mod mapping_words;
mod names;
mod outputs;
mod rules;
mod run;
mod schemas;
mod shape;
mod skip;
mod step;
mod table_cells;
mod table_csv;
mod table_text;
mod tables;
mod types;
mod uses;
mod value;
mod world;

pub use names::{name_of, same_name};
pub use run::{Checker, check, files_named};
