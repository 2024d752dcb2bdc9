//! How findings are written: for people and for programs.

mod json;
mod text;

pub use json::to_json;
pub use text::render_text;
