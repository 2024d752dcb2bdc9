//! The text as a tree: every node with its place. Knows YAML and nothing of workflows.

mod fields;
mod parse;
mod readable;
mod scalar;
mod tree;

pub(crate) use fields::{Fields, Keys, items, kind, kind_named, list, text};
pub use parse::parse;
pub use readable::FILE_BYTES_MAX;
pub(crate) use readable::is_readable;
pub(crate) use scalar::{quoted, with_quotes};
pub use tree::{Entry, Key, Node, NodeKind, Scalar};
