//! Encoded queries: the text, its conditions, and whether a record meets them.
//!
//! From the ground up: the grammar; moments, calls and ids a value may stand for; single
//! conditions; whole queries and the order of what they find.

pub(crate) mod parse;

mod compare;
mod dates;

mod script;

mod distance;
mod people;

mod condition;
mod order;

pub(crate) mod evaluate;
pub(crate) mod fields;

#[cfg(test)]
mod agreement;
