//! OData as the directory understands it: options, filters, what it refuses, pages.

pub(crate) mod field;
pub(crate) mod literal;

pub(crate) mod expression;
pub(crate) mod lexer;

pub(crate) mod filter;

pub(crate) mod evaluate;

pub(crate) mod capability;

pub(crate) mod orderby;
pub(crate) mod search;
pub(crate) mod token;

pub(crate) mod page;
pub(crate) mod select;

pub(crate) mod expand;
pub(crate) mod options;

#[cfg(test)]
mod laws;
