//! Encoded queries: the text, its conditions, and whether a record meets them.

pub(crate) mod evaluate;
pub(crate) mod parse;
pub(crate) mod script;
