//! What `check` says: codes, places, labels, and how they are written. Finds nothing itself.

mod code;
mod finding;
mod render;
mod source;
mod suggest;

pub use code::Code;
pub use finding::{Diagnostic, Fix, Label, Severity};
pub use render::{render_text, to_json};
pub use source::{FileId, Sources, Span};
pub(crate) use suggest::nearest;
