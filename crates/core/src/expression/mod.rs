//! Paths, texts and conditions: compiled once, evaluated against the document of a run.
//!
//! The document is one JSON object whose members are the roots (`inputs`, `settings`, `steps`, …).

mod compare;
mod computed;
mod condition;
mod condition_parts;
mod date;
mod evaluate;
mod foreign;
mod foreign_words;
mod helpers;
mod parse_error;
mod path;
mod pattern;
mod queries;
mod references;
mod template;
mod text;
mod text_alike;
mod text_foreign;
mod text_walk;

pub use crate::model::EvalError;
pub use computed::{SetValue, time_of};
pub use condition::Condition;
pub use condition_parts::{Atom, Comparator, Operand};
pub(crate) use helpers::title_case;
pub use parse_error::ParseError;
pub use path::Path;
pub use references::{Reference, Segment, Takes};
pub use template::Template;
pub use text::Text;
pub(crate) use text_alike::alike;
