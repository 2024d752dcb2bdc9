//! How findings are written: for people and for programs.

mod json;
mod sarif;
mod text;

pub use json::to_json;
pub use sarif::{Batch, to_sarif};
pub use text::{WIDTH, render_text, render_text_at};
