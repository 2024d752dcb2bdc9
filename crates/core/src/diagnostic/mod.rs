//! What `check` says: codes, places, labels, and how they are written. Finds nothing itself.

mod code;
mod edit;
mod finding;
mod render;
mod source;
mod suggest;

pub use code::Code;
pub use edit::Edit;
pub use finding::{Diagnostic, Fix, Label, Severity};
pub use render::{Batch, WIDTH, render_text, render_text_at, to_json, to_sarif};
pub use source::{FileId, Sources, Span};
pub use suggest::nearest;
