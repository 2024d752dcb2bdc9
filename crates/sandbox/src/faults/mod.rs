//! Fault rules: which of the next calls is answered wrongly, and how.

mod glob;
mod template;

mod operation;

pub(crate) mod answer;
pub(crate) mod rule;

pub(crate) mod book;

pub(crate) mod within;
