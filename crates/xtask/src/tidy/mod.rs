//! The rules of the house, one file each; `run` applies them all to one tree.

mod finding;
mod tree;

mod code;
mod manifest;
mod mentions;
mod modules;

mod circles;
mod codes;
mod floors;
mod headers;
mod imports;
mod maps;
mod run;
mod schemas;
mod sizes;
mod targets;
mod top;

pub use finding::Finding;
pub use run::check;
pub use tree::{Source, Tree};
